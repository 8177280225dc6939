/** The quick look at a status and its headers, before each answer. */
import { cachedByName, isContentLength, isFieldValue, isStatus, isToken } from './grammar.ts'
import { isHopByHop } from './headers.ts'
import { declaredLength } from './rules/application.ts'
import { enforce } from './rules/index.ts'
import type { Start } from './rules/rule.ts'
import type { HeaderList } from './types.ts'

/** What a name asks for: nothing, a look at its value as a length, or the table of rules. */
type Kind = 'plain' | 'length' | 'refused'

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
  if (args > 3 || typeof status !== 'string' || !isStatus(status) || !Array.isArray(headers))
    return undefined
  const copy: HeaderList = []
  let length: number | undefined
  for (const pair of headers as unknown[]) {
    if (!isPair(pair)) return undefined
    const [name, value] = pair
    const kind = kindOf(name)
    if (kind === 'plain') {
      if (!isFieldValue(value)) return undefined
    } else if (kind === 'length' && length === undefined && isContentLength(value))
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

const kindOf = cachedByName((name): Kind => {
  if (name.toLowerCase() === 'content-length') return 'length'
  return isToken(name) && !isHopByHop(name) ? 'plain' : 'refused'
})
