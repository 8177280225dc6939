/**
 * One request and its answer on `node:http`: the environ that a request becomes, and the transport
 * that carries the answer. `Answer` knows the request's body too, because they share a connection:
 * what is left of the body decides whether it can be kept.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ, ErrorStream, HeaderList, InputStream, Transport } from '@phial/core'

/** How much is read, in bytes, of a body that the application left. A longer one costs the connection. */
const UNREAD_LIMIT = 256 * 1024
/** How long, in milliseconds, a client that still sends is heard out so that it can see the answer. */
const LINGER = 1000

/** What an environ says of the server. */
export interface Home {
  readonly serverName: string
  readonly serverPort: string
  readonly errors: ErrorStream
}

/** Makes the environ of a request. */
export function environOf(request: IncomingMessage, answer: Answer, home: Home): Environ {
  const { socket } = request
  return makeEnviron({
    ...home,
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: `HTTP/${request.httpVersion}`,
    headers: pairs(request.rawHeaders),
    scheme: 'http',
    remoteAddr: socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? '', // an IPv4 client of an IPv6 socket
    remotePort: String(socket.remotePort ?? ''),
    input: answer.input,
    signal: answer.signal,
  })
}

function* pairs(rawHeaders: readonly string[]): Iterable<[name: string, value: string]> {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    yield [rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']
  }
}

/** Sends an answer through a `ServerResponse`, which does the framing. */
export class Answer implements Transport {
  /** The request's body. */
  readonly input: InputStream
  /** Kept when the answer is through, or the client has gone. */
  readonly over: Promise<void>
  readonly time: Date = new Date()
  status = ''
  headers: HeaderList = []
  /** How many bytes of the body were sent. */
  bytes = 0
  /** Whether the connection closes after this answer. */
  isLast = false
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #began = performance.now()
  readonly #gone = new AbortController()
  /** Whether the client holds its body back until it is asked for. RFC 9110 §10.1.1 */
  #holdsBack: boolean

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    this.#holdsBack = request.headers.expect !== undefined && request.httpVersion === '1.1'
    this.input = bodyLength(request) === 0 ? emptyInput() : inputStream(this.#body())
    this.over = new Promise<void>((resolve) => {
      const over = (): void => resolve()
      response.once('close', over)
      this.signal.addEventListener('abort', over)
    })
    response.once('close', () => this.leave())
  }

  /** The connection is closed. If the answer is not through, its client has gone. */
  leave(): void {
    if (!this.#response.writableFinished) this.#gone.abort()
  }

  /** How long it has taken, in milliseconds. */
  get duration(): number {
    return performance.now() - this.#began
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** Whether the request is here to its last byte. */
  get isReceived(): boolean {
    return this.#request.complete || bodyLength(this.#request) === 0
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    if (this.#holdsBack && !this.#response.headersSent) {
      this.#response.writeContinue()
      this.#holdsBack = false
    }
    try {
      yield* this.#request as AsyncIterable<Uint8Array>
    } catch {
      throw new DOMException('The client left before its request was whole.', 'AbortError')
    }
  }

  writeHead(status: string, headers: HeaderList): void {
    this.status = status
    this.headers = headers
    const isTooLong = !this.isReceived && bodyLength(this.#request) > UNREAD_LIMIT
    const closing = this.isLast || isTooLong ? ['Connection', 'close'] : []
    this.#response.writeHead(Number(status.slice(0, 3)), status.slice(4), [
      ...headers.flat(),
      ...closing,
    ])
  }

  /** Node holds a chunk until the socket takes it; the application may fill it anew before that, so it is copied. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#response.destroyed || this.signal.aborted) return undefined
    this.bytes += chunk.byteLength
    return this.#response.write(Buffer.from(chunk)) ? undefined : this.#room()
  }

  /** Kept when there is room again, or the client has gone. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done)
        this.signal.removeEventListener('abort', done)
        resolve()
      }
      this.#response.once('drain', done)
      this.signal.addEventListener('abort', done)
    })
  }

  end(chunk?: Uint8Array): void {
    if (this.#response.destroyed || this.signal.aborted) return
    this.bytes += chunk?.byteLength ?? 0
    const last = chunk && Buffer.from(chunk)
    if (this.isReceived || this.#holdsBack) this.#response.end(last)
    else void this.#endAfterBody(last)
  }

  /** Closing while the client still sends would reset the connection, and it might never see the answer. RFC 9112 §9.6 */
  async #endAfterBody(last: Uint8Array | undefined): Promise<void> {
    if (last) this.#response.write(last)
    else this.#response.flushHeaders()
    await Promise.race([swallow(this.input), pause(LINGER, undefined, { ref: false })])
    this.#response.end()
  }

  destroy(): void {
    if (this.#response.socket) hangUp(this.#response.socket)
    else this.#response.destroy()
  }

  /** Answers in the server's own words, and closes. */
  refuse(status: string, reason: string): void {
    const text = Buffer.from(`${status}: ${reason}\n`)
    this.isLast = true
    this.writeHead(status, [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(text.byteLength)],
    ])
    this.end(text)
  }
}

/** In bytes; infinite for one that is chunked. */
function bodyLength({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined
    ? Number(headers['content-length'] ?? 0)
    : Infinity
}

async function swallow(input: InputStream): Promise<void> {
  let left = UNREAD_LIMIT
  try {
    for await (const chunk of input) if ((left -= chunk.byteLength) < 0) break
  } catch {
    // The client has gone: there is nothing more to read.
  }
}

/** Closes a connection when what was written has left (Node keeps it until the next tick), hearing the client out for a moment. */
export function hangUp(socket: Socket, lastWords = ''): void {
  process.nextTick(() => {
    if (socket.writable) socket.end(lastWords)
    socket.resume()
  })
  void pause(LINGER, undefined, { ref: false }).then(() => socket.destroy())
}
