/**
 * Holds a connection in the parent until a child accepts it. Browsers open connections in advance, so a connection
 * without data does not mean that a request follows.
 */
import type { Socket } from 'node:net'
import { refusalBytes } from '../refusal.ts'

/** A waiting connection, with its first bytes. */
export interface Held {
  readonly socket: Socket
  readonly head: Buffer
  /** Sends a response of the server itself. */
  readonly refuse: (reason: string) => void
}

/**
 * Waits for a connection's first bytes. The socket must have a `highWaterMark` of 1, so that Node stops reading after the
 * first chunk. The process that receives the socket then misses no byte.
 */
export function hold(socket: Socket, arrived: (held: Held) => void): void {
  socket._read = () => undefined
  socket.on('error', () => socket.destroy()) // the client has gone
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
