/**
 * A connection in the process that only listens: held from its first bytes until a child takes it.
 * Browsers open connections before they need them, so one that is silent says nothing about a request.
 */
import type { Socket } from 'node:net'
import { refusalBytes } from '../refusal.ts'

/** A connection that waits, with what was read of it. */
export interface Held {
  readonly socket: Socket
  readonly head: Buffer
  /** Answers in the server's own words. */
  readonly refuse: (reason: string) => void
}

/**
 * Waits for a connection's first bytes. The socket has to have a `highWaterMark` of 1: then Node stops to
 * read with the first chunk. With nothing that reads on, whoever gets the socket misses no byte.
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
