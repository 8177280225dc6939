/**
 * The context of a request, and the public names that find it without an argument.
 *
 *     App ◄── AppContext ◄── RequestContext        the state of one request
 *                  ▲
 *     AsyncLocalStorage ── request, session, g, currentApp
 *
 * It depends on the interface `App` below, not on `Phial`. No other file uses `AsyncLocalStorage`: each request enters its
 * context once, and Phial's own code passes the context as an argument.
 */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { type Environ, withCode } from '@phial/core'
import type { Config } from '../config/config.ts'
import { type Dict, dictMethods } from '../helpers/dict.ts'
import { guard } from '../helpers/guards.ts'
import type { JsonProvider } from '../response/json-provider.ts'
import type { Logger } from '../logging/logger.ts'
import { isPromise, type Maybe, settle } from '../helpers/promises.ts'
import type { Request } from '../request/request.ts'
import type { Response } from '../response/response.ts'
import type { Router } from '../routing/router.ts'
import type { BuildError, UrlValues } from '../routing/url.ts'
import type { Flash, OpenSession, Session, SessionInterface } from './session-types.ts'

/** The part of an app that a request needs. `Phial` implements it. */
export interface App {
  /** The folder of the app's file. */
  readonly rootPath: string
  readonly instancePath: string
  readonly config: Config
  readonly logger: Logger
  readonly json: JsonProvider
  readonly responseClass: typeof Response
  readonly urlMap: Router
  readonly extensions: Map<string, unknown>
  readonly templates: Renderer
  readonly sessionInterface: SessionInterface
  /** Returns the URL of an endpoint, as a link on a page of the current request. */
  urlFor(endpoint: string, values?: UrlValues, options?: object): string
  /** Returns the values of a URL, with those of `urlDefaults` and the version of a static file. */
  injectUrlDefaults(endpoint: string, values: UrlValues): UrlValues
  /** Returns the URL of the first of `urlBuildErrorHandlers` that returns one. Throws the error if none does. */
  handleUrlBuildError(error: BuildError, endpoint: string, values: UrlValues): string
  /** Returns what context processors add to the data of each template. */
  templateContext(context: AppContext | undefined): object | undefined
  /** Returns the session of a request, and marks it as used. */
  sessionOf(context: RequestContext): Session
  /** Logs an unhandled error. */
  logException(error: unknown, context: AppContext): void
  /** Called when a context begins. */
  contextPushed(context: AppContext): void
  /** Called when a context ends, with the unhandled error if there was one: runs the teardown hooks. Never fails. */
  contextPopped(context: AppContext, error: unknown): Maybe<void>
}

/** Renders templates by name or from text. */
export interface Renderer {
  render(name: string | readonly string[], data: object): string
  renderString(source: string, data: object): string
  stream(name: string | readonly string[], data: object): AsyncIterable<string>
  streamString(source: string, data: object): AsyncIterable<string>
}

/** Runs after the view or an error handler. It may change the response or return another one. */
export type AfterRequest = (
  response: Response,
  context: RequestContext,
) => Maybe<Response | globalThis.Response | undefined | void>

/** An app's own values for the duration of one request: `g.user = user`. */
export interface Globals extends Dict {}

/**
 * The context of an app, with or without a request. `app.appContext()` creates one for scripts and tests.
 *
 * ```ts
 * await app.appContext().run(() => {
 *   g.user = 'Ada'
 *   console.log(urlFor('index', {}, { external: true }))
 * })
 * ```
 */
export class AppContext {
  readonly app: App
  #g: Globals | undefined
  #depth = 0

  constructor(app: App) {
    this.app = app
  }

