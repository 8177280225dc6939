/**
 * How a connection gets from the parent to the child. The parent waits for its first bytes, because browsers open
 * connections in advance, so a connection without data does not mean that a request follows.
 *
 *     parent   hold: the first bytes have arrived ── socket and bytes ──► child   Connections: answers one request
 */
import type { Socket } from 'node:net'
import { errorStream, run, type ApplicationLike } from '@phial/core'
import { closePages } from '../load/xray.ts'
import { accessText } from '../logs/json.ts'
import { nodeHttpTransport } from '../node-http.ts'
import { refusalBytes } from '../refusal.ts'
import { defaultLimits, localEndOfSocket, peerOf, type HttpTransport } from '../transport.ts'

/** A connection that waits in the parent, with its first bytes. */
export interface Held {
  readonly socket: Socket
  readonly head: Buffer
  /** Responds with a 503 from the server itself. */
  readonly refuse: (reason: string) => void
}

/**
 * Waits for a connection's first bytes. The socket must have a `highWaterMark` of 1, so that Node stops reading after the
 * first chunk. The process that receives the socket then misses no byte.
 */
export function hold(socket: Socket, arrived: (held: Held) => void): void {
  socket._read = () => undefined
  socket.on('error', () => socket.destroy()) // the client has disconnected
  socket.once('end', () => socket.destroy())
  socket.once('readable', () => {
    const chunks: Buffer[] = []
    for (let chunk = readFrom(socket); chunk !== null; chunk = readFrom(socket)) chunks.push(chunk)
    if (chunks.length === 0) return
    const refuse = (reason: string): void =>
      void socket.end(refusalBytes({ status: '503 Service Unavailable', reason }))
    arrived({ socket, head: Buffer.concat(chunks), refuse })
  })
}

function readFrom(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null
}

/** Answers one request on each connection from the parent, like the reference server. */
export class Connections {
  readonly #transport: HttpTransport

  constructor(app: ApplicationLike, accessLogformat: string | undefined) {
    const line = accessLogformat === undefined ? undefined : accessText(accessLogformat)
    this.#transport = nodeHttpTransport({
      handle: (environ, answer) => {
        answer.isLast = true
        return run(app, environ, answer)
      },
      onAnswer: line && ((record) => void process.stdout.write(`${line(record)}\n`)),
      errors: errorStream((text) => void process.stderr.write(text)),
      multiprocess: false,
      limits: defaultLimits,
    })
  }

  /** Answers the request on a connection whose first bytes were already read. */
  take(socket: Socket, head: Buffer): void {
    socket.allowHalfOpen = true // a client may end its side before it has received the response
    socket.unshift(head)
    this.#transport.accept(socket, peerOf(socket, localEndOfSocket(socket)))
  }

  /** Resolves when all in-flight requests have been answered. */
  finish(): Promise<void> {
    const finished = this.#transport.close()
    closePages()
    return finished
  }
}
