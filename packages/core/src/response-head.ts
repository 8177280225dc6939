/** The quick look at a status and its headers, before each answer. */
import type { HeaderList } from './types.ts'
import { isHopByHop } from './headers.ts'
import { enforce } from './rules/index.ts'
import type { Start } from './rules/rule.ts'

const STATUS = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Names that were seen to be tokens, and whether they need a closer look. Bounded: an application may make names up. */
const known = new Map<string, boolean>()
const KNOWN_NAMES = 500

/** What the driver keeps of a head. */
export interface ResponseHead {
  readonly status: string
  readonly headers: HeaderList
  /** What `Content-Length` says, if it is there. */
  readonly length: number | undefined
}

/**
 * Checks what `startResponse` was given. A head that is in order passes on the quick way, which
 * `bench/core.ts` measures; anything else goes through the table, which knows the rule and its words.
 */
export function checkHead(start: Start): ResponseHead {
  if (start.again || !isInOrder(start)) enforce('start', start, 'driver')
  const headers = start.headers as HeaderList
  return { status: start.status as string, headers, length: lengthOf(headers) }
}

function isInOrder({ status, headers }: Start): boolean {
  return (
    typeof status === 'string' &&
    STATUS.test(status) &&
    Array.isArray(headers) &&
    (headers as unknown[]).every(isPlainHeader)
  )
}

function isPlainHeader(pair: unknown): boolean {
  if (!Array.isArray(pair) || pair.length !== 2) return false
  const [name, value] = pair as unknown[]
  return (
    typeof name === 'string' && typeof value === 'string' && isPlainName(name) && VALUE.test(value)
  )
}

function isPlainName(name: string): boolean {
  const seen = known.get(name)
  if (seen !== undefined) return seen
  const plain = NAME.test(name) && !isHopByHop(name) && name.toLowerCase() !== 'content-length'
  if (known.size < KNOWN_NAMES) known.set(name, plain)
  return plain
}

function lengthOf(headers: HeaderList): number | undefined {
  for (const [name, value] of headers) {
    if (name.length === 14 && name.toLowerCase() === 'content-length') return Number(value)
  }
  return undefined
}
