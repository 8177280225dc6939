/** The registration of a blueprint with an app. */
import { withCode } from '@phial/core'
import type { CommandGroup } from '../commands/commands.ts'
import type { Config } from '../config/config.ts'
import type { StaticFolder } from '../files/static-folder.ts'
import type { Logger } from '../logging/logger.ts'
import type { Scopes } from '../answer/scopes.ts'
import type { Scaffold } from './scaffold.ts'
import { endpointOf } from '../routing/endpoints.ts'
import type { AnyConverter } from '../routing/converters.ts'
import type { Router, RuleOptions } from '../routing/router.ts'
import type { Scope } from '../answer/scopes.ts'
import type { ViewFunction } from '../answer/views.ts'

/** The parts of a blueprint that registrations use. */
export interface RegisteredBlueprint extends Scaffold {
  readonly name: string
  readonly rootPath: string
  readonly templateFolder: string | undefined
  readonly placement: Placement
}

/** The parts of an app that registrations use. `Phial` implements it. */
export interface BlueprintApp extends Scaffold {
  readonly rootPath: string
  readonly config: Config
  readonly logger: Logger
  readonly urlMap: Router<ViewFunction>
  readonly scopes: Scopes
  readonly extensions: Map<string, unknown>
  readonly blueprints: Map<string, RegisteredBlueprint>
  readonly registrations: BlueprintSetupState[]
  readonly templateFolders: string[]
  readonly staticFolders: Map<string, StaticFolder>
  templateFilter(name: string, filter: (...values: never[]) => unknown): void
  templateGlobal(name: string, value: unknown): void
}

/** Where an app mounts a blueprint. Options of the registration override those of the blueprint. */
export interface Placement {
  /** The prefix of all its patterns. It may have params, whose converters are in `params`. */
  urlPrefix?: string
  /** The converters of the prefix's params. */
  params?: Readonly<Record<string, AnyConverter>>
  /** The subdomain of its rules. */
  subdomain?: string
  /** Default values for its views and URLs. */
  urlDefaults?: Readonly<Record<string, unknown>>
  /** The group of its commands on the command line. `null` adds them at the top level. For a nested blueprint, the group is inside the outer blueprint's group. Default: its name. */
  cliGroup?: string | null
}

/** Options of `registerBlueprint`. */
export interface RegisterOptions extends Placement {
  /** The prefix of its endpoints. Required to register it twice. Default: its name. */
  name?: string
}

/** Adds a rule to the app. `isNamed` is true for an explicit endpoint, and false for one derived from the pattern. */
export type AddAppRule = (
  pattern: string,
  options: RuleOptions & { endpoint: string },
  view: ViewFunction,
  isNamed: boolean,
) => void

/** The context of a registration. */
export interface RegistrationTarget {
  readonly app: BlueprintApp
  readonly addRule: AddAppRule
  /** The registration of the enclosing blueprint. */
  readonly parent: BlueprintSetupState | undefined
}

/**
 * One registration of a blueprint, as passed to `record`: the app, and the name, prefix and other options of the
 * blueprint in that app.
 *
 * ```ts
 * const shop = new Blueprint('shop', import.meta.url)
 * shop.record(({ app, urlPrefix }) => app.logger.info(`The shop is at ${urlPrefix}`))
 * ```
 */
export class BlueprintSetupState {
  readonly app: BlueprintApp
  readonly blueprint: RegisteredBlueprint
  readonly parent: BlueprintSetupState | undefined
  /** Whether this is the first registration of the blueprint with the app, under any name. */
  readonly firstRegistration: boolean
  /** The name, including those of the enclosing blueprints: `shop.admin`. */
  readonly name: string
  /** The prefix, including those of the enclosing blueprints: `/shop/admin`. Empty if there is none. */
  readonly urlPrefix: string
  /** Whether the blueprint has its own prefix or subdomain. If so, its error handlers also handle unmatched paths there. */
  readonly hasOwnPlace: boolean
  readonly params: Readonly<Record<string, AnyConverter>>
  /** The subdomain, including those of the enclosing blueprints: `admin.shop`. */
  readonly subdomain: string | undefined
  readonly urlDefaults: Readonly<Record<string, unknown>>
  readonly cliGroup: string | null
  readonly #addRule: AddAppRule

