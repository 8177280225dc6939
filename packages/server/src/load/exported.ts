/** Looks up `APP` of `MODULE:APP` in a module, calls it if it is a factory, and validates it. */
import { inspect } from 'node:util'
import type { ApplicationLike } from '@phial/core'
import { loadError } from '../errors.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { headline, ownStack } from './import.ts'
import type { LoadedModule } from './module.ts'

/** The parts of `MODULE:APP`. */
export interface AppTarget {
  readonly module: string
  /** The dotted name: `['site', 'createApp']` for `site.createApp`. Empty for the default. */
  readonly names: readonly string[]
  /** The arguments of a call; `undefined` if it is not a call. */
  readonly args: readonly unknown[] | undefined
}

const DEFAULTS = ['default', 'app', 'application']
const FACTORIES = ['createApp', 'makeApp']

/** A value found in a module. */
interface Found {
  readonly value: unknown
  /** The object that contains it; `undefined` for the module itself. */
  readonly owner: unknown
  /** Its name for messages. */
  readonly label: string
}

/**
 * Returns the first application among the exports `default`, `app` and `application`. Without one, calls `createApp` or
 * `makeApp` if it needs no arguments, like Flask. Rejects with a `StartError` if there is no application.
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
      ? `it exports ${list(names)}; pass one of them, as in ${target.module}:${names.at(0) ?? ''}`
      : 'it exports nothing'
  throw loadError(`${label} exports no application as default, app or application; ${hint}`)
}

/** Returns the exports with the given names. The exports of a CommonJS module may all be in its default. */
function named(exported: object, names: readonly string[]): unknown[] {
  const objects = [exported, Reflect.get(exported, 'default')].filter(isObject)
  return objects.flatMap((object) => names.map((name): unknown => Reflect.get(object, name)))
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

function member({ value: object, label }: Found, name: string, isModule: boolean): Found {
  // A CommonJS module's exports may all be in its default.
  const objects = isModule && isObject(object) ? [object, Reflect.get(object, 'default')] : [object]
  const owner = objects.filter(isObject).find((place) => name in place)
  if (owner)
    return {
      value: Reflect.get(owner, name),
      owner: isModule ? undefined : owner,
      label: `${name} in ${label}`,
    }
  const names = isObject(object) ? exportedNames(object) : []
  const others = names.length > 0 ? `; it has ${list(names)}` : ''
  throw loadError(`cannot find ${name} in ${label}${didYouMean(nearest(name, names)) || others}`)
}

/** Calls a factory, which may return a promise. */
export async function callFactory(
  { value, owner, label }: Found,
  args: readonly unknown[],
): Promise<Found> {
  const call = `${label}, called with (${args.map((arg) => JSON.stringify(arg)).join(', ')})`
  if (typeof value !== 'function')
    throw loadError(`${label} is ${kind(value)}, not a function; omit the parentheses`)
  const arity =
    args.length === value.length
      ? ''
      : ` (it has ${value.length} parameter${value.length === 1 ? '' : 's'})`
  try {
    const made: unknown = await (Reflect.apply(value, owner, args) as unknown)
    return {
      value: made,
      owner: undefined,
      label: `the result of ${call}${isApplication(made) ? '' : arity},`,
    }
  } catch (error) {
    const failure = loadError(`${call}${arity}, failed: ${headline(error)}`, ownStack(error))
    throw Object.assign(failure, { cause: error })
  }
}

/** Returns the application. Throws a `StartError` if the value is not an application. */
export function checkApplication(
  { value, owner, label }: Found,
  target: AppTarget,
): ApplicationLike {
  if (!isApplication(value)) {
    throw loadError(
      `${label} is ${kind(value)}; expected an application: a function (environ, startResponse), or an object with such a function as wsgiApp`,
    )
  }
  if (typeof value !== 'function' || typeof Reflect.get(value, 'wsgiApp') === 'function')
    return value
  const text = Function.prototype.toString.call(value)
  if (/^class\b/.test(text))
    throw loadError(`${label} is a class; export an instance of it, or a function that creates one`)
  if (!target.args && hasNoParameters(text)) {
    throw loadError(
      `${label} takes no arguments, but an application takes (environ, startResponse); if it is a factory, write ${target.module}:${target.names.join('.') || 'default'}()`,
    )
  }
  // Binds a method to its object, as in Python.
  return owner === undefined ? value : value.bind(owner)
}

function isApplication(value: unknown): value is ApplicationLike {
  return (
    typeof value === 'function' ||
    (isObject(value) && typeof Reflect.get(value, 'wsgiApp') === 'function')
  )
}

function hasNoParameters(text: string): boolean {
  return /^(?:async\s+)?(?:function\b[^(]*)?\(\s*\)/.test(text) && !text.includes('arguments')
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function exportedNames(object: object): string[] {
  const inner: unknown = Reflect.get(object, 'default')
  const names = [object, inner].filter(isObject).flatMap((place) => Object.keys(place))
  return [...new Set(names)].filter((name) => name !== 'default' && name !== 'module.exports')
}

function list(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ')
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (isObject(value)) return 'an object'
  return typeof value === 'string' ? `the string ${inspect(value)}` : inspect(value)
}
