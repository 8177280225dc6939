/**
 * Asking an app in a test: through the gateway's own driver, without a server.
 */
import {
  type ApplicationLike,
  call,
  decodePath,
  type Environ,
  environKey,
  setupTestingDefaults,
  splitTarget,
  textToWsgi,
  validator,
} from '@phial/core'
import { parseSetCookie, type SetCookie, stringifyCookie } from 'cookie'
import { isBodyless } from './response.ts'

/** How a client behaves. */
export interface TestClientOptions {
  /** Whether every request runs under the gateway's validator. Default true. */
  validate?: boolean
  /** Whether cookies are kept from answer to request. Default true. */
  cookies?: boolean
}

/** Values for a query or a form. A list gives a name several times. */
export type TestValues = Readonly<
  Record<string, string | number | boolean | readonly (string | number | boolean)[]>
>

/** What is asked beside the path. At most one of `json`, `form` and `body` is sent. */
export interface TestRequestOptions {
  method?: string
  query?: string | URLSearchParams | TestValues
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as a form: urlencoded, or multipart if it is a `FormData`. */
  form?: TestValues | URLSearchParams | FormData
  body?: string | Uint8Array
  /** Put into the environ last: `{ REMOTE_ADDR: '10.0.0.1' }`. */
  environ?: Readonly<Record<string, unknown>>
}

type WithoutMethod = Omit<TestRequestOptions, 'method'>

/**
 * A client for tests. Answers are the platform's `Response`s; errors that the app does not answer
 * are rejections.
 *
 * ```ts
 * const client = app.testClient()
 * const response = await client.post('/login', { form: { name: 'Ann' } })
 * expect(response.status).toBe(303)
 * ```
 */
export class TestClient {
  readonly #app: ApplicationLike
  readonly #cookies: Map<string, string> | undefined

  constructor(app: ApplicationLike, { validate = true, cookies = true }: TestClientOptions = {}) {
    this.#app = validate ? validator(app) : app
    this.#cookies = cookies ? new Map() : undefined
  }

  get(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'GET' })
  }

  head(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'HEAD' })
  }

  post(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'POST' })
  }

  put(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'PUT' })
  }

  patch(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'PATCH' })
  }

  delete(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'DELETE' })
  }

  options(path: string, options: WithoutMethod = {}): Promise<Response> {
    return this.request(path, { ...options, method: 'OPTIONS' })
  }

  /** Asks for a path, with any method. */
  async request(path: string, options: TestRequestOptions = {}): Promise<Response> {
    const { method = 'GET', query, environ = {} } = options
    const [headers, body] = await messageOf(options, this.#cookieHeader())
    const answer = await call(this.#app, {
      method,
      path,
      headers,
      environ,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
    })
    for (const [name, value] of answer.headers) {
      if (name.toLowerCase() === 'set-cookie') this.#keep(parseSetCookie(value))
    }
    const hasBody = !isBodyless(answer.statusCode) && answer.statusCode !== 205
    return new Response(hasBody ? new Uint8Array(answer.body) : null, {
      status: answer.statusCode,
      statusText: answer.status.slice(4),
      headers: answer.headers,
    })
  }

  #cookieHeader(): string | undefined {
    if (this.#cookies === undefined || this.#cookies.size === 0) return undefined
    return stringifyCookie(Object.fromEntries(this.#cookies))
  }

  #keep({ name, value = '', maxAge, expires }: SetCookie): void {
    const isOver =
      maxAge === undefined ? expires !== undefined && expires <= new Date() : maxAge <= 0
    if (isOver) this.#cookies?.delete(name)
    else this.#cookies?.set(name, value)
  }
}

/** The headers and the body of a request. */
async function messageOf(
  options: TestRequestOptions,
  cookie: string | undefined,
): Promise<[headers: Headers, body: string | Uint8Array | undefined]> {
  const [type, body] = await encode(options)
  const headers = new Headers(cookie === undefined ? {} : { cookie })
  if (type !== '') headers.set('content-type', type)
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  return [headers, body]
}

async function encode({
  json,
  form,
  body,
}: TestRequestOptions): Promise<[type: string, body: string | Uint8Array | undefined]> {
  if (json !== undefined) return ['application/json', JSON.stringify(json)]
  if (form === undefined) return ['', body]
  if (!(form instanceof FormData)) {
    return ['application/x-www-form-urlencoded', searchParams(form).toString()]
  }
  const encoded = new Response(form)
  const type = encoded.headers.get('content-type') ?? ''
  return [type, new Uint8Array(await encoded.arrayBuffer())]
}

function searchParams(values: TestValues | URLSearchParams): URLSearchParams {
  if (values instanceof URLSearchParams) return values
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      params.append(name, String(item))
    }
  }
  return params
}

/** The environ of a request without a body, for a context that no server opened. */
export function testEnviron(target: string, options: TestRequestOptions): Environ {
  const { method = 'GET', query = '', headers = {} } = options
  const { path, query: own } = splitTarget(target.startsWith('/') ? target : `/${target}`)
  const more = typeof query === 'string' ? query : searchParams(query).toString()
  const environ: Record<string, unknown> = {
    REQUEST_METHOD: method,
    SCRIPT_NAME: '',
    PATH_INFO: decodePath(textToWsgi(path)),
    QUERY_STRING: [own, more].filter((part) => part !== '').join('&'),
    HTTP_HOST: 'localhost',
  }
  for (const [name, value] of Object.entries(headers)) {
    const key = environKey(name)
    if (key !== undefined) environ[key] = value
  }
  return setupTestingDefaults({ ...environ, ...options.environ })
}
