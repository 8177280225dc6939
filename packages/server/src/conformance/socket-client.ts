/**
 * The client for checking a server with `@phial/core/conformance` over a socket.
 *
 * @module @phial/server/conformance
 */
import type { Client, ClientRequest } from '@phial/core/conformance'
import { open, readAnswer, type Place, type RawConnection } from './raw-connection.ts'

export type { Place } from './raw-connection.ts'

/**
 * Creates a client for the conformance cases. It writes each request byte by byte over a new connection, and returns the
 * response unchanged.
 *
 * ```ts
 * const client = socketClient(8000)
 * const { status, complete } = await client({ method: 'POST', body: ['a', 'b'] })
 * ```
 *
 * @param place a port on 127.0.0.1, the path of a unix socket, or a way to connect
 * @param extra additional lines for the head of each request, such as `X-Case: 3`
 */
export function socketClient(place: Place, extra: readonly string[] = []): Client {
  return async (asked) => {
    const connection = await open(place)
    const { method = 'GET' } = asked
    const answer = (): ReturnType<typeof readAnswer> =>
      readAnswer(connection.received, method, connection.socket.destroyed)
    connection.send(head(asked, extra))
    sendBody(connection, asked)
    await connection.until(() => answer().complete || hasBegun(answer(), asked))
    const late = lateBody(asked)
    if (asked.upgrade !== undefined) switchProtocol(connection, answer().status, late)
    else if (late !== undefined) connection.send(`${chunk(late)}0\r\n\r\n`)
    if (asked.leave !== true) await connection.until(() => answer().complete)
    connection.socket.destroy()
    await connection.closed
    return answer()
  }
}

function head(asked: ClientRequest, extra: readonly string[]): string {
  const { method = 'GET', target = '/', headers = [] } = asked
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const host = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['Host: localhost']
  return [
    `${method} ${target} HTTP/1.1`,
    ...host,
    ...lines,
    ...extra,
    ...framing(asked),
    '',
    '',
  ].join('\r\n')
}

function framing(asked: ClientRequest): string[] {
  const { body = [], breakOff, upgrade } = asked
  if (upgrade !== undefined) return ['Connection: Upgrade', `Upgrade: ${upgrade}`]
  if (body.length === 0 && lateBody(asked) === undefined) return []
  if (isChunked(asked)) return ['Transfer-Encoding: chunked']
  return [`Content-Length: ${Buffer.byteLength(body.join('')) + (breakOff === true ? 10 : 0)}`]
}

const lateBody = ({ bodyLater, bodyAfterHead }: ClientRequest): string | undefined =>
  bodyLater ?? bodyAfterHead

const isChunked = (asked: ClientRequest): boolean =>
  asked.upgrade === undefined && ((asked.body?.length ?? 0) > 1 || lateBody(asked) !== undefined)

/** Sends data in the offered protocol if the server has switched to it. */
function switchProtocol(connection: RawConnection, status: string, text: string | undefined): void {
  if (!status.startsWith('101')) return
  if (text !== undefined) connection.send(text)
  connection.socket.end()
}

function sendBody(connection: RawConnection, asked: ClientRequest): void {
  const { body = [], breakOff } = asked
  const text = (part: string): string => Buffer.from(part).toString('latin1')
  for (const part of body) connection.send(isChunked(asked) ? chunk(part) : text(part))
  if (breakOff === true) connection.socket.destroySoon()
  else if (isChunked(asked) && lateBody(asked) === undefined) connection.send('0\r\n\r\n')
}

function chunk(part: string): string {
  const bytes = Buffer.from(part)
  return `${bytes.byteLength.toString(16)}\r\n${bytes.toString('latin1')}\r\n`
}

/** Whether enough of the response has arrived for the next action of the client. */
function hasBegun(
  { status, body }: ReturnType<typeof readAnswer>,
  { bodyLater, bodyAfterHead, leave }: ClientRequest,
): boolean {
  if (bodyAfterHead !== undefined) return status !== ''
  return body !== '' && (bodyLater !== undefined || leave === true)
}
