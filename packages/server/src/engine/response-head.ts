/** The head of an answer, as it stands on the wire. RFC 9112 §4 to §6 */
import type { HeaderList } from '@phial/core'

/**
 * How the client learns where the body ends: a length, chunks, the end of the connection; or there is none. `raw`
 * is another protocol, which also ends with the connection.
 */
export type Framing = 'length' | 'chunks' | 'end' | 'none' | 'raw'

/** What decides about the framing. */
export interface Asked {
  readonly method: string
  /** Whether it was asked for in HTTP/1.0. */
  readonly isOld: boolean
  /** Whether the connection closes after this answer. */
  readonly isLast: boolean
  /** How long, in seconds, it is kept if it does not; 0 for ever. */
  readonly keepAlive: number
  /** The protocol that the client offers to switch to. */
  readonly upgrade: string | undefined
}

export interface WireHead {
  readonly text: string
  readonly framing: Framing
  /** Whether the connection closes: the client asked for that, or learns in no other way where the body ends. */
  readonly isLast: boolean
}

/** Adds what the application leaves to the server: `Date`, `Connection` and the framing. */
export function responseHead(status: string, headers: HeaderList, asked: Asked): WireHead {
  let text = `HTTP/1.1 ${status}\r\n`
  let hasDate = false
  let hasLength = false
  for (const [name, value] of headers) {
    text += `${name}: ${value}\r\n`
    if (name.length === 14 && name.toLowerCase() === 'content-length') hasLength = true
    if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true
  }
  if (!hasDate) text += `Date: ${httpDate()}\r\n`
  const framing = framingOf(status, hasLength, asked)
  const isLast = asked.isLast || framing === 'end' || framing === 'raw'
  if (framing === 'chunks') text += 'Transfer-Encoding: chunked\r\n'
  if (framing === 'raw') text += `Connection: Upgrade\r\nUpgrade: ${asked.upgrade ?? ''}\r\n`
  else if (isLast) text += 'Connection: close\r\n'
  else text += kept(asked.keepAlive)
  return { text: `${text}\r\n`, framing, isLast }
}

/** What HTTP/1.0 needs to hear, and what tells a client of HTTP/1.1 how long a connection is good for. */
function kept(seconds: number): string {
  const keep = 'Connection: keep-alive\r\n'
  return seconds === 0 ? keep : `${keep}Keep-Alive: timeout=${Math.floor(seconds)}\r\n`
}

function framingOf(status: string, hasLength: boolean, asked: Asked): Framing {
  const { method, isOld, upgrade } = asked
  if (upgrade !== undefined && status.startsWith('101')) return 'raw'
  if (method === 'HEAD' || status.startsWith('204') || status.startsWith('304')) return 'none'
  if (hasLength) return 'length'
  return isOld ? 'end' : 'chunks'
}

let second = 0
let text = ''

/** The time as `Date` says it, made once a second. RFC 9110 §5.6.7 */
export function httpDate(): string {
  const now = Date.now()
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    text = new Date(now).toUTCString()
  }
  return text
}
