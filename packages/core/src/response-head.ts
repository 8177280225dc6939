/** The quick look at a status and its headers, before each answer. */
import type { HeaderList } from './types.ts'
import { isHopByHop } from './headers.ts'
import { declaredLength } from './rules/application.ts'
import { enforce } from './rules/index.ts'
import type { Start } from './rules/rule.ts'

const STATUS = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** A length that is a safe integer whatever its digits. */
const LENGTH = /^\d{1,15}$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** What a name asks for: nothing, a look at its value as a length, or the table of rules. */
type Kind = 'plain' | 'length' | 'refused'

/** Names that were seen, and what they ask for. Bounded: an application may make names up. */
const known = new Map<string, Kind>()
const KNOWN_NAMES = 500

/** What the driver keeps of a head. */
export interface ResponseHead {
  readonly status: string
  /** A copy: what the application puts into its list from now on was not looked at, and is not sent. */
  readonly headers: HeaderList
  /** What `Content-Length` says, if it is there. */
  readonly length: number | undefined
}

/**
 * Checks what `startResponse` was given. A head that is in order passes on the quick way, which
 * `bench/core.ts` measures; anything else goes through the table, which knows the rule and its words.
 */
export function checkHead(start: Start): ResponseHead {
  return (start.again ? undefined : quickHead(start)) ?? slowHead(start)
}

function slowHead(start: Start): ResponseHead {
  enforce('start', start, 'driver')
  const headers = (start.headers as HeaderList).map(([name, value]): [string, string] => [
    name,
    value,
  ])
  return { status: start.status as string, headers, length: declaredLength(headers) }
}

/** One look at each header; `undefined` where a closer one is needed. */
function quickHead({ args, status, headers }: Start): ResponseHead | undefined {
  if (args > 3 || typeof status !== 'string' || !STATUS.test(status) || !Array.isArray(headers))
    return undefined
  const copy: HeaderList = []
  let length: number | undefined
  for (const pair of headers as unknown[]) {
    if (!isPair(pair)) return undefined
    const [name, value] = pair
    const kind = known.get(name) ?? kindOf(name)
    if (kind === 'plain') {
      if (!VALUE.test(value)) return undefined
    } else if (kind === 'length' && length === undefined && LENGTH.test(value))
      length = Number(value)
    else return undefined
    copy.push([name, value])
  }
  return { status, headers: copy, length }
}

function isPair(pair: unknown): pair is [string, string] {
  return (
    Array.isArray(pair) &&
    pair.length === 2 &&
    typeof pair[0] === 'string' &&
    typeof pair[1] === 'string'
  )
}

function kindOf(name: string): Kind {
  const kind =
    name.toLowerCase() === 'content-length'
      ? 'length'
      : NAME.test(name) && !isHopByHop(name)
        ? 'plain'
        : 'refused'
  if (known.size < KNOWN_NAMES) known.set(name, kind)
  return kind
}
