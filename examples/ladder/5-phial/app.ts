import { abort, int, makeResponse, Phial, redirect, renderTemplate, request, urlFor } from 'phial'
import { withHeader } from '../2-middleware/middleware.ts'
import { Book } from '../book.ts'

export function createApp(book = new Book()): Phial {
  const app = new Phial(import.meta.url)
  app.config['MAX_CONTENT_LENGTH'] = 10_000
  app.wsgiApp = withHeader('X-Content-Type-Options', 'nosniff')(app.wsgiApp)

  app.get('/', () => renderTemplate('index', { entries: book.entries }))

  app.post('/', async () => {
    const { name = '', text = '' } = Object.fromEntries(await request.formData())
    if (!String(name).trim() || !String(text).trim()) {
      const page = renderTemplate('index', { entries: book.entries, input: { name, text } })
      return makeResponse(page, 422)
    }
    book.sign(String(name).trim(), String(text).trim())
    return redirect(urlFor('index'), 303)
  })

  app.get('/entries/:id', { params: { id: int } }, ({ id }) =>
    renderTemplate('entry', { entry: book.find(id) ?? abort(404) }),
  )

  return app
}
