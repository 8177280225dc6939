/**
 * The setup methods that apps and blueprints share: routes, hooks and error handlers. All setup happens before the first
 * request.
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
import { assertFunction } from '../helpers/arguments.ts'

/** Options of a route. */
export type RouteOptions<Pattern extends string, Converters, Defaults = {}, Host = string> = Omit<
  RuleOptions<Pattern>,
  'params' | 'defaults' | 'host' | 'subdomain' | 'redirectTo'
> & { params?: Converters; defaults?: Defaults; host?: Host; subdomain?: Host }

/** Options of a route without a view: it redirects, or exists only for `urlFor`. */
export type WithoutView<Values> =
  | { redirectTo: string | ((values: Values) => string | Promise<string>) }
  | { buildOnly: true }

/** The signature of `app.get` and similar methods, for one HTTP method. */
export type AddMethod = AddRoute<'methods'>

/** The signature of `app.route`, for any HTTP methods. */
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

/** The signature of `app.websocket`. */
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

/** Adds routes, hooks and error handlers before the first request. */
export abstract class Scaffold {
  /** The registered hooks and handlers. */
  protected readonly scope: Scope = new Scope()
  /** The hooks that add values to URLs and remove values from them. */
  readonly urlHooks: UrlHooks = new UrlHooks()
  /** The commands of the app or blueprint: `app.cli.command('create-user <name>', 'Creates a user', ({ name }, { echo }) => …)`. */
  readonly cli: CommandGroup = new CommandGroup((what) => this.assertSetup(what))

  /** `app.get('/posts/:id', { params: { id: int } }, ({ id }) => …)`. Also handles `HEAD`. */
  readonly get: AddMethod = this.#method('GET')
  readonly post: AddMethod = this.#method('POST')
  readonly put: AddMethod = this.#method('PUT')
  readonly patch: AddMethod = this.#method('PATCH')
  readonly delete: AddMethod = this.#method('DELETE')

  /** Adds a route for any methods: `app.route('/login', { methods: ['GET', 'POST'] }, login)`. Default `['GET']`. */
  readonly route: AddRoute = (pattern: string, ...rest: unknown[]): void => {
    this.#add(this.route, 'route', pattern, rest)
  }

  /**
   * Adds a route for WebSockets: `app.websocket('/chat', async (socket) => { for await (const message of socket) await socket.send(message) })`.
   * Hooks run for the handshake, whose session the handler sees. A handshake from a page of another site gets a 403, unless
   * its origin is in `TRUSTED_ORIGINS`.
   */
  readonly websocket: AddWebSocket = (pattern: string, ...rest: unknown[]): void => {
    const [options, handler] = rest.length === 1 ? [{}, rest[0]] : rest
    const isHandler = typeof handler === 'function' && typeof options === 'object'
    const { protocols = [], ...route } = (options ?? {}) as WebSocketOptions
    const view = isHandler ? websocketView(handler as WebSocketHandler<never>, protocols) : handler
    this.#add(this.websocket, 'websocket', pattern, [route, view], 'GET')
  }

  /** Runs a function before each view, in the order of registration. If it returns a response, the view does not run. */
  beforeRequest(hook: BeforeRequest): void {
    this.assertSetup('beforeRequest')
    assertFunction('beforeRequest(hook)', hook)
    this.scope.before.push(hook)
  }

  /** Runs a function after each view or error handler, in reverse order of registration. It may change the response or return another one. */
  afterRequest(hook: AfterRequest): void {
    this.assertSetup('afterRequest')
    assertFunction('afterRequest(hook)', hook)
    this.scope.after.push(hook)
  }

  /** Runs a function at the end of each request, also after a streamed body, in reverse order of registration. It receives the unhandled error, if any. */
  teardownRequest(hook: TeardownRequest): void {
    this.assertSetup('teardownRequest')
    assertFunction('teardownRequest(hook)', hook)
    this.scope.teardown.push(hook)
  }

  /** Adds values to the context of every template: `app.contextProcessor(() => ({ user: g.user }))`. Values from the view take precedence. */
  contextProcessor(processor: ContextProcessor): void {
    this.assertSetup('contextProcessor')
    assertFunction('contextProcessor(processor)', processor)
    this.scope.contextProcessors.push(processor)
  }

