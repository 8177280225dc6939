/**
 * Blueprints: parts of an app that are set up separately and registered with it.
 */
import type { Maybe } from '../helpers/promises.ts'
import { basename } from 'node:path'
import { withCode } from '@phial/core'
import {
  addBlueprint,
  type BlueprintApp,
  BlueprintSetupState,
  type Placement,
  type RegisterOptions,
  type RegistrationTarget,
} from './blueprint-state.ts'
import type { AfterRequest } from '../context/context.ts'
import type { ErrorClass, ErrorHandler } from '../answer/errors.ts'
import { type HTTPException, NotFound } from '../errors/http-errors.ts'
import type { Response } from '../response/response.ts'
import { HomeFolder } from '../config/options.ts'
import { StaticFolder } from '../files/static-folder.ts'
import type { RuleOptions } from '../routing/router.ts'
import { Scaffold } from './scaffold.ts'
import type { UrlDefaults, UrlValuePreprocessor } from '../urls/url-hooks.ts'
import type {
  BeforeRequest,
  ContextProcessor,
  TeardownRequest,
  ViewFunction,
} from '../answer/views.ts'
import { assertFunction, wrongArgument } from '../helpers/arguments.ts'

/** Options of `new Blueprint`. Folders are resolved relative to its file. */
export interface BlueprintOptions extends Placement {
  /** The folder of its templates. Templates of the app and of blueprints registered earlier take precedence. Default: none. */
  templateFolder?: string
  /** The folder of its static files, with the endpoint `static`. Default: none. */
  staticFolder?: string
  /** The URL path of the static files, after the prefix. Default: the name of the folder. */
  staticUrlPath?: string
}

/**
 * A part of an app: routes, hooks, error handlers, templates and static files that belong together.
 *
 * ```ts
 * const shop = new Blueprint('shop', import.meta.url, { urlPrefix: '/shop' })
 *
 * shop.get('/', () => renderTemplate('shop/index'))   // urlFor('shop.index') is '/shop/'
 *
 * app.registerBlueprint(shop)
 * ```
 *
 * Its hooks run only for requests to its routes: `before` hooks after those of the app, all others before them. Its error
 * handlers take precedence over the app's for errors in its views, and for paths under its prefix that no route matches.
 *
 * Throws `TypeError` for an invalid URL of its file, and `RangeError` for a name that is empty or contains a dot.
 */
export class Blueprint extends Scaffold {
  readonly name: string
  /** The absolute path of its template folder. */
  readonly templateFolder: string | undefined
  readonly placement: Placement
  readonly #home: HomeFolder
  readonly #deferred: ((state: BlueprintSetupState) => void)[] = []
  readonly #children: [blueprint: Blueprint, options: RegisterOptions][] = []
  #registered = false
  #static: StaticFolder | undefined

  constructor(name: string, importMetaUrl: string | undefined, options: BlueprintOptions = {}) {
    super()
    const { templateFolder, staticFolder, staticUrlPath, ...placement } = options
    this.name = checkName(name)
    this.#home = new HomeFolder(`Blueprint(${JSON.stringify(name)}, `, importMetaUrl)
    this.placement = placement
    this.templateFolder =
      templateFolder === undefined ? undefined : this.#home.within(templateFolder)
    if (staticFolder !== undefined) this.#addStatic(staticFolder, staticUrlPath)
  }

  /** The folder of the blueprint's file. Throws `Error` if the blueprint was created without the URL of a file. */
  get rootPath(): string {
    return this.#home.path
  }

