import type { Application, Environ } from '@phial/core'
import { Book, type Entry } from '../book.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The whole site in one gateway function. */
export function createApp(book = new Book()): Application {
  return async (environ, startResponse) => {
    const method = environ.REQUEST_METHOD === 'HEAD' ? 'GET' : environ.REQUEST_METHOD
    const path = environ.PATH_INFO || '/'
    if (path === '/') {
      if (method === 'GET') {
        startResponse('200 OK', [
          ['Content-Type', 'text/html; charset=utf-8'],
          ['X-Content-Type-Options', 'nosniff'],
        ])
        return [bytes(indexPage(environ, book))]
      }
      if (method === 'POST') {
        const body = await environ['wsgi.input'].read(10_001)
        if (body.length > 10_000) {
          startResponse('413 Content Too Large', [
            ['Content-Type', 'text/plain; charset=utf-8'],
            ['X-Content-Type-Options', 'nosniff'],
          ])
          return [bytes('Content Too Large')]
        }
        const form = new URLSearchParams(new TextDecoder().decode(body))
        const name = (form.get('name') ?? '').trim()
        const text = (form.get('text') ?? '').trim()
        if (name === '' || text === '') {
          startResponse('422 Unprocessable Content', [
            ['Content-Type', 'text/html; charset=utf-8'],
            ['X-Content-Type-Options', 'nosniff'],
          ])
          return [bytes(indexPage(environ, book, { name, text }))]
        }
        book.sign(name, text)
        startResponse('303 See Other', [
          ['Location', `${environ.SCRIPT_NAME}/`],
          ['Content-Type', 'text/plain; charset=utf-8'],
          ['X-Content-Type-Options', 'nosniff'],
        ])
        return [bytes('See Other')]
      }
      startResponse('405 Method Not Allowed', [
        ['Allow', 'GET, POST'],
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['X-Content-Type-Options', 'nosniff'],
      ])
      return [bytes('Method Not Allowed')]
    }
    const id = /^\/entries\/(\d+)$/.exec(path)?.[1]
    const entry = id === undefined ? undefined : book.find(Number(id))
    if (entry !== undefined) {
      if (method === 'GET') {
        startResponse('200 OK', [
          ['Content-Type', 'text/html; charset=utf-8'],
          ['X-Content-Type-Options', 'nosniff'],
        ])
        return [bytes(entryPage(environ, entry))]
      }
      startResponse('405 Method Not Allowed', [
        ['Allow', 'GET'],
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['X-Content-Type-Options', 'nosniff'],
      ])
      return [bytes('Method Not Allowed')]
    }
    startResponse('404 Not Found', [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
    ])
    return [bytes('Not Found')]
  }
}

export function indexPage(
  { SCRIPT_NAME }: Environ,
  { entries }: Book,
  input?: { name: string; text: string },
): string {
  const items = entries.map(
    ({ id, name, text }) =>
      `<li><a href="${SCRIPT_NAME}/entries/${id}">${escape(name)}</a>: ${escape(text)}</li>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Guest book</title>
<h1>Guest book</h1>
<form method="post" action="${SCRIPT_NAME}/">
  ${input ? '<p role="alert">Please fill in both fields.</p>' : ''}
  <label>Your name <input name="name" value="${escape(input?.name ?? '')}"></label>
  <label>What you want to say <input name="text" value="${escape(input?.text ?? '')}"></label>
  <button>Sign</button>
</form>
<ul>${items.join('')}</ul>
</html>
`
}

export function entryPage({ SCRIPT_NAME }: Environ, { name, text }: Entry): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escape(name)}</title>
<h1>${escape(name)}</h1>
<p>${escape(text)}</p>
<p><a href="${SCRIPT_NAME}/">Guest book</a></p>
</html>
`
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
