/** The reading side of a connection: no more comes than can be taken, and after the end it is dropped. */
import type { Socket } from 'node:net'
import { UNREAD_LIMIT } from '../transport.ts'
import { Reader } from './reader.ts'

/** How much may wait, in bytes, before no more is read from the socket. */
const AHEAD = 64 * 1024

export class Intake {
  /** What came, and waits to be taken. */
  readonly reader: Reader = new Reader()
  readonly #socket: Socket
  readonly #onBytes: () => void
  #isPaused = false
  #isOver = false
  /** How much came after the end. */
  #dropped = 0

  /** `onBytes` is told that there is more in the reader. */
  constructor(socket: Socket, onBytes: () => void) {
    this.#socket = socket
    this.#onBytes = onBytes
    listen(socket, (bytes) => this.#received(bytes))
  }

  #received(bytes: Buffer): void {
    if (this.#isOver) return this.#drop(bytes)
    this.reader.push(bytes)
    this.#onBytes()
  }

  #drop(bytes: Buffer): void {
    this.#dropped += bytes.length
    if (this.#dropped > UNREAD_LIMIT) this.#socket.destroy()
  }

  /** Reads on, unless too much waits. */
  balance(): void {
    const isTooMuch = this.reader.size > AHEAD
    if (isTooMuch === this.#isPaused) return
    this.#isPaused = isTooMuch
    if (isTooMuch) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Nobody takes anything any more. What still comes is dropped, so that the client can see its answer. */
  end(): void {
    this.#isOver = true
    this.reader.clear()
    this.balance()
  }
}

/**
 * Hands on what comes, as `'data'` does. A socket that is not paused, and in which nothing waits, gives
 * its bytes as it pushes them: on the way from there to `'data'` Node looks each time, a tick later,
 * whether there is more to read. That costs a tenth of all that a request does; `bench/http.ts` measures it.
 */
function listen(socket: Socket, received: (bytes: Buffer) => void): void {
  const push = socket.push.bind(socket)
  socket.on('data', received)
  socket.push = (bytes: Buffer | null, encoding?: BufferEncoding) => {
    if (bytes === null || socket.readableLength > 0 || socket.isPaused())
      return push(bytes, encoding)
    received(bytes)
    return true
  }
}
