/**
 * Setting up an app: settings, rules, templates, blueprints, and what scripts and tests are made with.
 * Once the first request has come, nothing of it changes. What happens to a request is in app.ts.
 */
import type { Maybe } from './helpers/promises.ts'
import type { FileHandle } from 'node:fs/promises'
import { withCode } from '@phial/core'
import { viewOf } from './answer/redirect-to.ts'
import { Scopes } from './answer/scopes.ts'
import type { ContextProcessor, TeardownAppContext, ViewFunction } from './answer/views.ts'
import type { Blueprint } from './blueprint/blueprint.ts'
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

/** An app as it is set up. */
export abstract class AppSetup extends Scaffold implements BlueprintApp {
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
  abstract readonly templates: Templates
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
  readonly scopes: Scopes
  /** What `teardownAppContext` was given, the last first. */
  readonly teardownAppContextHooks: TeardownAppContext[] = []
  readonly #shellContextProcessors: ContextProcessor[] = []
  readonly #options: PhialOptions
  readonly #home: HomeFolder
  readonly #named = new NamedViews()
  /** Whether set-up has ended. */
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

  /** The folder of the app's file. Throws `Error` if the app was made without the URL of a file. */
  get rootPath(): string {
    return this.#home.path
  }

  /** The folder of what belongs to this installation alone, such as a database: kept out of version control. */
  get instancePath(): string {
    return instancePathOf(this.#home, this.#options.instancePath)
  }

  /** Whether debug mode is on: `config.DEBUG`. */
  get debug(): boolean {
    return this.config.DEBUG
  }

  set debug(isOn: boolean) {
    this.config.DEBUG = isOn
  }

  /** Whether the app is under test: `config.TESTING`. */
  get testing(): boolean {
    return this.config.TESTING
  }

  set testing(isOn: boolean) {
    this.config.TESTING = isOn
  }

  /** What sessions are signed with: `config.SECRET_KEY`. */
  get secretKey(): string | undefined {
    return this.config.SECRET_KEY
  }

  set secretKey(secret: string | undefined) {
    this.config.SECRET_KEY = secret
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

  /**
   * Uses what `phial build` has written: its templates come before files and need no code generation,
   * its static files come before those of the folders, and `urlFor` takes the versions of static files
   * from it. Throws `RangeError` for static files of an endpoint that the app does not have.
   *
   * ```ts
   * import build from './build/phial.js'
   *
   * app.useBuild(build)
   * ```
   */
  useBuild(build: AppBuild): void {
    this.assertSetup('useBuild')
    this.templates.addModules(build.templates)
    for (const [endpoint, files] of Object.entries(build.staticFiles)) {
      const folder = this.staticFolders.get(endpoint)
      if (folder === undefined) throw staleBuild(endpoint)
      folder.useFiles(files)
    }
  }

  /** A URL of this app's, seen from the current request, or from outside. See `urlFor`. */
  urlFor(endpoint: string, values: UrlValues = {}, options: UrlForOptions = {}): string {
    const context = currentContext()
    const seenFrom = context?.app === (this as object) ? context : this.appContext()
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
    return openWithin(this.instancePath, path, flags)
  }

  /** A context without a request, for scripts: `app.appContext().run(() => urlFor('index'))`. */
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

  /** Adds what `urlDefaults` and the versions of static files add to the values of a URL. */
  injectUrlDefaults(endpoint: string, values: UrlValues): UrlValues {
    const folder = this.staticFolders.get(endpoint)
    return this.urlHooks.inject(endpoint, folder?.withVersion(values) ?? values)
  }

  /** Asks `urlBuildErrorHandlers` for another URL. Throws the error if none has one. */
  handleUrlBuildError(error: BuildError, endpoint: string, values: UrlValues): string {
    return askBuildErrorHandlers(this.urlBuildErrorHandlers, error, endpoint, values)
  }

  /** Ends set-up, at the first request. */
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
        `app.${what}(…) was called after the first request. Requests before it would have been answered another way, so set everything up when the app's module loads.`,
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

/** What users of other frameworks call to serve or wrap an app, and what to do instead. */
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