  sendStaticFile(path: string): Maybe<Response> {
    if (this.#static === undefined) throw new NotFound()
    return this.#static.send(path)
  }

  /** Nests another blueprint in this one. Its prefix is appended to this prefix, and its name to this name, after a dot. */
  registerBlueprint(blueprint: Blueprint, options: RegisterOptions = {}): void {
    this.assertSetup('registerBlueprint')
    assertBlueprint(blueprint)
    if (blueprint === this) throw withinItself(this)
    this.#children.push([blueprint, options])
  }

  /** Runs a function for each registration of the blueprint, with the state of the registration. */
  record(setUp: (state: BlueprintSetupState) => void): void {
    this.assertSetup('record')
    assertFunction('record(setUp)', setUp)
    this.#deferred.push(setUp)
  }

  /** Runs a function when an app registers the blueprint for the first time. */
  recordOnce(setUp: (state: BlueprintSetupState) => void): void {
    this.assertSetup('recordOnce')
    assertFunction('recordOnce(setUp)', setUp)
    this.#deferred.push((state) => {
      if (state.firstRegistration) setUp(state)
    })
  }

  /** As `app.beforeRequest`, for every request of the app. */
  beforeAppRequest(hook: BeforeRequest): void {
    assertFunction('beforeAppRequest(hook)', hook)
    this.#inApp('beforeAppRequest', (app) => app.beforeRequest(hook))
  }

  /** As `app.afterRequest`, for every request of the app. */
  afterAppRequest(hook: AfterRequest): void {
    assertFunction('afterAppRequest(hook)', hook)
    this.#inApp('afterAppRequest', (app) => app.afterRequest(hook))
  }

  /** As `app.teardownRequest`, for every request of the app. */
  teardownAppRequest(hook: TeardownRequest): void {
    assertFunction('teardownAppRequest(hook)', hook)
    this.#inApp('teardownAppRequest', (app) => app.teardownRequest(hook))
  }

  /** As `app.contextProcessor`, for every template of the app. */
  appContextProcessor(processor: ContextProcessor): void {
    assertFunction('appContextProcessor(processor)', processor)
    this.#inApp('appContextProcessor', (app) => app.contextProcessor(processor))
  }

  /** As `app.urlDefaults`, for every URL of the app. */
  appUrlDefaults(hook: UrlDefaults): void {
    assertFunction('appUrlDefaults(hook)', hook)
    this.#inApp('appUrlDefaults', (app) => app.urlDefaults(hook))
  }

  /** As `app.urlValuePreprocessor`, for every request of the app. */
  appUrlValuePreprocessor(hook: UrlValuePreprocessor): void {
    assertFunction('appUrlValuePreprocessor(hook)', hook)
    this.#inApp('appUrlValuePreprocessor', (app) => app.urlValuePreprocessor(hook))
  }

  /** As `app.templateFilter`. */
  appTemplateFilter(name: string, filter: (...values: never[]) => unknown): void {
    assertFunction('appTemplateFilter(name, filter)', filter)
    this.#inApp('appTemplateFilter', (app) => app.templateFilter(name, filter))
  }

  /** As `app.templateGlobal`. */
  appTemplateGlobal(name: string, value: unknown): void {
    this.#inApp('appTemplateGlobal', (app) => app.templateGlobal(name, value))
  }

  /** As `app.errorHandler`, for every request of the app. */
  appErrorHandler(status: number, handler: ErrorHandler<HTTPException>): void
  appErrorHandler<E>(kind: ErrorClass<E>, handler: ErrorHandler<E>): void
  appErrorHandler(kind: number | ErrorClass<unknown>, handler: ErrorHandler<never>): void {
    assertFunction('appErrorHandler(kind, handler)', handler)
    const inApp = handler as ErrorHandler
    this.#inApp('appErrorHandler', (app) => {
      if (typeof kind === 'number') app.errorHandler(kind, inApp)
      else app.errorHandler(kind, inApp)
    })
  }

  /** Applies everything that was recorded to the app. Called by `app.registerBlueprint`. */
  register(options: RegisterOptions, target: RegistrationTarget): void {
    if (options.name !== undefined) checkName(options.name)
    for (let outer = target.parent; outer !== undefined; outer = outer.parent) {
      if (outer.blueprint === this) throw withinItself(this)
    }
    const state = new BlueprintSetupState(this, options, target)
    addBlueprint(state, this.scope)
    this.#registered = true
    for (const setUp of this.#deferred) setUp(state)
    for (const [child, childOptions] of this.#children) {
      child.register(childOptions, { ...target, parent: state })
    }
  }

  protected override addRule(pattern: string, options: RuleOptions, view: ViewFunction): void {
    if (options.endpoint?.includes('.') === true) {
      throw withCode(
        'ERR_PHIAL_ENDPOINT_DOT',
        new RangeError(
          `Expected an endpoint without a dot for ${JSON.stringify(pattern)}, received ${JSON.stringify(options.endpoint)}. The blueprint adds its own name and a dot. Write only the part after the last dot.`,
        ),
      )
    }
    this.#deferred.push((state) => state.addUrlRule(pattern, options, view))
  }

  protected override assertSetup(what: string): void {
    if (!this.#registered) return
    throw withCode(
      'ERR_PHIAL_BLUEPRINT_LATE',
      new Error(
        `blueprint.${what}(…) was called after the blueprint ${JSON.stringify(this.name)} was registered, so it would have no effect. Finish setting up the blueprint before you register it.`,
      ),
    )
  }

  #inApp(what: string, setUp: (app: BlueprintApp) => void): void {
    this.assertSetup(what)
    this.recordOnce(({ app }) => setUp(app))
  }

  #addStatic(staticFolder: string, staticUrlPath: string | undefined): void {
    const folder = new StaticFolder(this.#home.within(staticFolder))
    this.#static = folder
    const urlPath = (staticUrlPath ?? `/${basename(folder.path ?? staticFolder)}`).replace(
      /\/+$/,
      '',
    )
    const pattern = `${urlPath}/*path` as '/*path'
    this.get(pattern, { endpoint: 'static' }, ({ path }, context) => folder.send(path, context))
    this.record(({ app, name }) => void app.staticFolders.set(`${name}.static`, folder))
  }
}

function checkName(name: string): string {
  if (typeof name === 'string' && name !== '' && !name.includes('.')) return name
  throw withCode(
    'ERR_PHIAL_BLUEPRINT_NAME',
    new RangeError(
      `Expected a non-empty string without a dot as the name of a blueprint, received ${JSON.stringify(name)}. Dots separate the names of nested blueprints. Choose another name.`,
    ),
  )
}

function withinItself({ name }: Blueprint): Error {
  return withCode(
    'ERR_PHIAL_BLUEPRINT_CIRCLE',
    new Error(
      `The blueprint ${JSON.stringify(name)} would be registered within itself. Register it with the app or with another blueprint.`,
    ),
  )
}

/** Throws an error unless a value is a blueprint. One that is `undefined` mostly comes from a circular import. */
export function assertBlueprint(value: unknown): void {
  if (value instanceof Blueprint) return
  const expected =
    value === undefined
      ? 'a blueprint (do its module and this one import each other?)'
      : 'a blueprint'
  throw wrongArgument('registerBlueprint(blueprint)', expected, value)
}
