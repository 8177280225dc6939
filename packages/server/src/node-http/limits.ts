/** What is too long in a request, as far as its head tells. */
import type { IncomingMessage } from 'node:http'
import type { Refusal } from '../head-rules.ts'
import type { Limits } from '../transport.ts'

/** Why a request is too large; `undefined` for one that is within its limits. */
export function excess(request: IncomingMessage, limits: Limits): Refusal | undefined {
  const { method = '', url = '' } = request
  const line = `${method} ${url} HTTP/1.1`.length
  if (isOver(line, limits.requestLine)) {
    return tooLong('414 URI Too Long', 'request line', line, limits.requestLine)
  }
  return fieldExcess(request.rawHeaders, line, limits) ?? bodyExcess(request, limits)
}

function fieldExcess(
  rawHeaders: readonly string[],
  line: number,
  limits: Limits,
): Refusal | undefined {
  const status = '431 Request Header Fields Too Large'
  if (isOver(rawHeaders.length / 2, limits.fields)) {
    return { status, reason: `there are more than ${limits.fields} header fields` }
  }
  let total = line + 4 // each line has its end, and so has the head
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const size = (rawHeaders[at] ?? '').length + (rawHeaders[at + 1] ?? '').length
    if (isOver(size, limits.fieldSize)) {
      return tooLong(status, `field ${(rawHeaders[at] ?? '').slice(0, 40)}`, size, limits.fieldSize)
    }
    total += size + 4
  }
  return isOver(total, limits.head) ? tooLong(status, 'head', total, limits.head) : undefined
}

function bodyExcess({ headers }: IncomingMessage, { body }: Limits): Refusal | undefined {
  const length = Number(headers['content-length'] ?? 0)
  return isOver(length, body) ? bodyTooLong(body) : undefined
}

/** What a body is refused with, be it that its length is told or that it goes on and on. */
export function bodyTooLong(limit: number): Refusal {
  return { status: '413 Content Too Large', reason: `a body has ${limit} bytes here at most` }
}

function tooLong(status: string, what: string, size: number, limit: number): Refusal {
  return { status, reason: `the ${what} has ${size} bytes; here it may have ${limit}` }
}

/** 0 is no limit. */
function isOver(size: number, limit: number): boolean {
  return limit > 0 && size > limit
}
