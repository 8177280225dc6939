/**
 * Headers of directives as objects: `cacheControl.maxAge = 60`. Each object reads and writes its header.
 */
import { withCode } from '@phial/core'
import { parseParameters, quote } from './parameters.ts'

/** `Cache-Control`, RFC 9111 §5.2: times in seconds. `private` and `noCache` may name headers. Set one to `undefined` to remove it. */
export interface CacheControl {
  maxAge?: number | undefined
  sMaxage?: number | undefined
  /** In requests: `true` is any age. */
  maxStale?: number | true | undefined
  minFresh?: number | undefined
  noCache?: boolean | string | undefined
  noStore?: boolean | undefined
  noTransform?: boolean | undefined
  onlyIfCached?: boolean | undefined
  mustRevalidate?: boolean | undefined
  mustUnderstand?: boolean | undefined
  proxyRevalidate?: boolean | undefined
  public?: boolean | undefined
  private?: boolean | string | undefined
  immutable?: boolean | undefined
  staleWhileRevalidate?: number | undefined
  staleIfError?: number | undefined
}

/** `Content-Security-Policy`: `contentSecurityPolicy.defaultSrc = "'self'"`. Set a directive to `undefined` to remove it. */
export interface ContentSecurityPolicy {
  [directive: string]: string | true | undefined
}

type Value = string | number | boolean | undefined
type Directives = Map<string, Exclude<Value, undefined>>

/** Accesses the text of a header. Without `write`, it is read-only, as in a request. */
export interface Place {
  read(): string | undefined
  write?(text: string | undefined): void
}

/** Returns `Cache-Control` as an object. */
export function cacheControl(place: Place): CacheControl {
  return editable(place, readCacheControl, writeCacheControl)
}

/** Returns `Content-Security-Policy` as an object. */
export function contentSecurityPolicy(place: Place): ContentSecurityPolicy {
  return editable(place, readPolicy, writePolicy)
}

function readCacheControl(text: string): Directives {
  const pairs = parseParameters(text).map(([name, value]) => [name, readValue(value)] as const)
  return firstOf(pairs)
}

/** Parses directives by name. If a directive is repeated, the first one counts. */
function firstOf(pairs: readonly (readonly [string, string | number | true])[]): Directives {
  const directives: Directives = new Map()
  for (const [name, value] of pairs) if (!directives.has(name)) directives.set(name, value)
  return directives
}

function readValue(value: string | undefined): string | number | true {
  if (value === undefined) return true
  return /^\d{1,15}$/.test(value) ? Number(value) : value
}

function writeCacheControl(directives: Directives): string {
  const parts = Array.from(directives, ([name, value]) => {
    if (value === true) return name
    return `${name}=${typeof value === 'string' ? quote(value) : String(value)}`
  })
  return parts.join(', ')
}

function readPolicy(text: string): Directives {
  const parts = text.split(';').map((part) => part.trim())
  const pairs = parts
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...sources] = part.split(/\s+/)
      return [name.toLowerCase(), sources.join(' ') || true] as const
    })
  return firstOf(pairs)
}

function writePolicy(directives: Directives): string {
  const parts = Array.from(directives, ([name, value]) =>
    value === true ? name : `${name} ${value}`,
  )
  return parts.join('; ')
}

/** Returns an object whose properties are the directives of a header. Each access reads the header, because other code may change it. */
function editable<T extends object>(
  place: Place,
  parse: (text: string) => Directives,
  format: (directives: Directives) => string,
): T {
  const current = (): Directives => parse(place.read() ?? '')
  const change = (name: PropertyKey, value: Value): boolean => {
    if (place.write === undefined) {
      throw withCode(
        'ERR_PHIAL_REQUEST_READONLY',
        new TypeError(
          `Cannot set ${String(name)}: the headers of a request are read-only. Set it on the response.`,
        ),
      )
    }
    const directives = current()
    if (value === undefined || value === false) directives.delete(dashed(name))
    else directives.set(dashed(name), value)
    place.write(directives.size === 0 ? undefined : format(directives))
    return true
  }
  return new Proxy({} as T, {
    get: (_, name) => current().get(dashed(name)),
    set: (_, name, value: Value) => change(name, value),
    deleteProperty: (_, name) => change(name, undefined),
    has: (_, name) => current().has(dashed(name)),
    ownKeys: () => Array.from(current().keys(), camelCased),
    getOwnPropertyDescriptor: (_, name) => {
      const value = current().get(dashed(name))
      return value === undefined
        ? undefined
        : { value, writable: true, enumerable: true, configurable: true }
    },
  })
}

/** Returns the directive for a property: `max-age` for `maxAge`. */
function dashed(name: PropertyKey): string {
  return String(name).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function camelCased(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
