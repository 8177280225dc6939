/** `APP` of `MODULE:APP`: what a module exports, looked up, called if asked, and checked. */
import { inspect } from 'node:util'
import type { ApplicationLike } from '@phial/core'
import { loadError } from '../errors.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { headline, ownStack } from './import.ts'
import type { LoadedModule } from './module.ts'

/** `MODULE:APP` in its parts. */
export interface AppTarget {
  readonly module: string
  /** `site.createApp` is `['site', 'createApp']`; empty where the default is meant. */
  readonly names: readonly string[]
  /** The arguments, if it is a call. */
  readonly args: readonly unknown[] | undefined
}

const DEFAULTS = ['default', 'app', 'application']
const FACTORIES = ['createApp', 'makeApp']

/** Something found in a module. */
interface Found {
  readonly value: unknown
  /** The object that it was found in; `undefined` for the module itself. */
  readonly owner: unknown
  /** How messages call it. */
  readonly label: string
}

/**
 * What a module exports as `default`, `app` or `application`: the first that is an application. Without one,
 * what its `createApp` or `makeApp` makes, if that needs no arguments: as Flask finds its own.
 */
export async function defaultApplication(
  { exported, label }: LoadedModule,
  target: AppTarget,
): Promise<ApplicationLike> {
  const value = named(exported, DEFAULTS).find(isApplication)
  if (value)
    return checkApplication({ value, owner: undefined, label: `the default of ${label}` }, target)
  const factory = named(exported, FACTORIES).find(isFactory)
  if (factory) {
    const found = { value: factory, owner: undefined, label: `${factory.name} in ${label}` }
    return checkApplication(await callFactory(found, []), { ...target, args: [] })
  }
  const names = exportedNames(exported)
  const hint =
    names.length > 0
      ? `it exports ${list(names)}: say ${target.module}:${names.at(0) ?? ''}`
      : 'it exports nothing'
  throw loadError(`${label} exports no application as default, app or application; ${hint}`)
}

/** What a module has under these names. A CommonJS module's exports may all be in its default. */
function named(exported: object, names: readonly string[]): unknown[] {
  const homes = [exported, Reflect.get(exported, 'default')].filter(isHome)
  return homes.flatMap((home) => names.map((name): unknown => Reflect.get(home, name)))
}

function isFactory(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function' && value.length === 0
}

/** Looks up a dotted name. */
export function lookUp({ exported, label }: LoadedModule, names: readonly string[]): Found {
  let found: Found = { value: exported, owner: undefined, label }
  for (const name of names) found = member(found, name, found.value === exported)
  return found
}

function member({ value: home, label }: Found, name: string, isModule: boolean): Found {
  // A CommonJS module's exports may all be in its default.
  const homes = isModule && isHome(home) ? [home, Reflect.get(home, 'default')] : [home]
  const owner = homes.filter(isHome).find((place) => name in place)
  if (owner)
    return {
      value: Reflect.get(owner, name),
      owner: isModule ? undefined : owner,
      label: `${name} in ${label}`,
    }
  const names = isHome(home) ? exportedNames(home) : []
  const others = names.length > 0 ? `; it has ${list(names)}` : ''
  throw loadError(`there is no ${name} in ${label}${didYouMean(nearest(name, names)) || others}`)
}

/** Calls a factory, which may answer by a promise. */
export async function callFactory(
  { value, owner, label }: Found,
  args: readonly unknown[],
): Promise<Found> {
  const call = `${label}, called with (${args.map((arg) => JSON.stringify(arg)).join(', ')})`
  if (typeof value !== 'function')
    throw loadError(`${label} is ${kind(value)}, which cannot be called`)
  const arity = args.length === value.length ? '' : ` (it names ${value.length} parameters)`
  try {
    const made: unknown = await (Reflect.apply(value, owner, args) as unknown)
    return {
      value: made,
      owner: undefined,
      label: `what came from ${call}${isApplication(made) ? '' : arity}`,
    }
  } catch (error) {
    const failure = loadError(`${call}${arity} failed: ${headline(error)}`, ownStack(error))
    throw Object.assign(failure, { cause: error })
  }
}

/** The application, if that is what was found. */
export function checkApplication(
  { value, owner, label }: Found,
  target: AppTarget,
): ApplicationLike {
  if (!isApplication(value)) {
    throw loadError(
      `${label} is ${kind(value)}; an application is a function (environ, startResponse), or an object with one as wsgiApp`,
    )
  }
  if (typeof value !== 'function' || typeof Reflect.get(value, 'wsgiApp') === 'function')
    return value
  const text = Function.prototype.toString.call(value)
  if (/^class\b/.test(text))
    throw loadError(`${label} is a class; export an object of it, or a function that makes one`)
  if (!target.args && hasNoParameters(text)) {
    throw loadError(
      `${label} takes no arguments, an application takes (environ, startResponse); if it makes one, say ${target.module}:${target.names.join('.') || 'default'}()`,
    )
  }
  // A method keeps its object, as in Python.
  return owner === undefined ? value : value.bind(owner)
}

function isApplication(value: unknown): value is ApplicationLike {
  return (
    typeof value === 'function' ||
    (isHome(value) && typeof Reflect.get(value, 'wsgiApp') === 'function')
  )
}

function hasNoParameters(text: string): boolean {
  return /^(?:async\s+)?(?:function\b[^(]*)?\(\s*\)/.test(text) && !text.includes('arguments')
}

function isHome(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function exportedNames(home: object): string[] {
  const inner: unknown = Reflect.get(home, 'default')
  const names = [home, inner].filter(isHome).flatMap((place) => Object.keys(place))
  return [...new Set(names)].filter((name) => name !== 'default' && name !== 'module.exports')
}

function list(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ')
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (isHome(value)) return 'an object'
  return typeof value === 'string' ? `the text ${inspect(value)}` : inspect(value)
}
