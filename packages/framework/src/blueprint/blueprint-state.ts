/** One registration of a blueprint: where in the app it goes. */
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

/** A blueprint, as far as its registrations need it. */
export interface RegisteredBlueprint extends Scaffold {
  readonly name: string
  readonly rootPath: string
  readonly templateFolder: string | undefined
  readonly placement: Placement
}

/** What a blueprint needs of the app that it is registered with. `Phial` has it. */
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

/** Where a blueprint goes. What is said when it is registered comes before what it says itself. */
export interface Placement {
  /** Put before each of its patterns. Its own params may have converters in `params`. */
  urlPrefix?: string
  /** The converters of the prefix's params. */
  params?: Readonly<Record<string, AnyConverter>>
  /** The subdomain of its rules. */
  subdomain?: string
  /** Values that its views get and its URLs do not have to be given. */
  urlDefaults?: Readonly<Record<string, unknown>>
  /** The group of its commands on the command line: its name by default; `null` puts them beside the app's. A nested blueprint's is within the outer one's. */
  cliGroup?: string | null
}

/** What may be said when a blueprint is registered. */
export interface RegisterOptions extends Placement {
  /** The name that its endpoints begin with, if not its own. Needed to register it twice. */
  name?: string
}

/** Adds a rule to the app. `isNamed` tells a name of someone's choice from one made of the pattern's words. */
export type AddAppRule = (
  pattern: string,
  options: RuleOptions & { endpoint: string },
  view: ViewFunction,
  isNamed: boolean,
) => void

/** Where a registration takes place. */
export interface RegistrationTarget {
  readonly app: BlueprintApp
  readonly addRule: AddAppRule
  /** The registration of the blueprint that this one is nested in. */
  readonly parent: BlueprintSetupState | undefined
}

/**
 * One registration of a blueprint, as `record` gets it: the app, and the name, the prefix and the rest
 * that the blueprint has there.
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
  /** Whether the app has not had this blueprint before, under any name. */
  readonly firstRegistration: boolean
  /** The name, after those of the blueprints around it: `shop.admin`. */
  readonly name: string
  /** The prefix, after those of the blueprints around it: `/shop/admin`; empty without any. */
  readonly urlPrefix: string
  /** Whether the blueprint has a prefix or a subdomain of its own, so that the paths there are its. */
  readonly hasOwnPlace: boolean
  readonly params: Readonly<Record<string, AnyConverter>>
  /** The subdomain, before those of the blueprints around it: `admin.shop`. */
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

  /** Adds a rule to the app, at the blueprint's prefix, its endpoint after the blueprint's name. */
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

/** Makes a blueprint known to its app. Raises an `Error` if its name is taken. */
export function addBlueprint(state: BlueprintSetupState, scope: Scope): void {
  const { app, name, blueprint } = state
  const present = app.blueprints.get(name)
  if (present !== undefined) {
    throw withCode(
      'ERR_PHIAL_BLUEPRINT_TAKEN',
      new Error(
        `The name ${JSON.stringify(name)} is ${present === blueprint ? 'this' : 'another'} blueprint's already. Register it under one of its own: registerBlueprint(blueprint, { name: '…' }).`,
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

/** Puts a blueprint's commands where its registration says: into its group, within those of the blueprints around it. */
function addBlueprintCommands(state: BlueprintSetupState): void {
  const { cli } = state.blueprint
  if (cli.commands.size > 0 || cli.groups.size > 0) groupOf(state).adopt(cli)
}

function groupOf({ app, parent, cliGroup }: BlueprintSetupState): CommandGroup {
  const around = parent === undefined ? app.cli : groupOf(parent)
  return cliGroup === null ? around : around.group(cliGroup)
}

/** A pattern after a prefix, with one slash between them. An empty pattern is the prefix itself. */
export function joinPatterns(prefix: string, pattern: string): string {
  if (prefix === '' || pattern === '') return prefix + pattern
  const start = prefix.replace(/\/+$/, '')
  return /^[/{]/.test(pattern) ? start + pattern.replace(/^\/+/, '/') : `${start}/${pattern}`
}

function joinSubdomains(inner: string | undefined, outer: string | undefined): string | undefined {
  return [inner, outer].filter((part) => part !== undefined).join('.') || undefined
}
