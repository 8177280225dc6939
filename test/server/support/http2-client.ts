/** An HTTP/2 client for the conformance cases. */
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { STATUS_CODES } from 'node:http'
import type { ClientAnswer, ClientRequest } from '@phial/core/conformance'
import type { Host } from './conformance.ts'

/** Connects to a server. `close` closes the connection and the server. */
export function http2Client(url: string, closeServer: () => void): Host {
  const session = connect(url, { rejectUnauthorized: false })
  session.on('error', () => undefined) // each request reports it
  const close = (): void => {
    session.destroy()
    closeServer()
  }
  return { client: (asked) => ask(session, asked), close }
}

async function ask(session: ClientHttp2Session, asked: ClientRequest): Promise<ClientAnswer> {
  const { method = 'GET', target = '/', headers = [], body = [], breakOff } = asked
  const bodyLater = asked.bodyLater ?? asked.bodyAfterHead
  const isBodyless = body.length === 0 && bodyLater === undefined
  const fields: Record<string, string | string[]> = { ':method': method, ':path': target }
  for (const [name, value] of headers) {
    const before = fields[name.toLowerCase()]
    fields[name.toLowerCase()] = before === undefined ? value : [before, value].flat()
  }
  if (body.length === 1 && bodyLater === undefined && breakOff !== true) {
    fields['content-length'] = String(Buffer.byteLength(body.join('')))
  }
  const stream = session.request(fields, { endStream: isBodyless })
  for (const part of body) stream.write(part)
  if (breakOff === true) setImmediate(() => stream.close(8))
  else if (!isBodyless && bodyLater === undefined) stream.end()
  return answerOf(stream, asked)
}

function answerOf(
  stream: ClientHttp2Stream,
  { bodyLater, bodyAfterHead, leave }: ClientRequest,
): Promise<ClientAnswer> {
  return new Promise((resolve) => {
    let status = ''
    let headers: [string, string][] = []
    let body = ''
    stream.on('response', (fields) => {
      if (bodyAfterHead !== undefined) stream.end(bodyAfterHead)
      const code = Number(fields[':status'])
      status = `${code} ${STATUS_CODES[code] ?? ''}`
      headers = Object.entries(fields).flatMap(
        ([name, value]) =>
        name.startsWith(':') ? [] : [value].flat().map((one): [string, string] => [name, String(one)]), // prettier-ignore
      )
    })
    stream.on('error', () => undefined) // 'close' follows, with an error code
    stream.on('data', (chunk: Buffer) => {
      if (body === '' && bodyLater !== undefined) stream.end(bodyLater)
      body += chunk.toString('latin1')
      if (leave === true) stream.close(8)
    })
    stream.on('close', () => resolve({ status, headers, body, complete: stream.rstCode === 0 }))
  })
}
