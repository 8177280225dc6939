import { Book } from '../book.ts'
import { App, html, notFound, redirect, Response, type Request } from './framework.ts'

export function createApp(book = new Book()): App {
  const app = new App()

  app.route('GET', '/', (request) => index(request, book))

  app.route('POST', '/', async (request) => {
    const { name = '', text = '' } = await request.form()
    if (!name.trim() || !text.trim()) {
      const page = index(request, book, { name, text })
      return new Response(page.toString(), '422 Unprocessable Content')
    }
    book.sign(name.trim(), text.trim())
    return redirect(request.url('/'))
  })

  app.route('GET', '/entries/:id', (request, { id }) => {
    const entry = book.find(Number(id))
    if (entry === undefined) throw notFound()
    return page(
      entry.name,
      html`<p>${entry.text}</p>
        <p><a href="${request.url('/')}">Guest book</a></p>`,
    )
  })

  return app
}

function index(request: Request, { entries }: Book, input?: { name: string; text: string }) {
  return page(
    'Guest book',
    html`<form method="post" action="${request.url('/')}">
        ${input ? html`<p role="alert">Please fill in both fields.</p>` : ''}
        <label>Your name <input name="name" value="${input?.name ?? ''}" /></label>
        <label>What you want to say <input name="text" value="${input?.text ?? ''}" /></label>
        <button>Sign</button>
      </form>
      <ul>
        ${entries.map(
          ({ id, name, text }) =>
            html`<li><a href="${request.url(`/entries/${id}`)}">${name}</a>: ${text}</li>`,
        )}
      </ul>`,
  )
}

/** The layout of every page. */
const page = (title: string, content: unknown) =>
  html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <title>${title}</title>
      <h1>${title}</h1>
      ${content}
    </html>`
