/** A header list with a dictionary interface. Corresponds to wsgiref.headers. */
import type { HeaderList } from './types.ts'

/** `Trailers` is the spelling of `Trailer` in PEP 3333 and RFC 2616. `Proxy-Connection` was never standardized, but some clients still send it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection',
  'te', 'trailer', 'trailers', 'transfer-encoding', 'upgrade',
]) // prettier-ignore

/**
 * Reports whether a header applies only to a single connection. Only the server may set such a header, not an
 * application. RFC 9110 §7.6.1; wsgiref’s `is_hop_by_hop`.
 *
 * ```ts
 * isHopByHop('Transfer-Encoding') // true
 * ```
 */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase())
}

/**
 * A live view of a header list. It modifies the list that is passed to it, which you then pass to `startResponse`. Names
 * are case-insensitive. Order and repeats are preserved.
 *
 * ```ts
 * const list: HeaderList = [['Content-Type', 'text/plain']]
 * const headers = new Headers(list)
 * headers.addHeader('Content-Disposition', 'attachment', { filename: 'bud.gif' })
 * headers.set('content-type', 'text/html')
 * startResponse('200 OK', list)
 * ```
 *
 * Names and values are not checked here, but by `startResponse`. This is not the `Headers` class of the Fetch standard,
 * which sorts and joins headers.
 */
export class Headers implements Iterable<[name: string, value: string]> {
  readonly #list: HeaderList

  constructor(list: HeaderList = []) {
    this.#list = list
  }

  /** The number of headers, repeats included. */
  get size(): number {
    return this.#list.length
  }

  /** Returns the first value of a header, or `fallback`. */
  get(name: string): string | undefined
  get<Fallback>(name: string, fallback: Fallback): string | Fallback
  get(name: string, fallback?: unknown): unknown {
    return this.#list.find(named(name))?.[1] ?? fallback
  }

  /** Returns all values of a header, in order. */
  getAll(name: string): string[] {
    return this.#list.filter(named(name)).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.#list.some(named(name))
  }

  /** Replaces all values of a header with one. */
  set(name: string, value: string): void {
    this.delete(name)
    this.#list.push([name, value])
  }

  /** Adds a value and keeps existing ones. The Fetch standard’s name for `addHeader` without parameters. */
  append(name: string, value: string): void {
    this.#list.push([name, value])
  }

  /** Returns the values of `Set-Cookie`, in order. The Fetch standard’s name for `getAll('set-cookie')`. */
  getSetCookie(): string[] {
    return this.getAll('set-cookie')
  }

  /** Removes all values of a header. */
  delete(name: string): void {
    const matches = named(name)
    for (let at = this.#list.length - 1; at >= 0; at--) {
      const pair = this.#list[at]
      if (pair !== undefined && matches(pair)) this.#list.splice(at, 1)
    }
  }

  /** Returns the first value of a header. If there is none, adds `value` and returns it. */
  setDefault(name: string, value: string): string {
    const existing = this.get(name)
    if (existing !== undefined) return existing
    this.#list.push([name, value])
    return value
  }

  /**
   * Adds a value with parameters, whose values are quoted, with `\` before `"` and `\`. `_` in the name of a parameter
   * becomes `-`. A parameter that is `null` has no value. If `value` is `null`, the header consists of the parameters.
   */
  addHeader(
    name: string,
    value: string | null,
    params: Readonly<Record<string, string | null>> = {},
  ): void {
    const parts = value === null ? [] : [value]
    for (const [key, param] of Object.entries(params)) {
      const dashed = key.replaceAll('_', '-')
      parts.push(
        param === null ? dashed : `${dashed}="${param.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
      )
    }
    this.#list.push([name, parts.join('; ')])
  }

  keys(): string[] {
    return this.#list.map(([name]) => name)
  }

  values(): string[] {
    return this.#list.map(([, value]) => value)
  }

  items(): HeaderList {
    return this.#list.map(([name, value]) => [name, value])
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#list[Symbol.iterator]()
  }

  /** Returns the headers in the format of HTTP/1.1, including the empty line that ends them. */
  toString(): string {
    return `${this.#list.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  }
}

function named(name: string): (pair: readonly [string, string]) => boolean {
  const lower = name.toLowerCase()
  return ([key]) => key.toLowerCase() === lower
}
