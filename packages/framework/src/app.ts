/**
 * The application: in the order in which a request passes.
 *
 *     wsgiApp ─► context ─► beforeRequest ─► view ─► response ─► afterRequest ─► send ─► teardown
 *                              └── an error, anywhere up to here ──► handler ──┘
 */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Application,
  type Body,
  type Environ,
  logError,
  type StartResponse,
  wsgiToText,
} from '@phial/core'
import { toResponse } from './answers.ts'
import { type Config, defaultConfig } from './config.ts'
import { AppContext, currentContext, RequestContext } from './context.ts'
import { endpointOf } from './endpoints.ts'
import { errorResponse } from './error-pages.ts'
import { HTTPException, InternalServerError, MethodNotAllowed, NotFound } from './http-errors.ts'
import { andThen, type Maybe, recover } from './maybe.ts'
import { afterAll, firstAnswer, tearDown } from './hooks.ts'
import { Request } from './request.ts'
import { Response } from './response.ts'
import { type Match, Router, type RuleOptions } from './routing/router.ts'
import type { UrlValues } from './routing/url.ts'
import { Scaffold } from './scaffold.ts'
import { send } from './send.ts'
import { sendFromDirectory } from './static.ts'
import { Templates } from './templating.ts'
import {
  TestClient,
  type TestClientOptions,
  testEnviron,
  type TestRequestOptions,
} from './testing.ts'
import { domainOf, hostMatchingOf } from './domains.ts'
import { redirectMatch, viewOf } from './redirect-to.ts'
import { buildUrl, type UrlBuildErrorHandler, type UrlForOptions } from './url-for.ts'
import type { View } from './views.ts'

/** How an app is made. Folders are seen from the app's file. */
export interface PhialOptions {
  /** Default `templates`. */
  templateFolder?: string
  /** Default `static`; `null` for none. */
  staticFolder?: string | null
  /** Where the static folder is found. Default `/static`. */
  staticUrlPath?: string
  /** What rules do that do not say. Default true. */
  strictSlashes?: boolean
  /** What rules do that do not say. Default true. */
  mergeSlashes?: boolean
  /** Whether rules may name their `host`. Default false. */
  hostMatching?: boolean
  /** With `hostMatching`: the host of the static folder. Default: any. */
  staticHost?: string
  /** Whether rules may name their `subdomain`, before `config.SERVER_NAME`; those that name none answer on that alone. Default false. */
  subdomainMatching?: boolean
  /** Settings, beside the defaults. */
  config?: Partial<Config>
}

/** What a path and a method mean, or why that could not be found out: a converter failed. */
type Routing = Match<View> | { readonly kind: 'failed'; readonly error: unknown }

/**
 * An application, made of views.
 *
 * ```ts
 * export const app = new Phial(import.meta.url)
 *
 * app.get('/hello/:name', ({ name }) => `Hello ${name}`)
 * ```
 *
 * Raises `TypeError` without its file's URL, by which templates and static files are found.
 */
export class Phial extends Scaffold {
  /** The folder of the app's file. */
  readonly rootPath: string
  /** The settings. */
  readonly config: Config
  /** All rules. */
  readonly urlMap: Router<View>
  /**
   * Asked in turn when `urlFor` cannot build a URL; the first URL that one of them returns is used.
   * `app.urlBuildErrorHandlers.push((error, endpoint, values) => wikiUrl(endpoint, values))`
   */
  readonly urlBuildErrorHandlers: UrlBuildErrorHandler[] = []
  readonly templates: Templates
  readonly #options: PhialOptions
  /** The views whose endpoints have names of their own. */
  readonly #views = new Map<string, View>()
  #started = false

  constructor(importMetaUrl: string, options: PhialOptions = {}) {
    super()
    this.rootPath = folderOf(importMetaUrl)
    this.config = { ...defaultConfig(), ...options.config }
    this.templates = new Templates(
      resolve(this.rootPath, options.templateFolder ?? 'templates'),
      this.config,
    )
    this.urlMap = new Router({ hostMatching: hostMatchingOf(options) })
    this.#options = options
    this.#addStatic(options)
  }

