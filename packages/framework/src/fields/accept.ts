/** Parses `Accept` and similar headers, best item first. RFC 9110 §12.5 */
import { parseParameters } from './parameters.ts'

/** The kind of values in a header. Each kind has its own matching rules. */
type Kind = 'mediaTypes' | 'languages' | 'encodings' | 'charsets'

/** One item of an `Accept…` header. */
interface Accepted {
  /** The value as received, without parameters. */
  readonly value: string
  readonly name: string
  /** The weight, from 0 (rejected) to 1. */
  readonly quality: number
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Returns how specifically an item matches a value that the app offers. A larger number is a closer match. `undefined`
 * means that it does not match.
 */
type Match = (accepted: Accepted, available: Value) => number | undefined

/** A value that the app offers. */
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
 * The values of an `Accept…` header, sorted by quality.
 *
 * - Media types: a parameter that only the client names is ignored, so `application/json; charset=utf-8` matches
 *   `application/json`. If there is no closer match, a type with the suffix `+json` matches `application/json`, and the
 *   other way round.
 * - Languages: the longest common prefix wins. `zh-Hant-TW` prefers `zh-Hant` to `zh`, and `de` matches `de-AT`.
 *   RFC 4647 §3.4
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

  /** The values that the client accepts, best first, without those of `q=0`. Empty if the header is missing. */
  get values(): string[] {
    const acceptable = this.#accepted.filter(({ quality }) => quality > 0)
    return acceptable
      .toSorted((one, other) => other.quality - one.quality)
      .map(({ value }) => value)
  }

  /** Returns the offered value that the client prefers; `undefined` if it accepts none, or if the header is missing. */
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

  /** Reports whether the client explicitly accepts a value. */
  has(value: string): boolean {
    return this.best([value]) !== undefined
  }

  [Symbol.iterator](): Iterator<string> {
    return this.values[Symbol.iterator]()
  }

  /** Returns the quality of a value: that of the item that matches it most closely. */
  #rank(text: string): Rank | undefined {
    const [first] = parseAccepted(text, this.#kind)
    if (first === undefined) return undefined
    let closest: Rank | undefined
    for (const [at, accepted] of this.#accepted.entries()) {
      const closeness = MATCHES[this.#kind](accepted, first)
      if (closeness === undefined || closeness <= (closest?.closeness ?? -1)) continue
      closest = { quality: accepted.quality, closeness, at }
    }
    // RFC 9110 §12.5.3: a client that names encodings also accepts `identity`, unless it excludes it.
    if (closest === undefined && this.#kind === 'encodings' && first.name === 'identity') {
      return this.#accepted.length === 0 ? undefined : { quality: 0, closeness: 0, at: 0 }
    }
    return closest !== undefined && closest.quality > 0 ? closest : undefined
  }
}

interface Rank {
  readonly quality: number
  readonly closeness: number
  /** The position of the item in the header. */
  readonly at: number
}

/** Reports whether one match precedes another: by quality, then specificity, then order in the header. */
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

/** Parses a header. Skips malformed items. */
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

/** Splits a list at its commas, except those within quotes. */
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

/** Parses a quality. A malformed one counts as missing, and one above 1 as 1. */
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

/** Matches by the number of common subtags. An item that is longer than the value is truncated from its end. */
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
