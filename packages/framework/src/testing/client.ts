/**
 * Asking an app in a test: through the gateway's own driver, without a server.
 */
import { type ApplicationLike, call, type CallAnswer, withCode, validator } from '@phial/core'
import { stringifySetCookie } from 'cookie'
import type { Phial } from '../app.ts'
import type { RequestContext } from '../context.ts'
import type { Session } from '../session-types.ts'
import { type CookieOptions, isBodyless, Response as PhialResponse } from '../response/response.ts'
import { readSession, saveSession } from '../sessions/lifecycle.ts'
import { requestStarted } from '../signals.ts'
import { CookieJar, type Target } from './cookie-jar.ts'
import { messageOf, type TestMessage, type TestRequestOptions, withQuery } from './message.ts'

/** How a client behaves. */
export interface TestClientOptions {
  /** Whether every request runs under the gateway's validator. Default true. */
  validate?: boolean
  /** Whether cookies are kept from answer to request. Default true. */
  cookies?: boolean
}

/** Where a cookie of a test is kept. Default: every path of `localhost`. */
export interface TestCookieOptions extends Omit<CookieOptions, 'domain'> {
  /** The host that it is for. Default `localhost`. */
  host?: string
}

type WithoutMethod = Omit<TestRequestOptions, 'method'>

/** How an answer was come by. */
interface Provenance {
  readonly url: string
  readonly history: readonly TestResponse[]
  readonly context: RequestContext | undefined
}

/**
 * The platform's `Response`, which also knows how it was come by.
 *
 * ```ts
 * const response = await app.testClient().get('/old', { followRedirects: true })
 * response.history.map(({ status }) => status) // [303]
 * ```
 */
export class TestResponse extends Response {
  /** The answers that were redirects and were followed, the first first. */
  readonly history: readonly TestResponse[]
  /** What was asked, at last. */
  override readonly url: string
  override readonly redirected: boolean
  /** The request's context, to look at what it kept: `response.context?.g`. Only Phial's own apps have one. */
  readonly context: RequestContext | undefined

  constructor(body: Uint8Array<ArrayBuffer> | null, init: ResponseInit, how: Provenance) {
    super(body, init)
    this.url = how.url
    this.redirected = how.history.length > 0
    this.history = how.history
    this.context = how.context
  }
}

/** One request on its way: a redirect makes another one of it. */
interface Asking {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly message: TestMessage
  readonly environ: Readonly<Record<string, unknown>>
}

