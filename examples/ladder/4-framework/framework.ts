/** A framework: a convenient request, answers that are values, and HTML with automatic escaping. */
import { compose, type Application, type Environ, type HeaderList } from '@phial/core'
import { headAsGet, limitBody, withHeader } from '../2-middleware/middleware.ts'
import { router } from '../3-router/router.ts'

export class Request {
  readonly environ: Environ

  constructor(environ: Environ) {
    this.environ = environ
  }

  async form(): Promise<Record<string, string>> {
    const body = new TextDecoder().decode(await this.environ['wsgi.input'].read())
    return Object.fromEntries(new URLSearchParams(body))
  }

  /** Returns a URL on this site, including the path at which the site is mounted. */
  url(path: string): string {
    return this.environ.SCRIPT_NAME + path
  }
}

/** An answer. A view may return it, or throw it if it cannot continue. */
export class Response {
  readonly body: string
  readonly status: string
  readonly headers: HeaderList

  constructor(body: string, status = '200 OK', headers: HeaderList = []) {
    this.body = body
    this.status = status
    const isHtml = body.startsWith('<!doctype html>')
    const type = `text/${isHtml ? 'html' : 'plain'}; charset=utf-8`
    this.headers = [...headers, ['Content-Type', type]]
  }
}

export const redirect = (location: string): Response =>
  new Response('See Other', '303 See Other', [['Location', location]])

export const notFound = (): Response => new Response('Not Found', '404 Not Found')

/** Trusted HTML, as opposed to text, which is escaped. */
class Html extends String {}

/** Creates HTML: html`<p>${name}</p>` escapes the name, unless it is `Html` already. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  const one = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(one).join('')
    if (value instanceof Html) return value.toString()
    return String(value).replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
  }
  return new Html(String.raw({ raw: parts }, ...values.map(one)))
}

type Answer = Response | Html
type View = (request: Request, params: Record<string, string>) => Answer | Promise<Answer>
type Route = Parameters<typeof router>[number]

export class App {
  readonly #routes: Route[] = []

  route(method: string, path: string, view: View): void {
    this.#routes.push([
      method,
      path,
      async (environ, startResponse, params) => {
        const { status, headers, body } = await answer(view, environ, params)
        startResponse(status, headers)
        return [new TextEncoder().encode(body)]
      },
    ])
  }

  /** The application that a server calls: middleware around routes around views. */
  get wsgiApp(): Application {
    const nosniff = withHeader('X-Content-Type-Options', 'nosniff')
    return compose(nosniff, limitBody(10_000), headAsGet)(router(...this.#routes))
  }
}

async function answer(view: View, environ: Environ, params: object): Promise<Response> {
  try {
    const given = await view(new Request(environ), { ...params })
    return given instanceof Response ? given : new Response(given.toString())
  } catch (error) {
    if (error instanceof Response) return error
    throw error
  }
}
