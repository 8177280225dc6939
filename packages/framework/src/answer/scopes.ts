/** Finds the hooks and handlers for a request: those of the app, and those of its rule's blueprints. */
import type { AfterRequest, RequestContext } from '../context/context.ts'
import type { Matching } from '../routing/domains.ts'
import { andThen } from '../helpers/promises.ts'
import { blueprintsOf } from '../routing/endpoints.ts'
import type { UrlHooks } from '../urls/url-hooks.ts'
import { ErrorHandlers } from './errors.ts'
import { Owners, type Territory } from './owners.ts'
import type { BeforeRequest, ContextProcessor, TeardownRequest } from './views.ts'

/** The hooks and handlers that were registered with the app or with one blueprint, in order of registration. */
export class Scope {
  readonly before: BeforeRequest[] = []
  readonly after: AfterRequest[] = []
  readonly teardown: TeardownRequest[] = []
  readonly contextProcessors: ContextProcessor[] = []
  readonly errors: ErrorHandlers = new ErrorHandlers()
}

/** The hooks and handlers for requests of one blueprint, or of none, in the order in which they run. */
export interface Hooks {
  /** `urlValuePreprocessor` hooks if there are any, then those of app, parent, child. */
  readonly before: readonly BeforeRequest[]
  /** Child, parent, app, each in reverse order of registration. */
  readonly after: readonly AfterRequest[]
  /** In the same order as `after`. */
  readonly teardown: readonly TeardownRequest[]
  /** App, parent, child. */
  readonly contextProcessors: readonly ContextProcessor[]
  /** Child, parent, app. */
  readonly errors: readonly ErrorHandlers[]
}

/** The scopes of the app and of its blueprints. */
export class Scopes {
  readonly #app: Scope
  readonly #urlHooks: UrlHooks
  readonly #blueprints = new Map<string, Scope>()
  readonly #owners: Owners
  /** The hooks of each blueprint by its name. Complete once setup has ended. */
  readonly #hooks = new Map<string, Hooks>()
  #appHooks: Hooks | undefined

  constructor(app: Scope, urlHooks: UrlHooks, matching: Matching) {
    this.#app = app
    this.#urlHooks = urlHooks
    this.#owners = new Owners(matching)
  }

  /** Adds the scope of a blueprint that was registered at `territory`. */
  add(territory: Territory, scope: Scope): void {
    this.#blueprints.set(territory.name, scope)
    this.#owners.add(territory)
  }

  /** Returns the hooks for requests of a blueprint; without a name, those of the app alone. */
  hooksOf(blueprint: string | undefined): Hooks {
    if (blueprint === undefined && this.#appHooks !== undefined) return this.#appHooks
    return this.#hooks.get(blueprint ?? '') ?? this.#collect(blueprint)
  }

  #collect(blueprint: string | undefined): Hooks {
    const names = blueprintsOf(blueprint)
    const inner = names.map((name) => this.#blueprints.get(name)).filter((one) => one !== undefined)
    const hooks = hooksOf([...inner, this.#app])
    return this.#urlHooks.isIdle ? hooks : { ...hooks, before: [this.#preprocess, ...hooks.before] }
  }

  /** Runs the `urlValuePreprocessor` hooks as the first `beforeRequest` hook, so that an app without them does not look for them at each request. */
  readonly #preprocess: BeforeRequest = (context) =>
    andThen(this.#urlHooks.preprocess(context), () => undefined)

  /**
   * Returns the error handlers for a request: those of its rule's blueprints and of the app. If no rule matched, they are
   * those of the blueprints whose prefix the path starts with. The first of these becomes the context's blueprint.
   */
  errorHandlersOf(context: RequestContext): readonly ErrorHandlers[] {
    const { request } = context
    if (request.endpoint !== undefined) return this.hooksOf(request.blueprint).errors
    const owners = this.#owners.of(request)
    context.blueprint ??= owners[0]
    const inner = owners.flatMap((name) => this.hooksOf(name).errors.slice(0, -1))
    return [...inner, this.#app.errors]
  }

  /** Ends setup: collects the hooks of each blueprint once. Nothing can be added afterwards. */
  close(): void {
    this.#appHooks = this.#collect(undefined)
    for (const name of this.#blueprints.keys()) this.#hooks.set(name, this.#collect(name))
  }
}

/** Returns the hooks of nested scopes, given innermost first. */
function hooksOf(inside: readonly Scope[]): Hooks {
  const outside = inside.toReversed()
  return {
    before: outside.flatMap((scope) => scope.before),
    after: inside.flatMap((scope) => scope.after.toReversed()),
    teardown: inside.flatMap((scope) => scope.teardown.toReversed()),
    contextProcessors: outside.flatMap((scope) => scope.contextProcessors),
    errors: inside.map((scope) => scope.errors),
  }
}
