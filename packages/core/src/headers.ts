/** A list of headers with the manners of a dictionary, after wsgiref.headers. */
import type { HeaderList } from './types.ts'

/** `Trailers` is how PEP 3333 and RFC 2616 wrote `Trailer`; `Proxy-Connection` was never a standard, and is still sent. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection',
  'te', 'trailer', 'trailers', 'transfer-encoding', 'upgrade',
]) // prettier-ignore

/**
 * Whether a header speaks of one connection only, so that it belongs to the server and never to an
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
 * A live view of a header list: it changes the list that it is given, so what `startResponse` gets
 * is the list itself. Names are found whatever their case; the order and repeats are kept.
 *
 * ```ts
 * const list: HeaderList = [['Content-Type', 'text/plain']]
 * const headers = new Headers(list)
 * headers.addHeader('Content-Disposition', 'attachment', { filename: 'bud.gif' })
 * headers.set('content-type', 'text/html')
 * startResponse('200 OK', list)
 * ```
 *
 * It checks nothing: `startResponse` does. Not the Fetch standard’s class of the same name, which
 * sorts and joins.
 */
export class Headers implements Iterable<[name: string, value: string]> {
  readonly #list: HeaderList

  constructor(list: HeaderList = []) {
    this.#list = list
  }

  /** How many headers there are, repeats included. */
  get size(): number {
    return this.#list.length
  }

  /** The first value of a name, or `fallback`. */
  get(name: string): string | undefined
  get<Fallback>(name: string, fallback: Fallback): string | Fallback
  get(name: string, fallback?: unknown): unknown {
    return this.#list.find(named(name))?.[1] ?? fallback
  }

  /** All values of a name, in order. */
  getAll(name: string): string[] {
    return this.#list.filter(named(name)).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.#list.some(named(name))
  }

  /** Puts one value in the place of all that a name has. */
  set(name: string, value: string): void {
    this.delete(name)
    this.#list.push([name, value])
  }

  /** Adds a value beside those that a name has. The Fetch standard’s name for `addHeader` without parameters. */
  append(name: string, value: string): void {
    this.#list.push([name, value])
  }

  /** The values of `Set-Cookie`, in order. The Fetch standard’s name for `getAll('set-cookie')`. */
  getSetCookie(): string[] {
    return this.getAll('set-cookie')
  }

  /** Takes all values of a name away. */
  delete(name: string): void {
    const isIt = named(name)
    for (let at = this.#list.length - 1; at >= 0; at--) {
      const pair = this.#list[at]
      if (pair !== undefined && isIt(pair)) this.#list.splice(at, 1)
    }
  }

  /** The first value of a name; where there is none, adds this one and gives it back. */
  setDefault(name: string, value: string): string {
    const there = this.get(name)
    if (there !== undefined) return there
    this.#list.push([name, value])
    return value
  }

  /**
   * Adds a value with parameters: quoted, with `\` before `"` and `\`. `_` in a parameter’s name
   * becomes `-`; a parameter that is `null` stands without a value. A `null` value starts with the parameters.
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

  /** The headers as they stand on the wire, with the empty line that ends them. */
  toString(): string {
    return `${this.#list.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  }
}

function named(name: string): (pair: readonly [string, string]) => boolean {
  const lower = name.toLowerCase()
  return ([key]) => key.toLowerCase() === lower
}
