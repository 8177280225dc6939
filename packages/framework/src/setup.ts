/**
 * The setup of an app: settings, rules, templates and blueprints, and contexts for scripts and tests. Nothing of it
 * changes after the first request. app.ts has the steps of a request.
 */
import type { Maybe } from './helpers/promises.ts'
import type { FileHandle } from 'node:fs/promises'
import { withCode } from '@phial/core'
import { viewOf } from './answer/redirect-to.ts'
import { Scopes } from './answer/scopes.ts'
import type { ContextProcessor, TeardownAppContext, ViewFunction } from './answer/views.ts'
import { assertBlueprint, type Blueprint } from './blueprint/blueprint.ts'
import { sweepUploads } from './body/uploads.ts'
import type {
  BlueprintApp,
  BlueprintSetupState,
  RegisterOptions,
} from './blueprint/blueprint-state.ts'
import type { Config } from './config/config.ts'
import { makeConfig } from './config/config-sources.ts'
import { HomeFolder, instancePathOf, type PhialOptions } from './config/options.ts'
import { misspeltSettings } from './config/settings.ts'
import { type AppContext, currentContext, currentEnviron, g } from './context/context.ts'
import { NotFound } from './errors/http-errors.ts'
import { StaticFolder } from './files/static-folder.ts'
import { JsonProvider } from './response/json-provider.ts'
import { Logger } from './logging/logger.ts'
import { Request } from './request/request.ts'
import { Response } from './response/response.ts'
import { hostMatchingOf } from './routing/domains.ts'
import { endpointOf, NamedViews } from './routing/endpoints.ts'
import { Router, type RuleOptions } from './routing/router.ts'
import type { BuildError, UrlValues } from './routing/url.ts'
import { openWithin } from './safety/paths.ts'
import { Scaffold } from './blueprint/scaffold.ts'
import type { SessionInterface } from './context/session-types.ts'
import { CookieSessions } from './sessions/cookie.ts'
import { reportWeakSecret } from './sessions/secret.ts'
import type { AppBuild } from './templating/module.ts'
import type { Templates } from './templating/templates.ts'
import { TestClient } from './testing/client.ts'
import {
  askBuildErrorHandlers,
  buildUrl,
  type UrlBuildErrorHandler,
  urlFor,
  type UrlForOptions,
} from './urls/url-for.ts'
import { assertFunction, wrongArgument } from './helpers/arguments.ts'

/** The base class of `Phial`: everything that configures an app. */
export abstract class AppSetup extends Scaffold implements BlueprintApp {
  /** The settings. */
  readonly config: Config
  /** The app's logger: `app.logger.info('Signed in', { user })`. */
  readonly logger: Logger
  /** All rules of the app. */
  readonly urlMap: Router<ViewFunction>
  /**
   * Handlers that are called in turn when `urlFor` cannot build a URL. The first URL that a handler returns is used.
   * `app.urlBuildErrorHandlers.push((error, endpoint, values) => wikiUrl(endpoint, values))`
   */
  readonly urlBuildErrorHandlers: UrlBuildErrorHandler[] = []
  abstract readonly templates: Templates
  /** Where sessions are stored. Default: in a signed cookie. */
  sessionInterface: SessionInterface = new CookieSessions()
  /** The folders that are searched for templates: the app's, then those of its blueprints in order of registration. */
  readonly templateFolders: string[]
  /** The folders of static files by endpoint: `static`, `shop.static`. */
  readonly staticFolders: Map<string, StaticFolder> = new Map()
  /** The blueprints by the name that they are registered under: `shop.admin` for a nested one. */
  readonly blueprints: Map<string, Blueprint> = new Map()
  /** The registration of each blueprint, in order. */
  readonly registrations: BlueprintSetupState[] = []
  /** The state of extensions in this app, by their name. */
  readonly extensions: Map<string, unknown> = new Map()
  /** The class of `request`. A subclass of the app may replace it. */
  readonly requestClass: typeof Request = Request
  /** The class of responses that are made from strings, bytes, streams and data. A subclass of the app may replace it. */
  readonly responseClass: typeof Response = Response
  /** Writes and parses JSON. May be replaced: `app.json = new Provider(app)`. */
  json: JsonProvider = new JsonProvider(this)
  /** The class of `testClient()`. A subclass of the app may replace it. */
  readonly testClientClass: typeof TestClient = TestClient
  /** The hooks and error handlers of the app and of its blueprints. */
  readonly scopes: Scopes
  /** The functions of `teardownAppContext`, the last one first. */
  readonly teardownAppContextHooks: TeardownAppContext[] = []
  readonly #shellContextProcessors: ContextProcessor[] = []
  readonly #options: PhialOptions
  readonly #home: HomeFolder
  readonly #named = new NamedViews()
  /** Whether setup has ended. */
  protected isSetUp = false