  constructor(
    blueprint: RegisteredBlueprint,
    options: RegisterOptions,
    target: RegistrationTarget,
  ) {
    const { app, addRule, parent } = target
    const own = options.name ?? blueprint.name
    const placement = { ...blueprint.placement, ...options }
    this.app = app
    this.blueprint = blueprint
    this.parent = parent
    this.firstRegistration = ![...app.blueprints.values()].includes(blueprint)
    this.name = parent === undefined ? own : `${parent.name}.${own}`
    this.hasOwnPlace = /[^/]/.test(placement.urlPrefix ?? '') || placement.subdomain !== undefined
    this.urlPrefix = joinPatterns(parent?.urlPrefix ?? '', placement.urlPrefix ?? '')
    this.params = { ...parent?.params, ...placement.params }
    this.subdomain = joinSubdomains(placement.subdomain, parent?.subdomain)
    this.urlDefaults = { ...parent?.urlDefaults, ...placement.urlDefaults }
    this.cliGroup = placement.cliGroup === undefined ? own : placement.cliGroup
    this.#addRule = addRule
  }

  /** Adds a rule to the app, with the blueprint's prefix and with its name before the endpoint. */
  addUrlRule(pattern: string, options: RuleOptions, view: ViewFunction): void {
    const { endpoint = endpointOf(pattern, view), subdomain = this.subdomain } = options
    const isNamed = options.endpoint !== undefined || view.name !== ''
    const placed = {
      ...options,
      endpoint: `${this.name}.${endpoint}`,
      params: { ...this.params, ...options.params },
      defaults: { ...this.urlDefaults, ...options.defaults },
      ...(subdomain !== undefined && { subdomain }),
    }
    this.#addRule(joinPatterns(this.urlPrefix, pattern), placed, view, isNamed)
  }
}

/** Registers a blueprint with its app. Throws an `Error` if the name is taken. */
export function addBlueprint(state: BlueprintSetupState, scope: Scope): void {
  const { app, name, blueprint } = state
  const present = app.blueprints.get(name)
  if (present !== undefined) {
    throw withCode(
      'ERR_PHIAL_BLUEPRINT_TAKEN',
      new Error(
        `The name ${JSON.stringify(name)} is already taken by ${present === blueprint ? 'this' : 'another'} blueprint. Register the blueprint under another name: registerBlueprint(blueprint, { name: '…' }).`,
      ),
    )
  }
  app.blueprints.set(name, blueprint)
  app.registrations.push(state)
  app.scopes.add(state, scope)
  addBlueprintCommands(state)
  if (blueprint.urlHooks.hasAny) app.urlHooks.adopt(name, blueprint.urlHooks)
  const { templateFolder } = blueprint
  if (templateFolder !== undefined && !app.templateFolders.includes(templateFolder)) {
    app.templateFolders.push(templateFolder)
  }
}

/** Adds the commands of a blueprint to its group, inside the groups of the enclosing blueprints. */
function addBlueprintCommands(state: BlueprintSetupState): void {
  const { cli } = state.blueprint
  if (cli.commands.size > 0 || cli.groups.size > 0) groupOf(state).adopt(cli)
}

function groupOf({ app, parent, cliGroup }: BlueprintSetupState): CommandGroup {
  const outer = parent === undefined ? app.cli : groupOf(parent)
  return cliGroup === null ? outer : outer.group(cliGroup)
}

/** Joins a prefix and a pattern with one slash. With an empty pattern, the result is the prefix. */
export function joinPatterns(prefix: string, pattern: string): string {
  if (prefix === '' || pattern === '') return prefix + pattern
  const trimmed = prefix.replace(/\/+$/, '')
  return /^[/{]/.test(pattern) ? trimmed + pattern.replace(/^\/+/, '/') : `${trimmed}/${pattern}`
}

function joinSubdomains(inner: string | undefined, outer: string | undefined): string | undefined {
  return [inner, outer].filter((part) => part !== undefined).join('.') || undefined
}