  /** The app's own values for the duration of this context. */
  get g(): Globals {
    return (this.#g ??= Object.create(dictMethods) as Globals)
  }

  /**
   * Calls a function in this context, including everything that it awaits, and returns its result. Then the context ends
   * and the teardown hooks run. If the function returns a promise, they run once it has settled.
   */
  run<T>(work: () => T): T {
    return this.enter(() => {
      this.push()
      return settle(work, (error) => this.pop(error))
    })
  }

  /** Calls a function in this context, and leaves the context open. */
  enter<Args extends unknown[], T>(work: (...args: Args) => T, ...args: Args): T {
    return storage.run(this, work, ...args)
  }

  /**
   * Returns a function that calls others in this context, such as those that create the chunks of a stream. Since Node 24,
   * each `enter` makes two maps, and one resource for many calls is faster. In older versions it is slower:
   * `pnpm bench peers --workloads stream`.
   */
  binding(): <T>(work: () => T) => T {
    if (!ENTERS_BY_MAPS) return (work) => this.enter(work)
    const resource = this.enter(() => new AsyncResource('PhialContext'))
    return (work) => resource.runInAsyncScope(work)
  }

  /** Increments the context's use count. */
  push(): void {
    this.#depth += 1
    if (this.#depth === 1) this.app.contextPushed(this)
  }

  /** Decrements the use count. At zero the context ends, and the teardown hooks run with the unhandled error if there was one. */
  pop(error: unknown): Maybe<void> {
    this.#depth -= 1
    return this.#depth === 0 ? this.app.contextPopped(this, error) : undefined
  }
}

/**
 * The context of one request. It is a view's second argument: `({ id }, { request, session, g, app }) => …`.
 *
 * ```ts
 * app.get('/', (_params, { request, app }) => `${request.path} in ${app.rootPath}`)
 * ```
 */
export class RequestContext extends AppContext {
  readonly request: Request
  /** The blueprint that `urlFor('.name')` is relative to: the rule's, or that of the error handler that runs. */
  blueprint: string | undefined
  /** The session, once it has been opened. `session` opens it. */
  opened: OpenSession | undefined = undefined
  /** The error of the session store, if reading failed. */
  sessionFailure: { readonly error: unknown } | undefined = undefined
  /** Whether the session has been saved. Later changes would be lost. */
  isSessionOver = false
  /** The messages that `getFlashedMessages` removed from the session. */
  flashes: readonly Flash[] | undefined = undefined
  /** The hooks of `afterThisRequest`. */
  afterThis: AfterRequest[] | undefined = undefined

  constructor(app: App, request: Request) {
    super(app)
    this.request = request
    this.blueprint = request.blueprint
  }

  /** The visitor's session. Reading it makes the response depend on the cookie. */
  get session(): Session {
    return this.app.sessionOf(this)
  }
}

const storage = new AsyncLocalStorage<AppContext>()
const ENTERS_BY_MAPS = Number.parseInt(process.versions.node, 10) >= 24

/** Returns the environ of the current request, if there is one. */
export function currentEnviron(): Environ | undefined {
  const context = storage.getStore()
  return context instanceof RequestContext ? context.request.environ : undefined
}

/** Returns the current context, if there is one. */
export function currentContext(): AppContext | undefined {
  return storage.getStore()
}

/**
 * Reports whether there is a current request, so that `request` is available.
 *
 * ```ts
 * const client = hasRequestContext() ? request.remoteAddr : 'the command line'
 * ```
 */
export function hasRequestContext(): boolean {
  return storage.getStore() instanceof RequestContext
}

/** Returns the context of the current request. Throws `ContextError` outside of one; `name` is the function that needs it. */
export function currentRequestContext(name: string): RequestContext {
  const context = storage.getStore()
  if (context instanceof RequestContext) return context
  throw outside(name)
}

/**
 * Reports whether there is a current app, so that `currentApp` and `g` are available.
 *
 * ```ts
 * if (hasAppContext()) currentApp.logger.info('Imported')
 * ```
 */
export function hasAppContext(): boolean {
  return storage.getStore() !== undefined
}

/** The error for using `request`, `session`, `g` or `currentApp` outside of a context. */
export class ContextError extends Error {
  override name = 'ContextError'
}

/** The current request. Throws `ContextError` outside of one. */
export const request: Request = contextLocal('request', (context) =>
  context instanceof RequestContext ? context.request : undefined,
)

/** The visitor's values, stored from request to request. Throws `ContextError` outside of a request. */
export const session: Session = contextLocal('session', (context) =>
  context instanceof RequestContext ? context.session : undefined,
)

/** The app's own values for the duration of one request. Throws `ContextError` outside of a context. */
export const g: Globals = contextLocal('g', (context) => context.g)

/** The current app, as the interface that a request needs. Throws `ContextError` outside of a context. */
export const currentApp: App = contextLocal('currentApp', (context) => context.app)

/** Hints for views written as in Express, `(req, res) => res.send('Hello')`: a view returns its response. */
for (const name of [
  'send',
  'sendFile',
  'sendStatus',
  'json',
  'end',
  'render',
  'status',
  'redirect',
]) {
  Object.defineProperty(RequestContext.prototype, name, {
    get() {
      throw withCode(
        'ERR_PHIAL_NOT_EXPRESS',
        new TypeError(
          `A view's second argument is the request's context, which has no method ${name}(). A view returns its response. Return a string, an object, or makeResponse(body, status, headers).`,
        ),
      )
    },
  })
}

/** Returns a proxy for an object of the current context. */
function contextLocal<T extends object>(
  name: string,
  read: (context: AppContext) => T | undefined,
): T {
  const actual = (): T => {
    const context = storage.getStore()
    const value = context === undefined ? undefined : read(context)
    if (value === undefined) throw outside(name)
    return value
  }
  const handler: ProxyHandler<T> = {
    get: (_, key) => member(actual(), key),
    set: (_, key, value) => Reflect.set(actual(), key, isPromise(value) ? guard(value) : value),
    has: (_, key) => Reflect.has(actual(), key),
    deleteProperty: (_, key) => Reflect.deleteProperty(actual(), key),
    ownKeys: () => Reflect.ownKeys(actual()),
    getPrototypeOf: () => Reflect.getPrototypeOf(actual()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(actual(), key)
      return descriptor && { ...descriptor, configurable: true }
    },
  }
  return new Proxy({} as T, handler)
}

/** Returns a member of an object. Methods are bound to the object, so `const { text } = request` works. */
function member(value: object, key: PropertyKey): unknown {
  const found: unknown = Reflect.get(value, key, value)
  return typeof found === 'function' && key !== 'constructor' && !Object.hasOwn(value, key)
    ? (found.bind(value) as unknown)
    : found
}

function outside(name: string): ContextError {
  const needed = name === 'g' || name === 'currentApp' ? 'app' : 'request'
  const help =
    needed === 'request'
      ? "In a test or a script, open a context: app.testRequestContext('/path').run(() => …)."
      : 'In a test or a script, open a context: app.appContext().run(() => …).'
  return withCode(
    'ERR_PHIAL_CONTEXT_MISSING',
    new ContextError(
      `${name} was used outside of any ${needed} context. It belongs to one request, so use it while a view, a hook or a template of that request runs, not when a module loads. ${help}`,
    ),
  )
}
