import { compose, type Application } from '@phial/core'
import { entryPage, indexPage } from '../1-function/app.ts'
import { html, problem } from '../2-middleware/app.ts'
import { headAsGet, limitBody, withHeader } from '../2-middleware/middleware.ts'
import { Book } from '../book.ts'
import { router } from './router.ts'

const around = compose(
  withHeader('X-Content-Type-Options', 'nosniff'),
  limitBody(10_000),
  headAsGet,
)

export function createApp(book = new Book()): Application {
  return around(
    router(
      [
        'GET',
        '/',
        (environ, startResponse) => html(startResponse, '200 OK', indexPage(environ, book)),
      ],
      [
        'POST',
        '/',
        async (environ, startResponse) => {
          const body = new TextDecoder().decode(await environ['wsgi.input'].read())
          const form = new URLSearchParams(body)
          const name = (form.get('name') ?? '').trim()
          const text = (form.get('text') ?? '').trim()
          if (name === '' || text === '') {
            const page = indexPage(environ, book, { name, text })
            return html(startResponse, '422 Unprocessable Content', page)
          }
          book.sign(name, text)
          return problem(startResponse, '303 See Other', [['Location', `${environ.SCRIPT_NAME}/`]])
        },
      ],
      [
        'GET',
        '/entries/:id',
        (environ, startResponse, { id }) => {
          const entry = book.find(Number(id))
          if (entry === undefined) return problem(startResponse, '404 Not Found')
          return html(startResponse, '200 OK', entryPage(environ, entry))
        },
      ],
    ),
  )
}
