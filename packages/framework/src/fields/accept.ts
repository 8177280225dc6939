/** What a client accepts, best first. RFC 9110 §12.5 */
import { parseParameters } from './parameters.ts'

/** What the values of a header are: each kind has rules of its own for what matches what. */
type Kind = 'mediaTypes' | 'languages' | 'encodings' | 'charsets'

/** One item of an `Accept…` header. */
interface Accepted {
  /** As it came, without parameters. */
  readonly value: string
  readonly name: string
  /** From 0, refused, to 1. */
  readonly quality: number
  readonly parameters: ReadonlyMap<string, string>
}

/** How well an item matches a value of the app's: the larger, the closer. `undefined` if it does not. */
type Match = (accepted: Accepted, available: Value) => number | undefined

/** A value that the app has. */
interface Value {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
}

const MATCHES: Readonly<Record<Kind, Match>> = {
  mediaTypes: matchType,
  languages: matchLanguage,
  encodings: matchToken,
  charsets: matchToken,
}

/**
 * The values of an `Accept…` header, by their quality.
 *
 * - Of media types, a parameter that only the client names does not matter: `application/json;
 *   charset=utf-8` takes `application/json`. JSON of a more special type stands for JSON and the other
 *   way round, if nothing closer is there: `application/vnd.api+json`, `application/json`.
 * - Of languages, the longest beginning wins: `zh-Hant-TW` takes `zh-Hant` rather than `zh`, and `de`
 *   takes `de-AT`. RFC 4647 §3.4
 *
 * ```ts
 * request.acceptLanguages.best(['en', 'de']) ?? 'en'
 * ```
 */
export class Accept implements Iterable<string> {
  readonly #kind: Kind
  readonly #accepted: readonly Accepted[]

  constructor(kind: Kind, text: string | undefined) {
    this.#kind = kind
    this.#accepted = text === undefined ? [] : parseAccepted(text, kind)
  }

  /** What the client named, best first, without what it refused by `q=0`. Empty if it sent no such header. */
  get values(): string[] {
    const taken = this.#accepted.filter(({ quality }) => quality > 0)
    return taken.toSorted((one, other) => other.quality - one.quality).map(({ value }) => value)
  }

  /** The one of these that the client likes best; `undefined` if it takes none of them, or did not say. */
  best<const Available extends string>(available: readonly Available[]): Available | undefined {
    let best: Available | undefined
    let most: Rank | undefined
    for (const one of available) {
      const rank = this.#rank(one)
      if (rank !== undefined && (most === undefined || isBetter(rank, most))) {
        best = one
        most = rank
      }
    }
    return best
  }

  /** Whether the client said that it takes this. */
  has(value: string): boolean {
    return this.best([value]) !== undefined
  }

  [Symbol.iterator](): Iterator<string> {
    return this.values[Symbol.iterator]()
  }

  /** How much the client likes a value: what it said of the item that matches it most closely. */
  #rank(text: string): Rank | undefined {
    const [first] = parseAccepted(text, this.#kind)
    if (first === undefined) return undefined
    let closest: Rank | undefined
    for (const [at, accepted] of this.#accepted.entries()) {
      const closeness = MATCHES[this.#kind](accepted, first)
      if (closeness === undefined || closeness <= (closest?.closeness ?? -1)) continue
      closest = { quality: accepted.quality, closeness, at }
    }
    // RFC 9110 §12.5.3: a client that names encodings takes bytes as they are too, unless it refuses that.
    if (closest === undefined && this.#kind === 'encodings' && first.name === 'identity') {
      return this.#accepted.length === 0 ? undefined : { quality: 0, closeness: 0, at: 0 }
    }
    return closest !== undefined && closest.quality > 0 ? closest : undefined
  }
}

interface Rank {
  readonly quality: number
  readonly closeness: number
  /** Where the item stands in the header. */
  readonly at: number
}

/** Whether one is before another: by quality, then closeness, then the client's order. */
function isBetter(one: Rank, other: Rank): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality
  if (one.closeness !== other.closeness) return one.closeness > other.closeness
  return one.at < other.at
}

const SYNTAX: Readonly<Record<Kind, RegExp>> = {
  mediaTypes: /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/,
  languages: /^(?:\*|[a-z\d]+(?:[-_][a-z\d]+)*)$/i,
  encodings: /^[\w!#$%&'*+.^`|~-]+$/,
  charsets: /^[\w!#$%&'*+.^`|~-]+$/,
}

/** Reads a header. An item that is malformed is left out. */
function parseAccepted(text: string, kind: Kind): Accepted[] {
  return splitList(text).flatMap((item) => {
    const [value = '', ...rest] = item.split(';')
    const name = value.trim()
    if (!SYNTAX[kind].test(name)) return []
    const parameters = new Map<string, string>()
    for (const [key, given = ''] of parseParameters(rest.join(';'))) {
      parameters.set(key, given.toLowerCase())
    }
    const quality = qualityOf(parameters.get('q'))
    parameters.delete('q')
    const lower = name.toLowerCase()
    const compared = kind === 'languages' ? lower.replaceAll('_', '-') : lower
    return { value: name, name: compared, quality, parameters }
  })
}

/** The items of a list. A comma within quotes does not separate. */
function splitList(text: string): string[] {
  if (!text.includes('"')) return text.split(',')
  const items: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted
    else if (text[at] === '\\' && isQuoted) at += 1
    else if (text[at] === ',' && !isQuoted) {
      items.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...items, text.slice(start)]
}

/** Malformed is as good as not said, and beyond 1 is 1. */
function qualityOf(text: string | undefined): number {
  const quality = Number.parseFloat(text ?? '1')
  return Number.isNaN(quality) ? 1 : Math.min(1, Math.max(0, quality))
}

function matchType(accepted: Accepted, available: Value): number | undefined {
  if (accepted.name === '*/*') return 0
  let common = 0
  for (const [name, value] of accepted.parameters) {
    const own = available.parameters.get(name)
    if (own !== undefined && own !== value) return undefined
    if (own !== undefined) common += 1
  }
  if (accepted.name === available.name) return 3 + common
  const [type = '', subtype] = accepted.name.split('/')
  if (subtype === '*' && available.name.startsWith(`${type}/`)) return 1
  const isSpecial = isJson(accepted.name) && isJson(available.name) && accepted.quality > 0
  const isEither = [accepted.name, available.name].includes('application/json')
  return isSpecial && isEither ? 2 : undefined
}

function isJson(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'))
}

/** By the number of subtags that both have. An item that is longer than the value is shortened from its end. */
function matchLanguage(accepted: Accepted, available: Value): number | undefined {
  if (accepted.name === '*') return 0
  if (accepted.name === available.name) return 2 * subtags(available.name) + 1
  if (available.name.startsWith(`${accepted.name}-`)) return 2 * subtags(accepted.name)
  const isShortened = accepted.quality > 0 && accepted.name.startsWith(`${available.name}-`)
  return isShortened ? 2 * subtags(available.name) : undefined
}

function subtags(language: string): number {
  return language.split('-').length
}

function matchToken(accepted: Accepted, available: Value): number | undefined {
  if (accepted.name === available.name) return 1
  return accepted.name === '*' ? 0 : undefined
}
