/**
 * What belongs to one request, and how a view gets at it without passing it along.
 *
 * The one file that uses `AsyncLocalStorage`. A context is entered once for each request.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { withCode } from '@phial/core'
import type { Phial } from './app.ts'
import { andThen, type Maybe, settle } from './maybe.ts'
import type { Request } from './request/request.ts'
import type { Way } from './answer/scopes.ts'
import type { Flash } from './sessions/flash.ts'
import { type OpenSession, touchSession } from './sessions/lifecycle.ts'
import type { Session } from './sessions/session.ts'
import { appcontextPushed } from './signals.ts'
import { teardownAppContext, teardownRequest } from './answer/teardown.ts'
import type { AfterRequest } from './answer/views.ts'

/** What an app keeps for the time of one request: `g.user = user`. */
export interface Globals {
  [name: string]: unknown
}

/**
 * An app that is at work, with or without a request. `app.appContext()` makes one for scripts and
 * tests.
 *
 * ```ts
 * await app.appContext().run(() => {
 *   g.user = 'Ada'
 *   console.log(urlFor('index', {}, { external: true }))
 * })
 * ```
 */
export class AppContext {
  readonly app: Phial
  #g: Globals | undefined
  #depth = 0

  constructor(app: Phial) {
    this.app = app
  }

  /** A place for anything, for the time of this context. */
  get g(): Globals {
    return (this.#g ??= {})
  }

  /**
   * Runs a function, and whatever it awaits, in this context; returns what it returns. At its end the
   * context is over and the teardown hooks run; a function that returns a promise has them waited for.
   */
  run<T>(work: () => T): T {
    return this.enter(() => {
      this.push()
      return settle(work, (error) => this.pop(error))
    })
  }

  /** Runs a function in this context, and leaves it open. */
  enter<T>(work: () => T): T {
    return storage.run(this, work)
  }

  /** Counts one more who works in this context. */
  push(): void {
    this.#depth += 1
    if (this.#depth === 1 && appcontextPushed.hasReceivers) {
      appcontextPushed.send(this.app, { context: this })
    }
  }

  /** Counts one less. With the last one, the context is over: the teardown hooks run, with the error that nobody took. */
  pop(error: unknown): Maybe<void> {
    this.#depth -= 1
    return this.#depth === 0 ? this.teardown(error) : undefined
  }

  /** Runs what is to run at the end. */
  protected teardown(error: unknown): Maybe<void> {
    return teardownAppContext(this, error)
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
  /** The session, once it was opened. `session` opens it. */
  opened: OpenSession | undefined
  /** Whether the session was saved, so that it is too late to change it. */
  isSessionOver: boolean
  /** The messages that `getFlashedMessages` took out of the session. */
  flashes: readonly Flash[] | undefined
  /** What `afterThisRequest` was given. */
  afterThis: AfterRequest[] | undefined
  #way: Way | undefined

  constructor(app: Phial, request: Request) {
    super(app)
    this.request = request
    this.opened = undefined
    this.isSessionOver = false
    this.flashes = undefined
    this.afterThis = undefined
    this.#way = undefined
  }

  /** The hooks and handlers that are asked for this request: the app's, and its blueprints'. */
  get way(): Way {
    return (this.#way ??= this.app.scopes.wayOf(this.request.blueprint))
  }

  /** What is kept of the visitor. To ask for it makes the answer depend on the cookie. */
  get session(): Session {
    return touchSession(this)
  }

  protected override teardown(error: unknown): Maybe<void> {
    const ended = andThen(teardownRequest(this, error), () => this.request.close())
    return andThen(ended, () => super.teardown(error))
  }
}

const storage = new AsyncLocalStorage<AppContext>()

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

/** The app that is at work. Raises `ContextError` outside of a context. */
export const currentApp: Phial = contextLocal('currentApp', (context) => context.app)

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
    set: (_, key, value) => Reflect.set(actual(), key, value),
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
