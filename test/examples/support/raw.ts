/** Sends requests over a plain socket, so that the target is not normalized. */
import { connect } from 'node:net'

export interface RawAnswer {
  readonly code: number
  readonly reason: string
  readonly type: string | undefined
  readonly body: string
}

/**
 * Sends a request in HTTP/1.0, in which the end of the connection ends the body. Ignores bytes after the
 * head of an answer to HEAD, which wsgiref sends, as every client does.
 */
export async function ask(
  port: number,
  target: string,
  method = 'GET',
  body = '',
): Promise<RawAnswer> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${target} HTTP/1.0`, 'Host: localhost', ...length, '', '']
  return read(await exchange(port, head.join('\r\n') + body), method)
}

/** Sends bytes, and returns the answer once the connection has ended, even if it broke. */
export function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', (error) => (chunks.length > 0 ? undefined : reject(error)))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}

function read(answer: string, method: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n')
  const head = answer.slice(0, end)
  const [, code, reason = ''] = /^HTTP\/1\.[01] (\d+) (.*)$/m.exec(head) ?? []
  return {
    code: Number(code),
    reason: reason.trim(),
    type: /^Content-Type: *(.*?)\r?$/im.exec(head)?.[1],
    body: method === 'HEAD' ? '' : answer.slice(end + 4),
  }
}
