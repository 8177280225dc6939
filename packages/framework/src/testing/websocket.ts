/**
 * A WebSocket to an app, without a server. `ws` is the client. Its connection writes to the app's `wsgi.input`, and reads
 * the head and body of its response.
 *
 *     client ──► Wire ──► wsgi.input
 *            ◄── Wire ◄── response ◄── head and body
 */
import { PassThrough } from 'node:stream'
import {
  type Application,
  type ApplicationLike,
  call,
  callApplication,
  type CallAnswer,
  type HeaderList,
  inputStream,
  withCode,
} from '@phial/core'
import { WebSocket } from 'ws'
import { Wire } from '../live/codec.ts'
import { WebSocketConnection } from '../live/connection.ts'

/** The request of a handshake. */
interface HandshakeRequest {
  readonly path: string
  readonly headers: Headers
  readonly environ: Readonly<Record<string, unknown>>
}

/** Opens a WebSocket. Rejects if the app rejects the handshake. `onHead` receives the headers of the 101 response. */
export async function openWebSocket(
  app: ApplicationLike,
  request: HandshakeRequest,
  protocols: readonly string[],
  { onHead }: { readonly onHead: (headers: HeaderList) => void },
): Promise<WebSocketConnection> {
  const response = new PassThrough()
  const wire = new Wire(inputStream(response))
  const codec = new WebSocket('ws://localhost/', [...protocols], {
    createConnection: () => wire,
    perMessageDeflate: false,
  })
  codec.on('error', () => undefined) // the response shows why a handshake failed
  const opened = new Promise<'opened'>((resolve) => {
    codec.once('open', () => resolve('opened'))
  })
  const answer = callApp(app, await withHandshake(request, wire), wire, response, onHead)
  void answer.catch(() => undefined).then(() => close(wire, response))
  const outcome = await Promise.race([opened, answer])
  if (outcome !== 'opened') throw rejected(request.path, outcome)
  return new WebSocketConnection(codec, 0)
}

/** Ends the connection as a server does, and discards further data from the client. */
async function close(wire: Wire, response: PassThrough): Promise<void> {
  response.end()
  // oxlint-disable-next-line no-await-in-loop -- chunks come one after another
  while ((await wire.next()).done !== true);
}

/** Returns the request with the handshake headers that `ws` has written. RFC 6455 §4.1 */
async function withHandshake(request: HandshakeRequest, wire: Wire): Promise<HandshakeRequest> {
  const { value: head } = await wire.next()
  const headers = new Headers(request.headers)
  for (const line of new TextDecoder().decode(head).split('\r\n')) {
    const [name = '', value = ''] = line.split(': ')
    if (/^(?:upgrade|sec-websocket-(?!extensions).+)$/i.test(name)) headers.set(name, value)
  }
  return { ...request, headers }
}

/** Calls the app. Resolves at the end of its response. */
function callApp(
  app: ApplicationLike,
  { path, headers, environ }: HandshakeRequest,
  wire: Wire,
  response: PassThrough,
  onHead: (headers: HeaderList) => void,
): Promise<CallAnswer> {
  const disconnect = new AbortController()
  wire.once('close', () => disconnect.abort())
  const wrapped: Application = (called, startResponse) =>
    callApplication(app, called, (status, fields, ...excInfo) => {
      const write = startResponse(status, fields, ...excInfo)
      if (!status.startsWith('101')) return write
      onHead(fields)
      response.write(headText(status, fields), 'latin1')
      return write
    })
  return call(wrapped, {
    path,
    headers,
    environ: {
      'phial.upgrade': 'websocket',
      'wsgi.input': inputStream({ [Symbol.asyncIterator]: () => wire }),
      ...environ,
    },
    onChunk: (chunk) => void response.write(chunk),
    signal: disconnect.signal,
  })
}

function headText(status: string, headers: HeaderList): string {
  const all: HeaderList = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...headers]
  return `HTTP/1.1 ${status}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function rejected(path: string, answer: CallAnswer): Error {
  return withCode(
    'ERR_PHIAL_TEST_WEBSOCKET',
    new Error(
      `Expected a 101 response to the WebSocket handshake for ${path}, received ${answer.status} with the body ${JSON.stringify(answer.text().slice(0, 500))}`,
    ),
  )
}
