/**
 * Which hooks and handlers apply to a request: the app's, and those of the blueprints that its rule
 * belongs to.
 */
import type { AfterRequest, RequestContext } from '../context/context.ts'
import type { Matching } from '../routing/domains.ts'
import { blueprintsOf } from '../routing/endpoints.ts'
import { ErrorHandlers } from './errors.ts'
import { Owners, type Territory } from './owners.ts'
import type { BeforeRequest, ContextProcessor, TeardownRequest } from './views.ts'

/** The hooks and handlers of the app, or of one blueprint, in the order of registration. */
export class Scope {
  readonly before: BeforeRequest[] = []
  readonly after: AfterRequest[] = []
  readonly teardown: TeardownRequest[] = []
  readonly contextProcessors: ContextProcessor[] = []
  readonly errors: ErrorHandlers = new ErrorHandlers()
}

/** The hooks and handlers of the requests of one blueprint, or of none, in the order in which they run. */
export interface Hooks {
  /** App, parent, child. */
  readonly before: readonly BeforeRequest[]
  /** Child, parent, app, each from the last registered to the first. */
  readonly after: readonly AfterRequest[]
  /** As `after`. */
  readonly teardown: readonly TeardownRequest[]
  /** App, parent, child. */
  readonly contextProcessors: readonly ContextProcessor[]
  /** Child, parent, app. */
  readonly errors: readonly ErrorHandlers[]
}

/** The app's scope, and its blueprints' by their names. */
export class Scopes {
  readonly #app: Scope
  readonly #blueprints = new Map<string, Scope>()
  readonly #owners: Owners
  /** The hooks of each blueprint, and of the app under `''`, once set-up is over. */
  readonly #hooks = new Map<string, Hooks>()
  #appHooks: Hooks | undefined

  constructor(app: Scope, matching: Matching) {
    this.#app = app
    this.#owners = new Owners(matching)
  }

  /** Adds a blueprint's scope, where it was registered. */
  add(territory: Territory, scope: Scope): void {
    this.#blueprints.set(territory.name, scope)
    this.#owners.add(territory)
  }

  /** The hooks of a blueprint's requests; without a name, of the app's own. */
  hooksOf(blueprint: string | undefined): Hooks {
    if (blueprint === undefined && this.#appHooks !== undefined) return this.#appHooks
    return this.#hooks.get(blueprint ?? '') ?? this.#collect(blueprint)
  }

  /** Keeps no more than there are blueprints. */
  #collect(blueprint: string | undefined): Hooks {
    const names = blueprintsOf(blueprint)
    const inner = names.map((name) => this.#blueprints.get(name)).filter((one) => one !== undefined)
    return hooksOf([...inner, this.#app])
  }

  /**
   * The error handlers of a request: of its rule's blueprints and of the app. Where no rule was found,
   * of the blueprints whose prefix the path is under; the first of them becomes the context's.
   */
  errorHandlersOf(context: RequestContext): readonly ErrorHandlers[] {
    const { request } = context
    if (request.endpoint !== undefined) return this.hooksOf(request.blueprint).errors
    const owners = this.#owners.of(request)
    context.blueprint ??= owners[0]
    const inner = owners.flatMap((name) => this.hooksOf(name).errors.slice(0, -1))
    return [...inner, this.#app.errors]
  }

  /** Ends set-up: from now on nothing is added, and the hooks of each blueprint are collected once. */
  close(): void {
    this.#appHooks = this.#collect(undefined)
    for (const name of this.#blueprints.keys()) this.#hooks.set(name, this.#collect(name))
  }
}

/** The hooks of nested scopes, the innermost first. */
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
