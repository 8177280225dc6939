/**
 * The application: in the order in which a request passes.
 *
 *     wsgiApp ─► context ─► beforeRequest ─► view ─► response ─► afterRequest ─► send ─► teardown
 *                              └── an error, anywhere up to here ──► handler ──┘
 */
import type { FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type Application,
  type Body,
  withCode,
  type Environ,
  type StartResponse,
  wsgiToText,
} from '@phial/core'
import { toResponse } from './views/answers.ts'
import type { Blueprint } from './blueprint/blueprint.ts'
import type { BlueprintSetupState, RegisterOptions } from './blueprint/blueprint-state.ts'
import type { Config } from './config/config.ts'
import { makeConfig } from './config/config-sources.ts'
import { AppContext, currentContext, g, RequestContext } from './context.ts'
import { endpointOf, NamedViews } from './urls/endpoints.ts'
import { handle, handleUnexpected, lastResort } from './errors/handling.ts'
import { sweepUploads } from './body/uploads.ts'
import { StaticFolder } from './files/static-folder.ts'
import { firstAnswer, passOn } from './hooks/hooks.ts'
import { instancePathOf, openIn } from './instance.ts'
import { JsonProvider } from './json-provider.ts'
import { Logger } from './logging/logger.ts'
import { MethodNotAllowed, NotFound } from './errors/http-errors.ts'
import { andThen, type Maybe, recover } from './maybe.ts'
import type { PhialOptions } from './options.ts'
import { Request } from './request/request.ts'
import { Response } from './response/response.ts'
import { rootPathOf } from './root-path.ts'
import { type Match, Router, type RuleOptions } from './routing/router.ts'
import type { UrlValues } from './routing/url.ts'
import { checkCrossSite } from './safety/cross-site.ts'
import { checkHost } from './safety/trusted-hosts.ts'
import { Scaffold } from './scaffold.ts'
import { Scopes } from './hooks/scopes.ts'
import { send } from './response/send.ts'
import { CookieSessions } from './sessions/cookie.ts'
import type { SessionInterface } from './sessions/interface.ts'
import { readSession, saveSession } from './sessions/lifecycle.ts'
import { requestFinished, requestStarted } from './signals.ts'
import { Templates } from './templating/templates.ts'
import { TestCliRunner } from './testing/cli-runner.ts'
import { TestClient, type TestClientOptions } from './testing/client.ts'
import { testEnviron, type TestRequestOptions } from './testing/message.ts'
import { noteTried } from './routing/tried.ts'
import { domainOf, hostMatchingOf } from './urls/domains.ts'
import { requestTrace, tellRequest, viewTrace } from './tracing.ts'
import { redirectMatch, viewOf } from './urls/redirect-to.ts'
import { buildUrl, type UrlBuildErrorHandler, urlFor, type UrlForOptions } from './urls/url-for.ts'
import type { ContextProcessor, TeardownAppContext, ViewFunction } from './views/views.ts'

