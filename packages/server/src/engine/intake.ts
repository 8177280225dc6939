/** The reading side of a connection: it reads no more than can be taken, and discards what comes after the end. */
import type { Socket } from 'node:net'
import { Reader } from './reader.ts'

/** How much may wait, in bytes, before no more is read from the socket. */
const AHEAD = 64 * 1024

export class Intake {
  /** The bytes that wait to be taken. */
  readonly reader: Reader = new Reader()
  readonly #socket: Socket
  readonly #onBytes: () => void
  #isPaused = false
  #isOver = false

  /** `onBytes` is called when there is more in the reader, or when more was dropped after the end. */
  constructor(socket: Socket, onBytes: () => void) {
    this.#socket = socket
    this.#onBytes = onBytes
    listen(socket, (bytes) => this.#received(bytes))
  }

  #received(bytes: Buffer): void {
    if (!this.#isOver) this.reader.push(bytes)
    this.#onBytes()
  }

  /** Reads on, unless too much waits. */
  balance(): void {
    const isTooMuch = this.reader.size > AHEAD
    if (isTooMuch === this.#isPaused) return
    this.#isPaused = isTooMuch
    if (isTooMuch) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Discards what has come and what still comes. It goes on reading, so that the client can see its response. */
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
    if (bytes !== null && socket.readableLength === 0 && !socket.isPaused()) {
      received(bytes)
      return true
    }
    // A paused socket stops at once: its limit counts bytes, and each packet costs more than its bytes.
    return push(bytes, encoding) && !socket.isPaused()
  }
}
