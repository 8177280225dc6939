/**
 * The context of a request, and the public names that find it without being passed along.
 *
 *     App ◄── AppContext ◄── RequestContext        what belongs to one request
 *                  ▲
 *     AsyncLocalStorage ── request, session, g, currentApp
 *
 * It knows the app only by the interface `App` below. No other file uses `AsyncLocalStorage`: a context is entered once
 * for each request, and Phial's own code passes it as an argument.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
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

/** What a request may ask of its app. `Phial` is one. */
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
  /** The URL of an endpoint, as the current request would link to it. */
  urlFor(endpoint: string, values?: UrlValues, options?: object): string
  /** Adds what `urlDefaults` and static files' versions add to the values of a URL. */
  injectUrlDefaults(endpoint: string, values: UrlValues): UrlValues
  /** Asks `urlBuildErrorHandlers` for another URL. Throws the error if none has one. */
  handleUrlBuildError(error: BuildError, endpoint: string, values: UrlValues): string
  /** What context processors add to the data of each template. */
  templateContext(context: AppContext | undefined): object | undefined
  /** The session of a request, which counts as used from now on. */
  sessionOf(context: RequestContext): Session
  /** Logs an error that no handler answered. */
  logException(error: unknown, context: AppContext): void
  /** Called when a context begins. */
  contextPushed(context: AppContext): void
  /** Called when a context ends, with the error that no handler answered: runs the teardown hooks. Never fails. */
  contextPopped(context: AppContext, error: unknown): Maybe<void>
}

/** Renders templates by name or from text. */
export interface Renderer {
  render(name: string | readonly string[], data: object): string
  renderString(source: string, data: object): string
  stream(name: string | readonly string[], data: object): AsyncIterable<string>
  streamString(source: string, data: object): AsyncIterable<string>
}

/** Runs after the view, and after error handlers. May change the response, or return another. */
export type AfterRequest = (
  response: Response,
  context: RequestContext,
) => Maybe<Response | globalThis.Response | undefined | void>

/** What an app keeps for the time of one request: `g.user = user`. */
export interface Globals extends Dict {}

/**
 * An app in use, with or without a request. `app.appContext()` makes one for scripts and tests.
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

  /** A place for anything, for the time of this context. */
  get g(): Globals {
    return (this.#g ??= Object.create(dictMethods) as Globals)
  }

  /**
   * Runs a function, and whatever it awaits, in this context; returns what it returns. Then the
   * context ends and the teardown hooks run, after the promise if the function returns one.
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

  /** Increments the context's use count. */
  push(): void {
    this.#depth += 1
    if (this.#depth === 1) this.app.contextPushed(this)
  }

  /** Decrements the use count. At zero the context ends: the teardown hooks run, with the error that no handler answered. */
  pop(error: unknown): Maybe<void> {
    this.#depth -= 1
    return this.#depth === 0 ? this.app.contextPopped(this, error) : undefined
  }
}

/**
 * One request. It is a view's second argument: `({ id }, { request, session, g, app }) => …`.
 *
 * ```ts
 * app.get('/', (_params, { request, app }) => `${request.path} in ${app.rootPath}`)
 * ```
 */
export class RequestContext extends AppContext {
  readonly request: Request
  /** The blueprint that `urlFor('.name')` is relative to: the rule's, or that of the error handler that runs. */
  blueprint: string | undefined
  /** The session, once it was opened. `session` opens it. */
  opened: OpenSession | undefined = undefined
  /** Why the session could not be read, if its store failed. */
  sessionFailure: { readonly error: unknown } | undefined = undefined
  /** Whether the session was saved, so that it is too late to change it. */
  isSessionOver = false
  /** The messages that `getFlashedMessages` took out of the session. */
  flashes: readonly Flash[] | undefined = undefined
  /** The hooks that `afterThisRequest` was given. */
  afterThis: AfterRequest[] | undefined = undefined

  constructor(app: App, request: Request) {
    super(app)
    this.request = request
    this.blueprint = request.blueprint
  }

  /** What is kept of the visitor. To ask for it makes the answer depend on the cookie. */
  get session(): Session {
    return this.app.sessionOf(this)
  }
}

const storage = new AsyncLocalStorage<AppContext>()

/** The environ of the request in progress, if there is one. */
export function currentEnviron(): Environ | undefined {
  const context = storage.getStore()
  return context instanceof RequestContext ? context.request.environ : undefined
}

/** The context that is being worked in, if any. */
export function currentContext(): AppContext | undefined {
  return storage.getStore()
}

/**
 * Whether a request is being answered, so that `request` can be used.
 *
 * ```ts
 * const who = hasRequestContext() ? request.remoteAddr : 'the command line'
 * ```
 */
export function hasRequestContext(): boolean {
  return storage.getStore() instanceof RequestContext
}

/** The request's context that is being worked in. Raises `ContextError` outside of one; `name` is what it is needed for. */
export function currentRequestContext(name: string): RequestContext {
  const context = storage.getStore()
  if (context instanceof RequestContext) return context
  throw outside(name)
}

/**
 * Whether an app is at work, so that `currentApp` and `g` can be used.
 *
 * ```ts
 * if (hasAppContext()) currentApp.logger.info('Imported')
 * ```
 */
export function hasAppContext(): boolean {
  return storage.getStore() !== undefined
}

/** `request`, `g` or `currentApp` was used where there is none. */
export class ContextError extends Error {
  override name = 'ContextError'
}

/** The request that is being answered. Raises `ContextError` outside of one. */
export const request: Request = contextLocal('request', (context) =>
  context instanceof RequestContext ? context.request : undefined,
)

/** What is kept of the visitor from request to request. Raises `ContextError` outside of a request. */
export const session: Session = contextLocal('session', (context) =>
  context instanceof RequestContext ? context.session : undefined,
)

/** A place for anything, for the time of one request. Raises `ContextError` outside of a context. */
export const g: Globals = contextLocal('g', (context) => context.g)

/** The app in use, as far as a request may ask of it. Throws `ContextError` outside of a context. */
export const currentApp: App = contextLocal('currentApp', (context) => context.app)

/** Hints for who writes `(req, res) => res.send('Hello')`: a view returns its answer. */
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
          `A view's second argument is the request's context, which has no ${name}(): a view returns its answer. Return a string, an object, or makeResponse(body, status, headers).`,
        ),
      )
    },
  })
}

/** An object that stands for another one, which each context has its own of. */
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
  const stand: ProxyHandler<T> = {
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
  return new Proxy({} as T, stand)
}

/** A method is bound to the object that it is read from: `const { text } = request` works. */
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
      ? "In a test or a script, open one: app.testRequestContext('/path').run(() => …)."
      : 'In a test or a script, open one: app.appContext().run(() => …).'
  return withCode(
    'ERR_PHIAL_CONTEXT_MISSING',
    new ContextError(
      `${name} was used outside of any ${needed} context. It belongs to one request, so use it while a view, a hook or a template of that request runs, not when a module loads. ${help}`,
    ),
  )
}
