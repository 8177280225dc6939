import { compose, type Application, type StartResponse } from '@phial/core'
import { entryPage, indexPage } from '../1-function/app.ts'
import { Book } from '../book.ts'
import { headAsGet, limitBody, withHeader } from './middleware.ts'

/** The request passes these layers in this order, and the answer in reverse order. */
const around = compose(
  withHeader('X-Content-Type-Options', 'nosniff'),
  limitBody(10_000),
  headAsGet,
)

export function createApp(book = new Book()): Application {
  return around(async (environ, startResponse) => {
    const method = environ.REQUEST_METHOD
    const path = environ.PATH_INFO || '/'
    if (path === '/') {
      if (method === 'GET') return html(startResponse, '200 OK', indexPage(environ, book))
      if (method === 'POST') {
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
      }
      return problem(startResponse, '405 Method Not Allowed', [['Allow', 'GET, POST']])
    }
    const id = /^\/entries\/(\d+)$/.exec(path)?.[1]
    const entry = id === undefined ? undefined : book.find(Number(id))
    if (entry === undefined) return problem(startResponse, '404 Not Found')
    if (method === 'GET') return html(startResponse, '200 OK', entryPage(environ, entry))
    return problem(startResponse, '405 Method Not Allowed', [['Allow', 'GET']])
  })
}

export function html(startResponse: StartResponse, status: string, page: string): Uint8Array[] {
  startResponse(status, [['Content-Type', 'text/html; charset=utf-8']])
  return [new TextEncoder().encode(page)]
}

/** Sends a status, with its reason phrase as the text. */
export function problem(
  startResponse: StartResponse,
  status: string,
  headers: [name: string, value: string][] = [],
): Uint8Array[] {
  startResponse(status, [...headers, ['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(status.slice(4))]
}
