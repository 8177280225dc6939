/**
 * The test client: a browser for one app. It calls the app through the gateway's driver, without a server.
 */
import { type ApplicationLike, call, type HeaderList, withCode, validator } from '@phial/core'
import { stringifySetCookie } from 'cookie'
import type { Config } from '../config/config.ts'
import type { RequestContext } from '../context/context.ts'
import { type CookieOptions, Response as PhialResponse } from '../response/response.ts'
import type { WebSocketConnection } from '../live/connection.ts'
import { readSession, saveSession } from '../sessions/lifecycle.ts'
import type { Session } from '../context/session-types.ts'
import {
  type Address,
  addressOf,
  type TestAddressOptions,
  DEFAULT_PLACEMENT,
  type Base,
  baseOf,
  cookieTarget,
  locatedEnviron,
  urlOf,
  withOverrides,
} from './address.ts'
import { CookieJar } from './cookie-jar.ts'
import { bytesOf, messageOf, type TestRequestOptions, withQuery } from './message.ts'
import {
  type PreparedRequest,
  tooManyRedirects,
  MAX_REDIRECTS,
  redirected,
  REDIRECTS,
  redirectTarget,
} from './redirects.ts'
import type { TestResponse } from './response.ts'

/** The parts of a Phial app that a client uses. */
interface TestedApp {
  readonly config: Config
  readonly urlMap: { readonly hostMatching: string }
  testRequestContext(path: string, options: TestRequestOptions): RequestContext
}

/** Options of a test client. */
export interface TestClientOptions {
  /** Whether the gateway's validator checks every request. Default true. */
  validate?: boolean
  /** Whether the client stores cookies and sends them with later requests. Default true. */
  cookies?: boolean
  /** The default base URL of requests: `https://example.com/app`. Default: from the app's settings. */
  baseUrl?: string
  /** Whether redirects to subdomains are followed. Default: whether the app's rules may have a host or subdomain. */
  allowSubdomainRedirects?: boolean
}

/** Selects a cookie. Default: the host of the base URL, and the path `/`. */
export interface TestCookieOptions extends CookieOptions {
  /** The host of the cookie, without subdomains. To include them, pass `domain`. */
  host?: string
}

/** The handshake of a WebSocket. */
export interface TestWebSocketOptions extends TestSessionOptions {
  /** Added to the query of the path. */
  query?: TestRequestOptions['query']
  /** The subprotocols that the client offers. Default: none. */
  protocols?: readonly string[]
}

type WithoutMethod = Omit<TestRequestOptions, 'method'>

/** The request for which a session is opened. */
export interface TestSessionOptions extends TestAddressOptions {
  /** The path. Default: a path to which the session cookie is sent. */
  path?: string
  headers?: Readonly<Record<string, string>>
  environ?: Readonly<Record<string, unknown>>
}

/**
 * A client for tests. It resolves to the platform's `Response`, and rejects with errors that the app does not handle.
 *
 * Paths are relative to the app's root, which comes from the base URL or from the settings `SERVER_NAME`,
 * `APPLICATION_ROOT` and `PREFERRED_URL_SCHEME`. Pass an absolute URL for another host or scheme.
 *
 * ```ts
 * const client = app.testClient({ baseUrl: 'https://example.com' })
 * const response = await client.post('/login', { form: { name: 'Ann' } })
 * expect(response.status).toBe(303)
 * ```
 */
export class TestClient {
  /** Keys to add to the environ of every request: `client.environBase.REMOTE_ADDR = '10.0.0.1'`. */
  readonly environBase: Record<string, unknown> = {}
  readonly #app: ApplicationLike
  readonly #phial: TestedApp | undefined
  readonly #jar: CookieJar | undefined
  readonly #baseUrl: string | undefined
  readonly #followsSubdomains: boolean