  constructor(importMetaUrl: string | undefined, options: PhialOptions = {}) {
    super()
    this.#home = new HomeFolder('Phial(', importMetaUrl)
    this.#options = options
    if (options.instancePath !== undefined) void this.instancePath
    const { instanceRelativeConfig = false } = options
    const configFolder = (): string => (instanceRelativeConfig ? this.instancePath : this.rootPath)
    this.config = makeConfig(configFolder, options.config)
    this.logger = new Logger(this.config, currentEnviron)
    this.templateFolders = [this.#home.within(options.templateFolder ?? 'templates') ?? []].flat()
    this.urlMap = new Router({ hostMatching: hostMatchingOf(options) })
    this.scopes = new Scopes(this.scope, this.urlHooks, this)
    this.#addStatic(options)
    reportWeakSecret(this)
  }

  /** The folder of the app's file. Throws `Error` if the app was created without the URL of a file. */
  get rootPath(): string {
    return this.#home.path
  }

  /** The folder of files that belong to one installation, such as a database. It is not under version control. */
  get instancePath(): string {
    return instancePathOf(this.#home, this.#options.instancePath)
  }

  /** Whether debug mode is on. The same as `config.DEBUG`. */
  get debug(): boolean {
    return this.config.DEBUG
  }

  set debug(isOn: boolean) {
    this.config.DEBUG = isOn
  }

  /** Whether the app is under test. The same as `config.TESTING`. */
  get testing(): boolean {
    return this.config.TESTING
  }

  set testing(isOn: boolean) {
    this.config.TESTING = isOn
  }

  /** The key that signs sessions. The same as `config.SECRET_KEY`. */
  get secretKey(): string | undefined {
    return this.config.SECRET_KEY
  }

  set secretKey(secret: string | undefined) {
    this.config.SECRET_KEY = secret
  }

  /** Adds a function for values to all templates: `app.templateFilter('upper', (text: string) => text.toUpperCase())`, and `<%= upper(it.name) %>`. */
  templateFilter(name: string, filter: (...values: never[]) => unknown): void {
    this.assertSetup('templateFilter')
    assertFunction('templateFilter(name, filter)', filter)
    this.templateGlobal(name, filter)
  }

  /** Adds a value to all templates under a name: `app.templateGlobal('year', () => new Date().getFullYear())`. */
  templateGlobal(name: string, value: unknown): void {
    this.assertSetup('templateGlobal')
    this.templates.define(name, value)
  }

  /** Runs a function at the end of each context, with or without a request, after the hooks of the request, in reverse order of registration. */
  teardownAppContext(hook: TeardownAppContext): void {
    this.assertSetup('teardownAppContext')
    assertFunction('teardownAppContext(hook)', hook)
    this.teardownAppContextHooks.unshift(hook)
  }

  /** Adds names to `phial shell`: `app.shellContextProcessor(() => ({ database }))`. */
  shellContextProcessor(processor: ContextProcessor): void {
    this.assertSetup('shellContextProcessor')
    assertFunction('shellContextProcessor(processor)', processor)
    this.#shellContextProcessors.push(processor)
  }

  /** Returns the names in `phial shell`: `app`, `g`, `urlFor`, and those of the processors. */
  makeShellContext(): Record<string, unknown> {
    const given = this.#shellContextProcessors.map((processor) => processor())
    return Object.assign({ app: this, g, urlFor }, ...given) as Record<string, unknown>
  }

  /**
   * Registers a blueprint. These options take precedence over its own: `app.registerBlueprint(shop, { urlPrefix: '/store' })`.
   *
   * Throws an `Error` if the name is taken. To register a blueprint twice, pass another `name`.
   */
  registerBlueprint(blueprint: Blueprint, options: RegisterOptions = {}): void {
    this.assertSetup('registerBlueprint')
    assertBlueprint(blueprint)
    blueprint.register(options, {
      app: this,
      parent: undefined,
      addRule: (pattern, rule, view, isNamed) => this.#addRule(pattern, rule, view, isNamed),
    })
  }

  /**
   * Uses the output of `phial build`. Its templates take precedence over files and need no code generation, its static
   * files take precedence over those of the folders, and `urlFor` uses its versions of static files. Throws `RangeError`
   * for static files of an endpoint that the app does not have.
   *
   * ```ts
   * import build from './build/phial.js'
   *
   * app.useBuild(build)
   * ```
   */
  useBuild(build: AppBuild): void {
    this.assertSetup('useBuild')
    if (!Array.isArray((build as AppBuild | undefined)?.templates))
      throw wrongArgument(
        'useBuild(build)',
        'the default export of the module that phial build wrote',
        build,
      )
    this.templates.addModules(build.templates)
    for (const [endpoint, files] of Object.entries(build.staticFiles)) {
      const folder = this.staticFolders.get(endpoint)
      if (folder === undefined) throw staleBuild(endpoint)
      folder.useFiles(files)
    }
  }

  /** Returns a URL of this app, relative to the current request if there is one. See `urlFor`. */
  urlFor(endpoint: string, values: UrlValues = {}, options: UrlForOptions = {}): string {
    const context = currentContext()
    const seenFrom = context?.app === (this as object) ? context : this.appContext()
    return buildUrl(seenFrom, endpoint, values, options)
  }

  /**
   * Opens a file of the instance folder. `flags` are those of `fs.open`; default `'r'`. For writing, a missing folder is
   * created.
   *
   * ```ts
   * const file = await app.openInstanceResource('visits.log', 'a')
   * ```
   */
  openInstanceResource(path: string, flags: string = 'r'): Promise<FileHandle> {
    return openWithin(this.instancePath, path, flags)
  }

  /** Returns a context without a request, for scripts: `app.appContext().run(() => urlFor('index'))`. */
  abstract appContext(): AppContext

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

  sendStaticFile(path: string): Maybe<Response> {
    const folder = this.staticFolders.get('static')
    if (folder === undefined) throw new NotFound()
    return folder.send(path)
  }

  /** Returns the values of a URL, with those of `urlDefaults` and the version of a static file. */
  injectUrlDefaults(endpoint: string, values: UrlValues): UrlValues {
    const folder = this.staticFolders.get(endpoint)
    return this.urlHooks.inject(endpoint, folder?.withVersion(values) ?? values)
  }

  /** Returns the URL of the first of `urlBuildErrorHandlers` that returns one. Throws the error if none does. */
  handleUrlBuildError(error: BuildError, endpoint: string, values: UrlValues): string {
    return askBuildErrorHandlers(this.urlBuildErrorHandlers, error, endpoint, values)
  }

  /** Ends setup at the first request. */
  protected closeSetup(): void {
    this.isSetUp = true
    void sweepUploads()
    this.scopes.close()
    reportWeakSecret(this)
    if (this.debug) for (const text of misspeltSettings(this.config)) this.logger.warning(text)
  }

  protected override assertSetup(what: string): void {
    if (!this.isSetUp) return
    throw withCode(
      'ERR_PHIAL_SETUP_LATE',
      new Error(
        `app.${what}(…) was called after the first request. Earlier requests were handled without it, so set everything up when the app's module loads.`,
      ),
    )
  }

  #addStatic(options: PhialOptions): void {
    const { staticFolder = 'static', staticUrlPath = '/static', staticHost } = options
    if (staticFolder === null) return
    const folder = new StaticFolder(this.#home.within(staticFolder))
    this.staticFolders.set('static', folder)
    const pattern = `${staticUrlPath.replace(/\/+$/, '')}/*path` as '/*path'
    const host = staticHost === undefined ? {} : { host: staticHost }
    this.get(pattern, { endpoint: 'static', ...host }, ({ path }, context) =>
      folder.send(path, context),
    )
  }
}

function staleBuild(endpoint: string): RangeError {
  return withCode(
    'ERR_PHIAL_BUILD_STALE',
    new RangeError(
      `The build has static files for the endpoint ${JSON.stringify(endpoint)}, which this app does not have. Call useBuild after the blueprints are registered, and run phial build again after a change.`,
    ),
  )
}

/** Methods that other frameworks have to serve or wrap an app, and what to do instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  run: 'Run phial run in development, phial-server in production; from code, serve(app) of @phial/server',
  listen:
    'Run phial run in development, phial-server in production; from code, serve(app) of @phial/server',
  use: 'Wrap the gateway application, app.wsgiApp = middleware(app.wsgiApp), or add a hook: app.beforeRequest(…)',
}

for (const [name, instead] of Object.entries(INSTEAD)) {
  Object.defineProperty(AppSetup.prototype, name, {
    value() {
      throw withCode('ERR_PHIAL_NOT_EXPRESS', new TypeError(`An app has no ${name}(). ${instead}.`))
    },
  })
}