/** As many redirects as are followed. */
const MOST = 20

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
  readonly #phial: Phial | undefined
  readonly #jar: CookieJar | undefined

  constructor(
    app: ApplicationLike | Phial,
    { validate = true, cookies = true }: TestClientOptions = {},
  ) {
    this.#phial = 'testRequestContext' in app ? app : undefined
    this.#app = validate ? validator(app) : app
    this.#jar = cookies ? new CookieJar() : undefined
  }

  get(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'GET' })
  }

  head(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'HEAD' })
  }

  post(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'POST' })
  }

  put(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'PUT' })
  }

  patch(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'PATCH' })
  }

  delete(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'DELETE' })
  }

  options(path: string, options: WithoutMethod = {}): Promise<TestResponse> {
    return this.request(path, { ...options, method: 'OPTIONS' })
  }

  /**
   * Asks for a path, with any method.
   *
   * Raises what the app raises and does not answer, what the validator finds, and an `Error` for
   * redirects that lead to another host or do not end.
   */
  async request(path: string, options: TestRequestOptions = {}): Promise<TestResponse> {
    const { method = 'GET', query, environ = {}, followRedirects = false } = options
    const message = await messageOf(options)
    const history: TestResponse[] = []
    let asking: Asking = { method, path: withQuery(path, query), message, environ }
    for (;;) {
      const answer = await this.#ask(asking, [...history])
      const location = answer.headers.get('location')
      if (!followRedirects || location === null || !REDIRECTS.has(answer.status)) return answer
      history.push(answer)
      if (history.length > MOST) throw endless(history)
      asking = redirected(asking, answer, location)
    }
  }

  async #ask(asking: Asking, history: readonly TestResponse[]): Promise<TestResponse> {
    const { method, path, message, environ } = asking
    const headers = new Headers(message.headers)
    const target = targetOf(asking)
    const cookie = this.#jar?.headerFor(target)
    if (cookie !== undefined && !headers.has('cookie')) headers.set('cookie', cookie)
    const { body } = message
    const sent = body === undefined ? {} : { body }
    const [answer, context] = await witnessed(environ, (environ) =>
      call(this.#app, { method, path, headers, environ, ...sent }),
    )
    for (const [name, value] of answer.headers) {
      if (name.toLowerCase() === 'set-cookie') this.#jar?.take(value, target)
    }
    return responseOf(answer, { url: urlOf(asking), history, context })
  }

  /**
   * Keeps a cookie, as if an answer had set it. The value is sent as it is.
   *
   * Raises `Error` if the client was told to keep none.
   */
  setCookie(name: string, value: string, options: TestCookieOptions = {}): void {
    const { host = 'localhost', ...attributes } = options
    const header = stringifySetCookie(name, value, { path: '/', ...attributes, encode: asItIs })
    this.#cookies().take(header, { host, path: '/', isSecure: true })
  }

  /** Forgets a cookie. `host` and `path` have to be those that it was set with. */
  deleteCookie(name: string, options: TestCookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0 })
  }

  /** The value of the cookie that a request for a path would send, as it is; `undefined` if there is none. */
  getCookie(name: string, path: string = '/', host: string = 'localhost'): string | undefined {
    return this.#cookies().valueFor(name, { host, path, isSecure: true })
  }

  /**
   * Lets a function read and change the visitor's session between two requests; what it makes of it is
   * kept. Returns what the function returns.
   *
   * Raises `Error` for a client without cookies or of a bare gateway application, and `SessionError` if
   * the app has no secret.
   *
   * ```ts
   * await client.session((session) => {
   *   session.user = 'Ann'
   * })
   * ```
   */
  async session<T>(work: (session: Session) => T | Promise<T>): Promise<T> {
    const jar = this.#cookies()
    const target = { host: 'localhost', path: '/', isSecure: true }
    const cookie = jar.headerFor(target)
    const context = this.#sessionContext(cookie === undefined ? {} : { Cookie: cookie })
    return context.run(async () => {
      await readSession(context)
      const result = await work(context.session)
      const { headers } = await saveSession(new PhialResponse(), context)
      for (const header of headers.getAll('Set-Cookie')) jar.take(header, target)
      return result
    })
  }

  #sessionContext(headers: Record<string, string>): RequestContext {
    if (this.#phial !== undefined) return this.#phial.testRequestContext('/', { headers })
    throw withCode(
      'ERR_PHIAL_TEST_SESSION',
      new Error('Sessions are an app’s of Phial, and this client asks another application.'),
    )
  }

  #cookies(): CookieJar {
    if (this.#jar !== undefined) return this.#jar
    throw withCode(
      'ERR_PHIAL_TEST_SESSION',
      new Error('This client keeps no cookies: it was made with { cookies: false }.'),
    )
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The request that a redirect asks for: of a form that was sent, the browser makes a `GET`. */
function redirected(asking: Asking, { status, url }: TestResponse, location: string): Asking {
  const next = new URL(location, url)
  if (next.origin !== new URL(url).origin) {
    throw withCode(
      'ERR_PHIAL_TEST_REDIRECT',
      new Error(
        `${url} redirects to ${next.href}, which is another site: this client asks one app only. Leave followRedirects out, and look at the Location header.`,
      ),
    )
  }
  const root = scriptOf(asking)
  const path = next.pathname.startsWith(`${root}/`)
    ? next.pathname.slice(root.length)
    : next.pathname
  const moved = { ...asking, path: path + next.search }
  const keepsMethod = status === 307 || status === 308 || /^(?:GET|HEAD)$/.test(asking.method)
  if (keepsMethod || (status !== 303 && asking.method !== 'POST')) return moved
  const headers = new Headers(asking.message.headers)
  for (const name of ['content-type', 'content-length', 'content-encoding']) headers.delete(name)
  return { ...moved, method: 'GET', message: { headers, body: undefined } }
}

function endless(history: readonly TestResponse[]): Error {
  const last = history.slice(-2).map(({ url }) => url)
  return withCode(
    'ERR_PHIAL_TEST_REDIRECT',
    new Error(
      `More than ${MOST} redirects, one after another, at last ${last.join(' and ')}. Is there an end to them?`,
    ),
  )
}

function scriptOf({ environ }: Asking): string {
  const script = environ['SCRIPT_NAME']
  return typeof script === 'string' ? script : ''
}

function targetOf(asking: Asking): Target {
  const { environ, path, message } = asking
  const [bare = ''] = path.split('?')
  return {
    host: message.headers.get('host') ?? 'localhost',
    path: scriptOf(asking) + bare,
    isSecure: environ['wsgi.url_scheme'] === 'https',
  }
}

function urlOf(asking: Asking): string {
  const { host, isSecure } = targetOf(asking)
  return `${isSecure ? 'https' : 'http'}://${host}${scriptOf(asking)}${asking.path}`
}

/** Marks an environ, so that its context is known when it begins. */
async function witnessed<T>(
  environ: Asking['environ'],
  ask: (environ: Asking['environ']) => Promise<T>,
): Promise<[answer: T, context: RequestContext | undefined]> {
  const mark = {}
  let seen: RequestContext | undefined
  const disconnect = requestStarted.connect((_, { context }) => {
    if (context.request.environ[MARK] === mark) seen = context
  })
  try {
    return [await ask({ ...environ, [MARK]: mark }), seen]
  } finally {
    disconnect()
  }
}

const MARK = 'phial.testing'

function responseOf(answer: CallAnswer, how: Provenance): TestResponse {
  const hasBody = !isBodyless(answer.statusCode)
  const head = {
    status: answer.statusCode,
    statusText: answer.status.slice(4),
    headers: answer.headers,
  }
  return new TestResponse(hasBody ? new Uint8Array(answer.body) : null, head, how)
}

function asItIs(value: string): string {
  return value
}