  constructor(
    app: ApplicationLike | (ApplicationLike & TestedApp),
    { validate = true, cookies = true, baseUrl, allowSubdomainRedirects }: TestClientOptions = {},
  ) {
    this.#phial = 'testRequestContext' in app ? app : undefined
    this.#app = validate ? validator(app) : app
    this.#jar = cookies ? new CookieJar() : undefined
    this.#baseUrl = baseUrl
    const hasHosts = this.#phial !== undefined && this.#phial.urlMap.hostMatching !== 'none'
    this.#followsSubdomains = allowSubdomainRedirects ?? hasHosts
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
   * Requests a path or an absolute URL, with any method.
   *
   * Rejects with errors that the app does not handle, with errors of the validator, with `TypeError` for a URL outside of
   * the app, and with `Error` for redirects that leave the app or never end.
   */
  async request(path: string, options: TestRequestOptions = {}): Promise<TestResponse> {
    const { method = 'GET', followRedirects = false } = options
    const { headers, body } = messageOf(options)
    const environ = { ...this.environBase, ...options.environ }
    const base = withOverrides(this.#base(options), environ, headers)
    const address = addressOf(withQuery(path, options.query), base)
    const bytes = body === undefined ? undefined : await bytesOf(body)
    const history: TestResponse[] = []
    let request: PreparedRequest = { method, address, headers, body: bytes, environ }
    for (;;) {
      const answer = await this.#send(request, [...history])
      const location = answer.headers.get('location')
      if (!followRedirects || location === null || !REDIRECTS.has(answer.status)) return answer
      history.push(answer)
      if (history.length > MAX_REDIRECTS) throw tooManyRedirects(history)
      const subdomainsOf = this.#followsSubdomains ? base.host : undefined
      const next = redirectTarget(request.address, location, subdomainsOf)
      request = redirected(request, answer.status, next)
    }
  }

  /** Returns the base URL of a request: its own, the client's, or that of the settings. */
  #base(options: TestAddressOptions): Base {
    const { baseUrl, subdomain, urlScheme } = options
    const isGiven = baseUrl !== undefined || subdomain !== undefined || urlScheme !== undefined
    const place = this.#phial?.config ?? DEFAULT_PLACEMENT
    if (isGiven || this.#baseUrl === undefined) return baseOf(options, place)
    return baseOf({ baseUrl: this.#baseUrl }, place)
  }

  async #send(request: PreparedRequest, history: readonly TestResponse[]): Promise<TestResponse> {
    const { method, address, body } = request
    const headers = this.#headersFor(address, request.headers)
    const sent = { method, path: address.target, headers, ...(body === undefined ? {} : { body }) }
    const located = {
      ...(address.target === '*' ? {} : locatedEnviron(address)),
      ...request.environ,
    }
    const { responseOf, captureContext } = await import('./response.ts') // loaded on demand, because it loads `fetch`
    const [answer, context] = await captureContext(located, (environ) =>
      call(this.#app, { ...sent, environ }),
    )
    this.#storeCookies(answer.headers, address)
    return responseOf(answer, { url: urlOf(address), history, context })
  }

  /** Returns the headers of a request, with those that a browser adds. */
  #headersFor(address: Address, given: Headers): Headers {
    const headers = new Headers(given)
    if (!headers.has('host')) headers.set('host', address.host)
    const cookie = this.#jar?.headerFor(cookieTarget(address))
    if (cookie !== undefined && !headers.has('cookie')) headers.set('cookie', cookie)
    return headers
  }

  #storeCookies(headers: HeaderList, address: Address): void {
    for (const [name, value] of headers) {
      if (name.toLowerCase() === 'set-cookie') this.#jar?.store(value, cookieTarget(address))
    }
  }

  /**
   * Opens a WebSocket, with the client's cookies and without an `Origin`, unless `headers` has one. Rejects with an
   * `Error` if the app answers the handshake with anything but 101, and with what the app throws.
   *
   * ```ts
   * const socket = await client.websocket('/chat')
   * await socket.send('hello')
   * expect(await socket.receive()).toBe('hello')
   * ```
   */
  async websocket(path: string, options: TestWebSocketOptions = {}): Promise<WebSocketConnection> {
    const { protocols = [], query } = options
    const given = new Headers(options.headers ?? {})
    const environ = { ...this.environBase, ...options.environ }
    const base = withOverrides(this.#base(options), environ, given)
    const address = addressOf(withQuery(path, query), base)
    const headers = this.#headersFor(address, given)
    const { openWebSocket } = await import('./websocket.ts') // loaded on demand, because few tests use it
    const located = { ...locatedEnviron(address), ...environ }
    return openWebSocket(
      this.#app,
      { path: address.target, headers, environ: located },
      protocols,
      {
        onHead: (received) => this.#storeCookies(received, address),
      },
    )
  }

  /**
   * Stores a cookie, as if a response had set it. The value is sent unchanged.
   *
   * Throws an `Error` if the client does not store cookies, or if a browser would ignore this one.
   */
  setCookie(name: string, value: string, options: TestCookieOptions = {}): void {
    const { host = options.domain?.replace(/^\./, ''), ...attributes } = options
    const secure = attributes.secure === true || /^__(?:Host|Secure)-/i.test(name)
    const flags = { path: '/', ...attributes, secure, encode: unchanged }
    const target = { host: host ?? this.#base({}).host, path: '/', scheme: 'https' }
    const reason = this.#cookies().store(stringifySetCookie(name, value, flags), target)
    if (reason !== undefined)
      throw testError(`Browsers would ignore the cookie ${name}: ${reason}.`)
  }

  /** Deletes a cookie. `host` or `domain`, and `path`, must be those with which it was set. */
  deleteCookie(name: string, options: TestCookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0 })
  }

  /**
   * Returns the raw value of the cookie that a request over HTTPS would send; `undefined` if it would send none. `path`
   * includes the mount path. Default: the path `/` and the host of the base URL.
   */
  getCookie(
    name: string,
    path: string = '/',
    host: string = this.#base({}).host,
  ): string | undefined {
    return this.#cookies().valueFor(name, { host, path, scheme: 'https' })
  }

  /**
   * Reads and changes the session between two requests. The options are those of a request. They select the session if the
   * app serves several hosts. Resolves to the result of the function.
   *
   * Rejects with `Error` if the client does not store cookies, if the application is not a Phial app, or if the session cookie is
   * not sent to the base URL. Rejects with `SessionError` if the session cannot be written.
   *
   * ```ts
   * await client.session((session) => {
   *   session.user = 'Ann'
   * })
   * ```
   */
  async session<T>(
    work: (session: Session) => T | Promise<T>,
    options: TestSessionOptions = {},
  ): Promise<T> {
    const jar = this.#cookies()
    const app = this.#phialApp()
    const environ = { ...this.environBase, ...options.environ }
    const base = withOverrides(this.#base(options), environ, new Headers(options.headers ?? {}))
    const address = addressOf(options.path ?? sessionPath(app.config, base.root), base)
    const target = cookieTarget(address)
    const cookie = jar.headerFor(target)
    const headers = { ...options.headers, ...(cookie === undefined ? {} : { cookie }) }
    const context = app.testRequestContext(urlOf(address), {
      headers,
      environ: { ...locatedEnviron(address), ...environ },
    })
    return context.run(async () => {
      await readSession(context)
      const result = await work(context.session)
      const response = await saveSession(new PhialResponse(), context)
      for (const header of response.headers.getAll('Set-Cookie'))
        this.#storeSessionCookie(header, address)
      return result
    })
  }

  /** Stores the session cookie. Throws an `Error` if later requests would not send it. */
  #storeSessionCookie(header: string, address: Address): void {
    const jar = this.#cookies()
    const target = cookieTarget(address)
    const [name = ''] = header.split('=', 1)
    const reason = jar.store(header, target)
    const isSent = /; Max-Age=0\b/.test(header) || jar.valueFor(name, target) !== undefined
    if (reason === undefined && isSent) return
    const attributes = header.slice(header.indexOf(';') + 2)
    throw testError(
      `The session cookie (${attributes}) is not sent to ${urlOf(address)}${reason === undefined ? '' : `: ${reason}`}. Pass a baseUrl to which it is sent, such as app.testClient({ baseUrl: 'https://example.com' }), or set SERVER_NAME.`,
    )
  }

  #phialApp(): TestedApp {
    if (this.#phial !== undefined) return this.#phial
    throw testError(
      'Expected a Phial app, received another application. Only Phial apps have sessions.',
    )
  }

  #cookies(): CookieJar {
    if (this.#jar !== undefined) return this.#jar
    throw testError(
      'This client does not store cookies, because it was created with { cookies: false }. Omit that option to use cookies and sessions.',
    )
  }
}

/** Returns a path to which the session cookie is sent, relative to the app's root. */
function sessionPath(config: Config, root: string): string {
  const path = config.SESSION_COOKIE_PATH ?? config.APPLICATION_ROOT
  return path.startsWith(`${root}/`) ? path.slice(root.length) : '/'
}

function testError(message: string): Error {
  return withCode('ERR_PHIAL_TEST_SESSION', new Error(message))
}

function unchanged(value: string): string {
  return value
}
