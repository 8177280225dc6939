/**
 * What is set up before the first request: routes, hooks, error handlers. An app has all of it, and
 * so has a blueprint, for its own routes.
 */
import type { Maybe } from '../helpers/promises.ts'
import { withCode } from '@phial/core'
import { CommandGroup } from '../commands/commands.ts'
import type { AfterRequest } from '../context/context.ts'
import type { ErrorClass, ErrorHandler } from '../answer/errors.ts'
import { type WebSocketHandler, type WebSocketOptions, websocketView } from '../live/websocket.ts'
import type { HTTPException } from '../errors/http-errors.ts'
import { hasNoView } from '../answer/redirect-to.ts'
import type { ConvertersFor, PathValues, ValuesWithDefaults } from '../routing/params.ts'
import type { RuleOptions } from '../routing/router.ts'
import type { Response } from '../response/response.ts'
import type { UrlValues } from '../routing/url.ts'
import { Scope } from '../answer/scopes.ts'
import { type UrlDefaults, UrlHooks, type UrlValuePreprocessor } from '../urls/url-hooks.ts'
import type {
  BeforeRequest,
  ContextProcessor,
  TeardownRequest,
  ViewFunction,
} from '../answer/views.ts'

/** What a route may be given beside its pattern and its view. */
export type RouteOptions<Pattern extends string, Converters, Defaults = {}, Host = string> = Omit<
  RuleOptions<Pattern>,
  'params' | 'defaults' | 'host' | 'subdomain' | 'redirectTo'
> & { params?: Converters; defaults?: Defaults; host?: Host; subdomain?: Host }

/** A route without a view: it leads to another address, or is there for `urlFor` alone. */
export type WithoutView<Values> =
  | { redirectTo: string | ((values: Values) => string | Promise<string>) }
  | { buildOnly: true }

/** `app.get` and the like: one method. */
export type AddMethod = AddRoute<'methods'>

/** `app.route`: any methods. */
export interface AddRoute<Without extends string = never> {
  <const Pattern extends string>(
    pattern: Pattern,
    view: ViewFunction<PathValues<Pattern, {}>>,
  ): void
  <
    const Pattern extends string,
    const Converters extends ConvertersFor<`${Host}${Pattern}`> = {},
    Defaults extends UrlValues = {},
    const Host extends string = '',
  >(
    pattern: Pattern,
    options: Omit<RouteOptions<Pattern, Converters, Defaults, Host>, Without>,
    view: ViewFunction<ValuesWithDefaults<`${Host}${Pattern}`, Converters, Defaults>>,
  ): void
  <
    const Pattern extends string,
    const Converters extends ConvertersFor<`${Host}${Pattern}`> = {},
    Defaults extends UrlValues = {},
    const Host extends string = '',
  >(
    pattern: Pattern,
    options: Omit<RouteOptions<Pattern, Converters, Defaults, Host>, Without> &
      WithoutView<ValuesWithDefaults<`${Host}${Pattern}`, Converters, Defaults>>,
  ): void
}

/** `app.websocket`: a route whose connection goes on as a WebSocket. */
export interface AddWebSocket {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: WebSocketHandler<PathValues<Pattern, {}>>,
  ): void
  <
    const Pattern extends string,
    const Converters extends ConvertersFor<`${Host}${Pattern}`> = {},
    Defaults extends UrlValues = {},
    const Host extends string = '',
  >(
    pattern: Pattern,
    options: Omit<RouteOptions<Pattern, Converters, Defaults, Host>, 'methods'> & WebSocketOptions,
    handler: WebSocketHandler<ValuesWithDefaults<`${Host}${Pattern}`, Converters, Defaults>>,
  ): void
}

/** Adds routes, hooks and error handlers. All of it is done before the first request. */
export abstract class Scaffold {
  /** Hooks and handlers. */
  protected readonly scope: Scope = new Scope()
  /** What is put into URLs' values, and taken out of them. */
  readonly urlHooks: UrlHooks = new UrlHooks()
  /** Its own commands: `app.cli.command('create-user <name>', 'Makes a user', ({ name }, { echo }) => …)`. */
  readonly cli: CommandGroup = new CommandGroup((what) => this.assertSetup(what))

  /** `app.get('/posts/:id', { params: { id: int } }, ({ id }) => …)`. Answers `HEAD` too. */
  readonly get: AddMethod = this.#method('GET')
  readonly post: AddMethod = this.#method('POST')
  readonly put: AddMethod = this.#method('PUT')
  readonly patch: AddMethod = this.#method('PATCH')
  readonly delete: AddMethod = this.#method('DELETE')

  /** A route of any methods: `app.route('/login', { methods: ['GET', 'POST'] }, login)`. Default `['GET']`. */
  readonly route: AddRoute = (pattern: string, ...rest: unknown[]): void => {
    this.#add(this.route, 'route', pattern, rest)
  }

  /**
   * A WebSocket: `app.websocket('/chat', async (socket) => { for await (const message of socket) await socket.send(message) })`.
   * Hooks and the session are those of its handshake. A page of another site gets a 403, unless `TRUSTED_ORIGINS` has it.
   */
  readonly websocket: AddWebSocket = (pattern: string, ...rest: unknown[]): void => {
    const [options, handler] = rest.length === 1 ? [{}, rest[0]] : rest
    const isHandler = typeof handler === 'function' && typeof options === 'object'
    const { protocols = [], ...route } = (options ?? {}) as WebSocketOptions
    const view = isHandler ? websocketView(handler as WebSocketHandler<never>, protocols) : handler
    this.#add(this.websocket, 'websocket', pattern, [route, view], 'GET')
  }