  /** The gateway application. Middleware wraps it: `app.wsgiApp = proxyFix()(app.wsgiApp)`. */
  wsgiApp: Application = (environ, startResponse) => {
    this.#started = true
    const [context, match] = this.#open(environ)
    return context.run(() => this.#answer(context, match, startResponse))
  }

  /** Finds the rule, and makes the request's context. */
  #open(environ: Environ): [context: RequestContext, match: Routing] {
    const path = wsgiToText(environ.PATH_INFO)
    const match = this.#match(environ, path)
    const isFound = match.kind === 'found'
    const routed = {
      endpoint: isFound ? match.rule.endpoint : undefined,
      viewArgs: isFound ? match.values : {},
    }
    const request = new Request(environ, path, routed, this.config.MAX_CONTENT_LENGTH)
    return [new RequestContext(this, request), match]
  }

  /** An empty path is the root's; where the app is mounted, its address needs the slash. */
  #match(environ: Environ, path: string): Routing {
    const absolute = path.startsWith('/') ? path : `/${path}`
    try {
      const match = this.urlMap.match(environ.REQUEST_METHOD, absolute, domainOf(environ, this))
      const lacksSlash = path === '' && environ.SCRIPT_NAME !== '' && match.kind === 'found'
      return lacksSlash ? { kind: 'redirect', path: '/', host: undefined, rule: match.rule } : match
    } catch (error) {
      return { kind: 'failed', error }
    }
  }

  /** Every way through: the view's answer, a handler's, or a 500; then the hooks after it. */
  #answer(context: RequestContext, match: Routing, startResponse: StartResponse): Maybe<Body> {
    let unhandled: unknown
    const usual = (): Maybe<Response> => {
      const response = recover(
        () => this.#view(context, match),
        (error) => this.#handle(error, context),
      )
      return andThen(response, (made) => afterAll(this.afterHooks, made, context))
    }
    const unexpected = (error: unknown): Maybe<Response> => {
      unhandled = error
      return andThen(this.#handleUnexpected(error, context), (made) =>
        afterAll(this.afterHooks, made, context),
      )
    }
    const answer = (): Maybe<Response> =>
      recover(
        () => recover(usual, unexpected),
        (error) => this.#lastResort(error, context),
      )
    return recover(
      () => andThen(answer(), (made) => this.#send(made, context, startResponse, unhandled)),
      (error) => andThen(this.#teardown(error, context), () => rethrow(error)),
    )
  }

  /** What the first `beforeRequest` says that says anything, else the view. */
  #view(context: RequestContext, match: Routing): Maybe<Response> {
    const early = andThen(this.urlHooks.preprocess(context), () =>
      firstAnswer(this.beforeHooks, context),
    )
    return andThen(early, (answer) => {
      if (answer !== undefined) return toResponse(answer, 'A beforeRequest hook')
      if (match.kind !== 'found') return this.#withoutView(context, match)
      const { rule, values } = match
      return andThen(rule.target(values, context), (result) => toResponse(result, rule))
    })
  }

  /** A path that no view answers: another spelling of one that does, a question for its methods, or an error. */
  #withoutView(context: RequestContext, match: Exclude<Routing, { kind: 'found' }>): Response {
    if (match.kind === 'failed') throw match.error
    if (match.kind === 'not-found') throw new NotFound()
    if (match.kind === 'redirect') return redirectMatch(context, match)
    const { allow } = match
    if (context.request.method !== 'OPTIONS' || !allow.includes('OPTIONS')) {
      throw new MethodNotAllowed(undefined, { validMethods: allow })
    }
    return new Response('', { headers: { Allow: allow.join(', ') } })
  }

  /** An error that was raised on purpose, or has a handler. Any other goes on. */
  #handle(error: unknown, context: RequestContext): Maybe<Response> {
    const known = error instanceof HTTPException ? error : undefined
    if (known?.response !== undefined) return known.response
    const handler = this.errorHandlers.find(error)
    if (handler !== undefined) {
      const answer = handler(error, context)
      return andThen(answer, (result) => toResponse(result, 'An error handler', known?.code ?? 500))
    }
    if (known === undefined) throw error
    return errorResponse(known, acceptOf(context))
  }

  /** An error that nobody expected: logged, and answered as a 500. */
  #handleUnexpected(error: unknown, context: RequestContext): Maybe<Response> {
    if (this.#propagates) throw error
    this.#log(error, context)
    return this.#handle(new InternalServerError(undefined, { cause: error }), context)
  }

  /** The answer to an error while another one was handled: nothing of the app's is asked any more. */
  #lastResort(error: unknown, context: RequestContext): Response {
    if (this.#propagates) throw error
    this.#log(error, context)
    return errorResponse(new InternalServerError(), acceptOf(context))
  }

  /** Hands the response to the gateway. One that the gateway refuses is an error of the app's. */
  #send(
    response: Response,
    context: RequestContext,
    startResponse: StartResponse,
    unhandled: unknown,
  ): Maybe<Body> {
    const { method } = context.request
    const close = (error: unknown) => () => this.#teardown(error, context)
    return recover(
      () => send(response, method, startResponse, context, close(unhandled)),
      (error) => {
        const page = this.#lastResort(error, context)
        return send(page, method, startResponse, context, close(error), error)
      },
    )
  }

  #teardown(error: unknown, context: RequestContext): Maybe<void> {
    const log = (failure: unknown): void => this.#log(failure, context)
    return tearDown(this.teardownHooks, error, context, log)
  }

  get #propagates(): boolean {
    return this.config.PROPAGATE_EXCEPTIONS ?? this.config.TESTING
  }

  #log(error: unknown, { request }: RequestContext): void {
    const { environ, path, method } = request
    environ['wsgi.errors'].write(`Exception on ${JSON.stringify(path)} [${method}]\n`)
    logError(environ, error)
  }

  /** A URL of this app's, seen from the current request, or from outside. See `urlFor`. */
  urlFor(endpoint: string, values: UrlValues = {}, options: UrlForOptions = {}): string {
    const context = currentContext()
    const seenFrom = context?.app === this ? context : this.appContext()
    return buildUrl(seenFrom, endpoint, values, options)
  }

  /** A context without a request, for scripts: `app.appContext().run(() => urlFor('index'))`. */
  appContext(): AppContext {
    return new AppContext(this)
  }

  /** A context with a request, for tests and scripts: `app.testRequestContext('/posts?page=2').run(() => request.args)`. */
  testRequestContext(path: string = '/', options: TestRequestOptions = {}): RequestContext {
    return this.#open(testEnviron(path, options))[0]
  }

  /** A client that asks this app, without a server. */
  testClient(options: TestClientOptions = {}): TestClient {
    return new TestClient(this, options)
  }

  protected override addRule(pattern: string, options: RuleOptions, view: View): void {
    const endpoint = options.endpoint ?? endpointOf(pattern, view)
    const isNamed = options.endpoint !== undefined || view.name !== ''
    const present = this.#views.get(endpoint)
    if (isNamed && present !== undefined && present !== view) {
      throw new Error(
        `The endpoint ${JSON.stringify(endpoint)} of ${JSON.stringify(pattern)} is another view's already. Give one of the two functions another name, or the route an endpoint.`,
      )
    }
    const { strictSlashes = true, mergeSlashes = true } = this.#options
    const provideAutomaticOptions = this.config.PROVIDE_AUTOMATIC_OPTIONS
    const defaults = { strictSlashes, mergeSlashes, provideAutomaticOptions }
    this.urlMap.add(pattern, viewOf(pattern, options, view), { ...defaults, ...options, endpoint })
    if (isNamed) this.#views.set(endpoint, view)
  }

  protected override assertSetup(what: string): void {
    if (!this.#started) return
    throw new Error(
      `app.${what}(…) was called after the first request. Requests before it would have been answered another way, so set everything up when the app's module loads.`,
    )
  }

  #addStatic(options: PhialOptions): void {
    const { staticFolder = 'static', staticUrlPath = '/static', staticHost } = options
    if (staticFolder === null) return
    const folder = resolve(this.rootPath, staticFolder)
    const pattern = `${staticUrlPath.replace(/\/+$/, '')}/*path` as '/*path'
    const host = staticHost === undefined ? {} : { host: staticHost }
    this.get(pattern, { endpoint: 'static', ...host }, ({ path }) =>
      sendFromDirectory(folder, path),
    )
  }
}

/** The folder of the file that an app is made in. */
function folderOf(importMetaUrl: unknown): string {
  if (typeof importMetaUrl === 'string' && importMetaUrl.startsWith('file:')) {
    return dirname(fileURLToPath(importMetaUrl))
  }
  throw new TypeError(
    `new Phial(${JSON.stringify(importMetaUrl)}): an app finds its templates and static files by the URL of its own file. Write new Phial(import.meta.url).`,
  )
}

function rethrow(error: unknown): never {
  throw error
}

function acceptOf({ request }: RequestContext): string | undefined {
  const accept = request.environ['HTTP_ACCEPT']
  return typeof accept === 'string' ? accept : undefined
}