/** What a path and a method mean, or why that could not be found out: a converter failed. */
type Routing = Match<ViewFunction> | { readonly kind: 'failed'; readonly error: unknown }

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
  /** The folder of what belongs to this installation alone, such as a database: kept out of version control. */
  readonly instancePath: string
  /** The settings. */
  readonly config: Config
  /** What the app says about itself: `app.logger.info('Signed in', { user })`. */
  readonly logger: Logger
  /** All rules. */
  readonly urlMap: Router<ViewFunction>
  /**
   * Asked in turn when `urlFor` cannot build a URL; the first URL that one of them returns is used.
   * `app.urlBuildErrorHandlers.push((error, endpoint, values) => wikiUrl(endpoint, values))`
   */
  readonly urlBuildErrorHandlers: UrlBuildErrorHandler[] = []
  readonly templates: Templates
  /** How sessions are kept: in a signed cookie, if not said otherwise. */
  sessionInterface: SessionInterface = new CookieSessions()
  /** The folders that templates are looked for in: the app's, then its blueprints' in the order of registration. */
  readonly templateFolders: string[]
  /** The folders of static files, by their endpoints: `static`, `shop.static`. */
  readonly staticFolders: Map<string, StaticFolder> = new Map()
  /** The blueprints, by the names that they are registered under: `shop.admin` for a nested one. */
  readonly blueprints: Map<string, Blueprint> = new Map()
  /** Where each blueprint was put, in the order of registration. */
  readonly registrations: BlueprintSetupState[] = []
  /** What extensions keep about this app, by their names. */
  readonly extensions: Map<string, unknown> = new Map()
  /** The class of `request`; a subclass of the app may have its own. */
  readonly requestClass: typeof Request = Request
  /** The class of answers that are made of strings, bytes, streams and data; a subclass of the app may have its own. */
  readonly responseClass: typeof Response = Response
  /** How JSON is written and read. May be set: `app.json = new Provider(app)`. */
  json: JsonProvider = new JsonProvider(this)
  /** The class of `testClient()`; a subclass of the app may have its own. */
  readonly testClientClass: typeof TestClient = TestClient
  /** Whose hooks and handlers are asked. */
  readonly scopes: Scopes = new Scopes(this.scope)
  /** What `teardownAppContext` was given, the last first. */
  readonly teardownAppContextHooks: TeardownAppContext[] = []
  readonly #shellContextProcessors: ContextProcessor[] = []
  readonly #options: PhialOptions
  readonly #named = new NamedViews()
  #started = false

  constructor(importMetaUrl: string, options: PhialOptions = {}) {
    super()
    this.rootPath = rootPathOf('Phial(', importMetaUrl)
    this.instancePath = instancePathOf(this.rootPath, options.instancePath)
    const { instanceRelativeConfig = false } = options
    const configFolder = instanceRelativeConfig ? this.instancePath : this.rootPath
    this.config = makeConfig(configFolder, options.config)
    this.logger = new Logger(this.config)
    this.templateFolders = [resolve(this.rootPath, options.templateFolder ?? 'templates')]
    this.templates = new Templates(this)
    this.urlMap = new Router({ hostMatching: hostMatchingOf(options) })
    this.#options = options
    this.#addStatic(options)
  }

  /** What sessions are signed with: `config.SECRET_KEY`. */
  get secretKey(): string | undefined {
    return this.config.SECRET_KEY
  }

  set secretKey(secret: string | undefined) {
    this.config.SECRET_KEY = secret
  }

  /** The gateway application. Middleware wraps it: `app.wsgiApp = proxyFix()(app.wsgiApp)`. */
  wsgiApp: Application = (environ, startResponse) => {
    if (!this.#started) this.#start()
    const [context, match] = this.#open(environ)
    const answer = (start: StartResponse): Maybe<Body> =>
      context.enter(() => this.#answer(context, match, start))
    return requestTrace.isHeard
      ? tellRequest(context, answer, startResponse)
      : answer(startResponse)
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
    const request = new this.requestClass(environ, path, routed, this.config)
    request.trustedHosts = this.config.TRUSTED_HOSTS
    request.jsonModule = this.json
    return [new RequestContext(this, request), match]
  }

  /** An empty path is the root's; where the app is mounted, its address needs the slash. */
  #match(environ: Environ, path: string): Routing {
    const absolute = path.startsWith('/') ? path : `/${path}`
    try {
      const asked = [environ.REQUEST_METHOD, absolute, domainOf(environ, this)] as const
      const match = this.urlMap.match(...asked)
      if (environ['phial.trace'] !== undefined) noteTried(environ, this.urlMap, asked)
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
        () => andThen(this.#admit(context), () => this.#view(context, match)),
        (error) => handle(error, context),
      )
      return andThen(response, (made) => this.#after(made, context))
    }
    const unexpected = (error: unknown): Maybe<Response> => {
      unhandled = error
      const response = handleUnexpected(error, context)
      return andThen(response, (made) => this.#after(made, context))
    }
    const answer = (): Maybe<Response> =>
      recover(
        () => recover(usual, unexpected),
        (error) => lastResort(error, context),
      )
    const sent = (response: Response): Maybe<Body> =>
      this.#send(response, context, startResponse, unhandled)
    return recover(
      () => {
        context.push()
        return andThen(answer(), sent)
      },
      (error) => this.#abandon(error, context),
    )
  }

  /** What is done before anything of the app's runs. */
  #admit(context: RequestContext): Maybe<void> {
    return andThen(readSession(context), () => checkCrossSite(context.request, this.config))
  }

  /** What the first `beforeRequest` says that says anything, else the view. */
  #view(context: RequestContext, match: Routing): Maybe<Response> {
    if (requestStarted.hasReceivers) requestStarted.send(this, { context })
    const early = andThen(this.urlHooks.preprocess(context), () =>
      firstAnswer(context.way.before, context),
    )
    return andThen(early, (answer) => {
      if (answer !== undefined) return toResponse(answer, 'A beforeRequest hook')
      checkHost(context.request)
      if (match.kind !== 'found') return this.#withoutView(context, match)
      const { rule, values } = match
      const { endpoint, pattern } = rule
      const { environ } = context.request
      const trace = environ['phial.trace']
      const view = (): unknown => rule.target(values, context)
      const shown = (): unknown =>
        trace === undefined ? view() : trace.span(`view ${endpoint}`, view)
      const result = viewTrace.isHeard
        ? viewTrace.run({ context, endpoint, pattern }, shown)
        : shown()
      return andThen(result, (answer) => toResponse(answer, rule))
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

  /** An error that goes on to the server: the request is over all the same. */
  #abandon(error: unknown, context: RequestContext): Maybe<never> {
    return andThen(context.pop(error), () => {
      throw error
    })
  }

  /** What `afterThisRequest` was given, then the `afterRequest` hooks; then the session is saved. */
  #after(response: Response, context: RequestContext): Maybe<Response> {
    const { afterThis: own, way } = context
    const mine = own === undefined ? response : passOn(own, response, context)
    const hooked =
      way.after.length === 0 ? mine : andThen(mine, (one) => passOn(way.after, one, context))
    const made = andThen(hooked, (one) => saveSession(one, context))
    if (!requestFinished.hasReceivers) return made
    return andThen(made, (finished) => {
      requestFinished.send(this, { response: finished, context })
      return finished
    })
  }

  /** Hands the response to the gateway. One that the gateway refuses is an error of the app's. */
  #send(
    response: Response,
    context: RequestContext,
    startResponse: StartResponse,
    unhandled: unknown,
  ): Maybe<Body> {
    const { method } = context.request
    const close = (error: unknown) => (failure: unknown) => context.pop(failure ?? error)
    return recover(
      () => send(response, method, startResponse, context, close(unhandled)),
      (error) => {
        const page = lastResort(error, context)
        return send(page, method, startResponse, context, close(error), error)
      },
    )
  }

  /** Writes an error that nobody handled to the log: `app.logger`. */
  logException(error: unknown, context: AppContext): void {
    const asked = context instanceof RequestContext ? context.request : undefined
    const where = asked && ` on ${JSON.stringify(asked.path)} [${asked.method}]`
    context.enter(() => this.logger.error(`Exception${where ?? ''}`, { error }))
  }

  /** Gives templates a function for values: `app.templateFilter('upper', (text: string) => text.toUpperCase())`, and `<%= upper(it.name) %>`. */
  templateFilter(name: string, filter: (...values: never[]) => unknown): void {
    this.assertSetup('templateFilter')
    this.templateGlobal(name, filter)
  }

  /** Puts something at hand in every template, under a name of its own: `app.templateGlobal('year', () => new Date().getFullYear())`. */
  templateGlobal(name: string, value: unknown): void {
    this.assertSetup('templateGlobal')
    this.templates.define(name, value)
  }

  /** Runs a function at the end of each context, with or without a request, after the request's own; the last registered first. */
  teardownAppContext(hook: TeardownAppContext): void {
    this.assertSetup('teardownAppContext')
    this.teardownAppContextHooks.unshift(hook)
  }

  /** Gives `phial shell` more at hand: `app.shellContextProcessor(() => ({ database }))`. */
  shellContextProcessor(processor: ContextProcessor): void {
    this.assertSetup('shellContextProcessor')
    this.#shellContextProcessors.push(processor)
  }

  /** What is at hand in `phial shell`: `app`, `g`, `urlFor`, and what the processors give. */
  makeShellContext(): Record<string, unknown> {
    const given = this.#shellContextProcessors.map((processor) => processor())
    return Object.assign({ app: this, g, urlFor }, ...given) as Record<string, unknown>
  }

  /**
   * Adds a blueprint. Options said here come before its own: `app.registerBlueprint(shop, { urlPrefix: '/store' })`.
   *
   * Raises an `Error` if the name is taken: the second time it needs another one.
   */
  registerBlueprint(blueprint: Blueprint, options: RegisterOptions = {}): void {
    this.assertSetup('registerBlueprint')
    blueprint.register(options, {
      app: this,
      parent: undefined,
      addRule: (pattern, rule, view, isNamed) => this.#addRule(pattern, rule, view, isNamed),
    })
  }

  /** A URL of this app's, seen from the current request, or from outside. See `urlFor`. */
  urlFor(endpoint: string, values: UrlValues = {}, options: UrlForOptions = {}): string {
    const context = currentContext()
    const seenFrom = context?.app === this ? context : this.appContext()
    return buildUrl(seenFrom, endpoint, values, options)
  }

  /**
   * Opens a file of the instance folder, to read it if `flags`, those of `fs.open`, do not say
   * otherwise. To write, the folder is made if it is missing.
   *
   * ```ts
   * const file = await app.openInstanceResource('visits.log', 'a')
   * ```
   */
  openInstanceResource(path: string, flags: string = 'r'): Promise<FileHandle> {
    return openIn(this.instancePath, path, flags)
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
  testClient(options: TestClientOptions = {}): InstanceType<this['testClientClass']> {
    const client = new this.testClientClass(this, options)
    return client as InstanceType<this['testClientClass']>
  }

  /** Runs this app's commands, without a terminal: `await app.testCliRunner().invoke(['create-user', 'ada'])`. */
  testCliRunner(): TestCliRunner {
    return new TestCliRunner(this)
  }

  protected override addRule(pattern: string, options: RuleOptions, view: ViewFunction): void {
    const endpoint = options.endpoint ?? endpointOf(pattern, view)
    const isNamed = options.endpoint !== undefined || view.name !== ''
    this.#addRule(pattern, { ...options, endpoint }, view, isNamed)
  }

  #addRule(
    pattern: string,
    options: RuleOptions & { endpoint: string },
    view: ViewFunction,
    isNamed: boolean,
  ): void {
    if (isNamed) this.#named.claim(options.endpoint, pattern, view)
    const { strictSlashes = true, mergeSlashes = true } = this.#options
    const provideAutomaticOptions = this.config.PROVIDE_AUTOMATIC_OPTIONS
    const defaults = { strictSlashes, mergeSlashes, provideAutomaticOptions }
    this.urlMap.add(pattern, viewOf(pattern, options, view), { ...defaults, ...options })
  }

  /** From the first request on, nothing is set up any more. */
  #start(): void {
    this.#started = true
    this.scopes.close()
    void sweepUploads()
  }

  protected override assertSetup(what: string): void {
    if (!this.#started) return
    throw withCode(
      'ERR_PHIAL_SETUP_LATE',
      new Error(
        `app.${what}(…) was called after the first request. Requests before it would have been answered another way, so set everything up when the app's module loads.`,
      ),
    )
  }

  #addStatic(options: PhialOptions): void {
    const { staticFolder = 'static', staticUrlPath = '/static', staticHost } = options
    if (staticFolder === null) return
    const folder = new StaticFolder(resolve(this.rootPath, staticFolder))
    this.staticFolders.set('static', folder)
    const pattern = `${staticUrlPath.replace(/\/+$/, '')}/*path` as '/*path'
    const host = staticHost === undefined ? {} : { host: staticHost }
    this.get(pattern, { endpoint: 'static', ...host }, ({ path }, context) =>
      folder.send(path, context),
    )
  }
}