  /** Runs a function before each view, in the order of registration. What it returns, if anything, is the answer. */
  beforeRequest(hook: BeforeRequest): void {
    this.assertSetup('beforeRequest')
    this.scope.before.push(hook)
  }

  /** Runs a function after each view and each error, the last registered first. It may change the response, or return another. */
  afterRequest(hook: AfterRequest): void {
    this.assertSetup('afterRequest')
    this.scope.after.push(hook)
  }

  /** Runs a function at the very end, after a streamed body too, the last registered first, with the error that no handler took. */
  teardownRequest(hook: TeardownRequest): void {
    this.assertSetup('teardownRequest')
    this.scope.teardown.push(hook)
  }

  /** Gives every template more at hand: `app.contextProcessor(() => ({ user: g.user }))`. What a view gives comes first. */
  contextProcessor(processor: ContextProcessor): void {
    this.assertSetup('contextProcessor')
    this.scope.contextProcessors.push(processor)
  }

  /**
   * Answers errors of a status or of a class, subclasses included; the nearest class wins. A status
   * comes before a class, and a blueprint's before the app's.
   *
   * ```ts
   * app.errorHandler(404, () => renderTemplate('not-found'))
   * app.errorHandler(DatabaseError, (error) => makeResponse(renderTemplate('sorry'), 503))
   * ```
   */
  errorHandler(status: number, handler: ErrorHandler<HTTPException>): void
  errorHandler<E>(kind: ErrorClass<E>, handler: ErrorHandler<E>): void
  errorHandler(kind: number | ErrorClass<unknown>, handler: ErrorHandler<never>): void {
    this.assertSetup('errorHandler')
    this.scope.errors.add(kind, handler as ErrorHandler)
  }

  /** The same as `errorHandler`, by Flask's name. */
  registerErrorHandler(kind: number | ErrorClass<unknown>, handler: ErrorHandler<never>): void {
    this.assertSetup('registerErrorHandler')
    this.scope.errors.add(kind, handler as ErrorHandler)
  }

  /** Adds a rule with its endpoint before its view, as Flask does: `app.addUrlRule('/about', 'about', about)`. */
  readonly addUrlRule = (
    pattern: string,
    endpoint: string | undefined,
    view: ViewFunction,
    options: RuleOptions = {},
  ): void => {
    const named = endpoint === undefined ? options : { ...options, endpoint }
    this.#add(this.addUrlRule, 'addUrlRule', pattern, [named, view])
  }

  /** Answers with a file of the static folder: `app.get('/robots.txt', () => app.sendStaticFile('robots.txt'))`. Throws `NotFound` if it has none. */
  abstract sendStaticFile(path: string): Maybe<Response>

  /**
   * Runs a function before each `urlFor`. It may add to the values.
   *
   * ```ts
   * app.urlDefaults((endpoint, values) => {
   *   if (endpoint.startsWith('shop.')) values.lang ??= g.lang
   * })
   * ```
   */
  urlDefaults(hook: UrlDefaults): void {
    this.assertSetup('urlDefaults')
    this.urlHooks.defaults.push(hook)
  }

  /**
   * Runs a function before all `beforeRequest` hooks. It may change the values that the view will
   * get, or take some out. It runs also if no rule was found, with no endpoint and no values.
   *
   * ```ts
   * app.urlValuePreprocessor((endpoint, values) => {
   *   g.lang = values.lang ?? 'en'
   *   delete values.lang
   * })
   * ```
   */
  urlValuePreprocessor(hook: UrlValuePreprocessor): void {
    this.assertSetup('urlValuePreprocessor')
    this.urlHooks.preprocessors.push(hook)
  }

  /** Adds a rule. */
  protected abstract addRule(pattern: string, options: RuleOptions, view: ViewFunction): void

  /** Raises an error if it is too late to set anything up. */
  protected abstract assertSetup(what: string): void

  #method(method: string): AddMethod {
    const add = (pattern: string, ...rest: unknown[]): void => {
      this.#add(add, method.toLowerCase(), pattern, rest, method)
    }
    return add
  }

  /** `from` is the public method: the stack of the rule begins at its caller. */
  #add(
    from: (...args: never[]) => void,
    name: string,
    pattern: string,
    rest: unknown[],
    method?: string,
  ): void {
    this.assertSetup(name)
    const [options, view] = hasNoView(rest) ?? (rest.length === 1 ? [{}, rest[0]] : rest)
    if (typeof view !== 'function' || typeof options !== 'object' || options === null) {
      throw withCode(
        'ERR_PHIAL_VIEW_MISSING',
        new TypeError(
          `${name}(${JSON.stringify(pattern)}) needs a view, a function, as its last argument, and may have an object of options before it.`,
        ),
      )
    }
    const made = view as ViewFunction & { readonly methods?: readonly string[] }
    const source = callerOf(from)
    if (method === undefined) {
      const { methods } = made
      const own = { ...options, source }
      return this.addRule(pattern, methods === undefined ? own : { methods, ...own }, made)
    }
    if ('methods' in options) {
      throw withCode(
        'ERR_PHIAL_METHODS_FIXED',
        new TypeError(
          `${name}(${JSON.stringify(pattern)}) answers ${method}. For other methods use route with the option methods.`,
        ),
      )
    }
    this.addRule(pattern, { ...options, methods: [method], source }, made)
  }
}

/** How many frames of a route's registration are kept. */
const FRAMES = 4

/** The stack of the code that calls a function. Its text is made when it is read, which only an error does. */
function callerOf(callee: (...args: never[]) => void): { readonly stack?: string } {
  const { stackTraceLimit } = Error
  const caller = new Caller()
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(caller, callee)
  Error.stackTraceLimit = stackTraceLimit
  return caller
}

class Caller {
  declare readonly stack?: string
}