  /**
   * Registers a handler for errors with a status or of a class, including subclasses. The closest class wins. A handler
   * for a status precedes one for a class, and a blueprint's handler precedes the app's.
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
    assertFunction('errorHandler(kind, handler)', handler)
    this.scope.errors.add(kind, handler as ErrorHandler)
  }

  /** The same as `errorHandler`, with Flask's name. */
  registerErrorHandler(kind: number | ErrorClass<unknown>, handler: ErrorHandler<never>): void {
    this.assertSetup('registerErrorHandler')
    assertFunction('registerErrorHandler(kind, handler)', handler)
    this.scope.errors.add(kind, handler as ErrorHandler)
  }

  /** Adds a rule, with the endpoint before the view as in Flask: `app.addUrlRule('/about', 'about', about)`. */
  readonly addUrlRule = (
    pattern: string,
    endpoint: string | undefined,
    view: ViewFunction,
    options: RuleOptions = {},
  ): void => {
    const named = endpoint === undefined ? options : { ...options, endpoint }
    this.#add(this.addUrlRule, 'addUrlRule', pattern, [named, view])
  }

  /** Returns a response with a file of the static folder: `app.get('/robots.txt', () => app.sendStaticFile('robots.txt'))`. Throws `NotFound` if the file does not exist. */
  abstract sendStaticFile(path: string): Maybe<Response>

  /**
   * Runs a function before each `urlFor`. It may add values.
   *
   * ```ts
   * app.urlDefaults((endpoint, values) => {
   *   if (endpoint.startsWith('shop.')) values.lang ??= g.lang
   * })
   * ```
   */
  urlDefaults(hook: UrlDefaults): void {
    this.assertSetup('urlDefaults')
    assertFunction('urlDefaults(hook)', hook)
    this.urlHooks.defaults.push(hook)
  }

  /**
   * Runs a function before all `beforeRequest` hooks. It may change or remove values before the view receives them. If no
   * rule matches, it also runs, without an endpoint and without values.
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
    assertFunction('urlValuePreprocessor(hook)', hook)
    this.urlHooks.preprocessors.push(hook)
  }

  /** Adds a rule. */
  protected abstract addRule(pattern: string, options: RuleOptions, view: ViewFunction): void

  /** Throws an error if setup has ended. `what` is the name of the called method. */
  protected abstract assertSetup(what: string): void

  #method(method: string): AddMethod {
    const add = (pattern: string, ...rest: unknown[]): void => {
      this.#add(add, method.toLowerCase(), pattern, rest, method)
    }
    return add
  }

  /** Adds a route. `from` is the public method: the stack of the rule begins at its caller. */
  #add(
    from: (...args: never[]) => void,
    name: string,
    pattern: string,
    rest: unknown[],
    method?: string,
  ): void {
    this.assertSetup(name)
    const call = `${name}(${JSON.stringify(pattern)}`
    const [options, view] = hasNoView(rest) ?? (rest.length === 1 ? [{}, rest[0]] : rest)
    if (typeof view !== 'function' || typeof options !== 'object' || options === null) {
      throw withCode(
        'ERR_PHIAL_VIEW_MISSING',
        new TypeError(
          `Expected ${call}, view) or ${call}, options, view), received ${call}${rest.map((one) => `, ${typeof one}`).join('')}). The view is a function, and the options are an object.`,
        ),
      )
    }
    const added = view as ViewFunction & { readonly methods?: readonly string[] }
    const source = callerOf(from)
    if (method === undefined) {
      const { methods } = added
      const own = { ...options, source }
      return this.addRule(pattern, methods === undefined ? own : { methods, ...own }, added)
    }
    if ('methods' in options) {
      throw withCode(
        'ERR_PHIAL_METHODS_FIXED',
        new TypeError(
          `${call}) handles ${method}, so it does not accept the option methods. For other methods, write route(pattern, { methods }, view).`,
        ),
      )
    }
    this.addRule(pattern, { ...options, methods: [method], source }, added)
  }
}

/** The number of stack frames to record for the registration of a route. */
const FRAMES = 4

/** Captures the stack of the caller of a function. V8 formats it on access, which happens only for errors. */
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
