/** Exchanges raw bytes with a server, and parses responses strictly. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ClientAnswer } from '@phial/core/conformance'

/** A port on 127.0.0.1, the path of a unix socket, or a way to connect. */
export type Place = number | string | (() => Socket)

/** A connection that records all received bytes as Latin-1 text. */
export class RawConnection {
  readonly socket: Socket
  /** Resolves when the connection has closed for any reason. */
  readonly closed: Promise<void>
  received = ''
  /** The error that the connection ended with, such as `ECONNRESET`. */
  error: string | undefined
  #onData: () => void = () => undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
      this.#onData()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve()
        this.#onData()
      })
    })
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1')
  }

  /** Waits until the received text satisfies a test, or until the connection closes. Resolves with the received text. */
  async until(isThere: string | ((received: string) => boolean)): Promise<string> {
    const test = typeof isThere === 'string' ? (text: string) => text.includes(isThere) : isThere
    while (!test(this.received) && !this.socket.destroyed) {
      // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
      await new Promise<void>((resolve) => {
        this.#onData = resolve
      })
    }
    return this.received
  }
}

function dial(place: Place): Socket {
  if (typeof place === 'function') return place()
  return typeof place === 'string' ? connect(place) : connect(place, '127.0.0.1')
}

/** Opens a connection. */
export async function open(place: Place): Promise<RawConnection> {
  const socket = dial(place)
  const connection = new RawConnection(socket)
  await once(socket, 'connect')
  return connection
}

/** Parses a response from the received text. `isClosed` means that no more will arrive. */
export function readAnswer(
  received: string,
  method = 'GET',
  isClosed = true,
): ClientAnswer & { rest: string } {
  const text = received.replace(/^(HTTP\/1\.1 1(?!01)\d\d[^]*?\r\n\r\n)+/, '')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return { status: '', headers: [], body: '', complete: false, rest: text }
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const status = statusLine.replace(/^HTTP\/1\.1 /, '')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return { status, headers, ...readBody(text.slice(end + 4), status, headers, method, isClosed) }
}

type ReadBody = Pick<ClientAnswer, 'body' | 'complete'> & { rest: string }

function readBody(
  text: string,
  status: string,
  headers: ClientAnswer['headers'],
  method: string,
  isClosed: boolean,
): ReadBody {
  const value = (name: string): string | undefined =>
    headers.find(([other]) => other.toLowerCase() === name)?.[1]
  if (method === 'HEAD' || /^(204|304)/.test(status))
    return { body: '', complete: true, rest: text }
  if (value('transfer-encoding') === 'chunked') return readChunks(text)
  const length = value('content-length')
  if (length === undefined) return { body: text, complete: isClosed, rest: '' }
  const body = text.slice(0, Number(length))
  return { body, complete: body.length === Number(length), rest: text.slice(body.length) }
}

function readChunks(text: string): ReadBody {
  let body = ''
  let rest = text
  for (;;) {
    const [line, size] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? []
    if (line === undefined || size === undefined) return { body, complete: false, rest }
    const length = Number.parseInt(size, 16)
    if (length === 0) {
      const complete = rest.startsWith(`${line}\r\n`)
      return { body, complete, rest: rest.slice(line.length + 2) }
    }
    body += rest.slice(line.length, line.length + length)
    rest = rest.slice(line.length + length + 2)
  }
}
