/**
 * A WebSocket to an app, without a server: `ws` is the client, and its connection is made of what the app reads and of
 * what it answers.
 *
 *     client ──► Wire ──► wsgi.input
 *            ◄── Wire ◄── answered ◄── head and body
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
interface Sent {
  readonly path: string
  readonly headers: Headers
  readonly environ: Readonly<Record<string, unknown>>
}

/** Opens a WebSocket. Rejects if the handshake is refused. `onHead` is given the headers of the 101. */
export async function openWebSocket(
  app: ApplicationLike,
  sent: Sent,
  protocols: readonly string[],
  { onHead }: { readonly onHead: (headers: HeaderList) => void },
): Promise<WebSocketConnection> {
  const answered = new PassThrough()
  const wire = new Wire(inputStream(answered))
  const codec = new WebSocket('ws://localhost/', [...protocols], {
    createConnection: () => wire,
    perMessageDeflate: false,
  })
  codec.on('error', () => undefined) // why a handshake failed is said by its answer
  const opened = new Promise<'opened'>((resolve) => {
    codec.once('open', () => resolve('opened'))
  })
  const ended = ask(app, await withHandshake(sent, wire), wire, answered, onHead)
  void ended.catch(() => undefined).then(() => close(wire, answered))
  const outcome = await Promise.race([opened, ended])
  if (outcome !== 'opened') throw refused(sent.path, outcome)
  return new WebSocketConnection(codec, 0)
}

/** Ends the connection as a server does: what the client still sends is dropped. */
async function close(wire: Wire, answered: PassThrough): Promise<void> {
  answered.end()
  // oxlint-disable-next-line no-await-in-loop -- chunks come one after another
  while ((await wire.next()).done !== true);
}

/** The request with the fields that the client has sent. RFC 6455 §4.1 */
async function withHandshake(sent: Sent, wire: Wire): Promise<Sent> {
  const { value: head } = await wire.next()
  const headers = new Headers(sent.headers)
  for (const line of new TextDecoder().decode(head).split('\r\n')) {
    const [name = '', value = ''] = line.split(': ')
    if (/^(?:upgrade|sec-websocket-(?!extensions).+)$/i.test(name)) headers.set(name, value)
  }
  return { ...sent, headers }
}

/** Asks the app. Resolves at the end of its answer. */
function ask(
  app: ApplicationLike,
  { path, headers, environ }: Sent,
  wire: Wire,
  answered: PassThrough,
  onHead: (headers: HeaderList) => void,
): Promise<CallAnswer> {
  const leaving = new AbortController()
  wire.once('close', () => leaving.abort())
  const switched: Application = (asked, startResponse) =>
    callApplication(app, asked, (status, fields, ...excInfo) => {
      const write = startResponse(status, fields, ...excInfo)
      if (!status.startsWith('101')) return write
      onHead(fields)
      answered.write(headText(status, fields), 'latin1')
      return write
    })
  return call(switched, {
    path,
    headers,
    environ: {
      'phial.upgrade': 'websocket',
      'wsgi.input': inputStream({ [Symbol.asyncIterator]: () => wire }),
      ...environ,
    },
    onChunk: (chunk) => void answered.write(chunk),
    signal: leaving.signal,
  })
}

function headText(status: string, headers: HeaderList): string {
  const all: HeaderList = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...headers]
  return `HTTP/1.1 ${status}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function refused(path: string, answer: CallAnswer): Error {
  return withCode(
    'ERR_PHIAL_TEST_WEBSOCKET',
    new Error(
      `Expected a 101 response to the WebSocket handshake for ${path}, received ${answer.status} with the body: ${answer.text().slice(0, 500)}`,
    ),
  )
}
