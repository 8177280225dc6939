/** A framework on the gateway: routes, a request object, and views that return text, HTML, JSON or a response. */
import { logError, wsgiToText } from '@phial/core'
import type { Application, Environ, HeaderList } from '@phial/core'

/** A request, with more convenient properties than `environ`. */
export class Request {
  readonly environ: Environ
  readonly method: string
  readonly path: string
  readonly args: URLSearchParams

  constructor(environ: Environ) {
    this.environ = environ
    this.method = environ.REQUEST_METHOD
    this.path = wsgiToText(environ.PATH_INFO) || '/'
    this.args = new URLSearchParams(environ.QUERY_STRING)
  }

  async form(): Promise<URLSearchParams> {
    return new URLSearchParams(new TextDecoder().decode(await this.environ['wsgi.input'].read()))
  }
}

/** A complete answer. A view may return it, or throw it if it cannot continue. */
export class Response {
  readonly status: string
  readonly headers: HeaderList
  readonly body: string

  constructor(body: string, type: string, status = '200 OK', headers: HeaderList = []) {
    this.body = body
    this.status = status
    this.headers = [['Content-Type', `${type}; charset=utf-8`], ...headers]
  }
}

/** Creates a response whose text is the reason phrase of a status such as `404 Not Found`. */
export const problem = (status: string, headers: HeaderList = []): Response =>
  new Response(status.slice(4), 'text/plain', status, headers)

/** Trusted HTML, as opposed to text, which is escaped. */
export class Html extends String {}

/** Creates HTML: html`<p>${name}</p>` escapes the name, unless it is `Html` already. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  const escape = (value: unknown): string =>
    String(value).replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
  const filled = values.map((value) => (value instanceof Html ? value : escape(value)))
  return new Html(String.raw({ raw: parts }, ...filled))
}

type View = (request: Request, params: Record<string, string | undefined>) => unknown

export class App {
  readonly #routes: { method: string; pattern: RegExp; view: View }[] = []

  /** Adds a view: `route('GET', '/hello/:name', view)`. A path consists of letters, `/`, `-`, `_` and `:parameters`. */
  route(method: string, path: string, view: View): void {
    const pattern = new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
    this.#routes.push({ method, pattern, view })
  }

  /** The application that a server calls. It may be replaced by middleware that wraps it. */
  wsgiApp: Application = async (environ, startResponse) => {
    const { status, headers, body } = await this.#answer(new Request(environ))
    startResponse(status, headers)
    return [new TextEncoder().encode(body)]
  }

  async #answer(request: Request): Promise<Response> {
    try {
      return toResponse(await this.#dispatch(request))
    } catch (error) {
      if (error instanceof Response) return error
      logError(request.environ, error)
      return problem('500 Internal Server Error')
    }
  }

  #dispatch(request: Request): unknown {
    const routes = this.#routes.filter(({ pattern }) => pattern.test(request.path))
    if (routes.length === 0) return problem('404 Not Found')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = routes.find((one) => one.method === method)
    const allowed = routes.map((one) => one.method).join(', ')
    if (route === undefined) return problem('405 Method Not Allowed', [['Allow', allowed]])
    return route.view(request, route.pattern.exec(request.path)?.groups ?? {})
  }
}

/** Converts the return value of a view: a string to plain text, `Html` to HTML, other values to JSON. */
function toResponse(value: unknown): Response {
  if (value === undefined) throw new TypeError('The view returned nothing')
  if (value instanceof Response) return value
  if (value instanceof Html) return new Response(value.toString(), 'text/html')
  if (typeof value === 'string') return new Response(value, 'text/plain')
  return new Response(JSON.stringify(value), 'application/json')
}
