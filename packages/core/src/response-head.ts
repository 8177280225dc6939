/** The fast check of the status and headers of each response. */
import {
  cachedByName,
  isBodyless,
  isContentLength,
  isFieldValue,
  isStatus,
  isToken,
} from './grammar.ts'
import { isHopByHop } from './headers.ts'
import { declaredLength } from './rules/application.ts'
import { enforce } from './rules/index.ts'
import type { Start } from './rules/rule.ts'
import type { HeaderList } from './types.ts'

/** How a header is checked, which depends on its name: its value as a field value, its value as a length, or against the table of rules. */
type Kind = 'plain' | 'length' | 'refused'

/** The head of a response as the driver keeps it. */
export interface ResponseHead {
  readonly status: string
  /** A copy. Later changes by the application to its own list have not been checked and are not sent. */
  readonly headers: HeaderList
  /** The declared `Content-Length`, if any. */
  readonly length: number | undefined
  /** Whether a response with this status has no body. */
  readonly isBodyless: boolean
}

/**
 * Checks the arguments of `startResponse` in one pass over the headers, which `bench/core.ts` measures. Anything invalid
 * or unusual goes through the table of rules, which throws the error of the broken rule.
 */
export function checkHead(start: Start): ResponseHead {
  const { args, status, headers, again } = start
  if (again || args > 3 || typeof status !== 'string' || !isStatus(status)) return slowHead(start)
  if (!Array.isArray(headers)) return slowHead(start)
  const copy: HeaderList = []
  let length: number | undefined
  for (const pair of headers as unknown[]) {
    if (!isPair(pair)) return slowHead(start)
    const [name, value] = pair
    const kind = kindOf(name)
    if (kind === 'plain') {
      if (!isFieldValue(value)) return slowHead(start)
    } else if (kind === 'length' && length === undefined && isContentLength(value))
      length = Number(value)
    else return slowHead(start)
    copy.push([name, value])
  }
  return { status, headers: copy, length, isBodyless: isBodyless(status) }
}

function slowHead(start: Start): ResponseHead {
  enforce('start', start, 'driver')
  const status = start.status as string
  const headers = (start.headers as HeaderList).map(([name, value]): [string, string] => [
    name,
    value,
  ])
  return { status, headers, length: declaredLength(headers), isBodyless: isBodyless(status) }
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
