/**
 * Which hooks and handlers are asked for a request: the app's, and those of the blueprints that its
 * rule belongs to.
 */
import type { BlueprintSetupState } from '../blueprint/blueprint-state.ts'
import { blueprintsOf } from '../routing/endpoints.ts'
import { ErrorHandlers } from './errors.ts'
import { Owners } from './owners.ts'
import type { Request } from '../request/request.ts'
import type { AfterRequest, BeforeRequest, ContextProcessor, TeardownRequest } from './views.ts'

/** The hooks and handlers of the app, or of one blueprint, in the order of registration. */
export class Scope {
  readonly before: BeforeRequest[] = []
  readonly after: AfterRequest[] = []
  readonly teardown: TeardownRequest[] = []
  readonly contextProcessors: ContextProcessor[] = []
  readonly errors: ErrorHandlers = new ErrorHandlers()
}

/** What is asked for the requests of one blueprint, or of none, in the order in which it is asked. */
export interface Way {
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
  readonly #owners = new Owners()
  /** The app's, once setting up is over. */
  #appWay: Way | undefined
  readonly #ways = new Map<string, Way>()

  constructor(app: Scope) {
    this.#app = app
  }

  /** A blueprint's, where it was registered. */
  add(state: BlueprintSetupState, scope: Scope): void {
    this.#blueprints.set(state.name, scope)
    this.#owners.add(state)
  }

  /** What is asked for requests of a blueprint; without a name, of the app alone. */
  wayOf(blueprint: string | undefined): Way {
    if (blueprint === undefined && this.#appWay !== undefined) return this.#appWay
    return this.#ways.get(blueprint ?? '') ?? this.#find(blueprint)
  }

  /** Keeps no more than there are blueprints. */
  #find(blueprint: string | undefined): Way {
    const names = blueprintsOf(blueprint)
    const inner = names.map((name) => this.#blueprints.get(name)).filter((one) => one !== undefined)
    return wayThrough([...inner, this.#app])
  }

  /** Who handles errors of a path that no view answers: of each of the blueprints that it is under, and at last of the app. */
  handlersUnder(request: Request): readonly ErrorHandlers[] {
    const inside = this.#owners.of(request).flatMap((name) => this.wayOf(name).errors.slice(0, -1))
    return [...inside, this.#app.errors]
  }

  /** From now on nothing is added, and each way is looked for once. */
  close(): void {
    this.#appWay = this.#find(undefined)
    for (const name of this.#blueprints.keys()) this.#ways.set(name, this.#find(name))
  }
}

function wayThrough(inside: readonly Scope[]): Way {
  const outside = inside.toReversed()
  return {
    before: outside.flatMap((scope) => scope.before),
    after: inside.flatMap((scope) => scope.after.toReversed()),
    teardown: inside.flatMap((scope) => scope.teardown.toReversed()),
    contextProcessors: outside.flatMap((scope) => scope.contextProcessors),
    errors: inside.map((scope) => scope.errors),
  }
}
