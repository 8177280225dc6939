/** The writing side of a connection: one write for what belongs together, and back-pressure. */
import type { Socket } from 'node:net'
import { Deadline, type Deadlines } from './deadlines.ts'

/** Up to so many bytes, what is sent becomes one string, which Node writes without a buffer of its own. `bench/http.ts` measures it. */
const SMALL = 4096
/** How much is handed to the socket at a time: a client that is slow but alive shows it once for each. */
const SLICE = 64 * 1024

export class Output {
  readonly #socket: Socket
  readonly #deadlines: Deadlines
  readonly #timeout: number
  readonly #stall: Deadline
  /** What the socket has no room for yet. */
  readonly #later: Buffer[] = []
  readonly #onRoom: () => void
  readonly #waiting: (() => void)[] = []
  #isFull = false
  #isEnding = false

  /** `timeout` is how long, in seconds, a client may take nothing; then it is cut. */
  constructor(socket: Socket, deadlines: Deadlines, timeout: number, onRoom: () => void) {
    this.#socket = socket
    this.#onRoom = onRoom
    this.#deadlines = deadlines
    this.#timeout = timeout
    this.#stall = new Deadline(() => socket.destroy())
    socket.on('drain', () => this.#drained())
  }

  /** Whether the client has to take something before there is room for more. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Sends text (Latin-1), bytes and text, which leave together. The bytes are the caller's again at once. */
  send(head: string, bytes?: Uint8Array, tail = ''): void {
    const size = head.length + (bytes?.byteLength ?? 0) + tail.length
    if (size > SMALL || this.#later.length > 0) this.#sendBytes(joined(size, head, bytes, tail))
    else if (!this.#socket.write(head + latin1(bytes) + tail, 'latin1')) this.#stalled()
  }

  #sendBytes(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += SLICE)
      this.#later.push(bytes.length > SLICE ? bytes.subarray(at, at + SLICE) : bytes)
    if (!this.#isFull) this.#flush()
  }

  /** Writes what there is room for. */
  #flush(): void {
    for (;;) {
      const next = this.#later.shift()
      if (next === undefined) return this.#empty()
      if (!this.#socket.write(next)) return this.#stalled()
    }
  }

  #stalled(): void {
    if (!this.#isFull) this.#deadlines.add(this.#stall)
    this.#isFull = true
    this.#stall.start(this.#timeout)
  }

  #drained(): void {
    if (this.#later.length > 0) this.#flush()
    else this.#empty()
  }

  /** The client has taken all, and the socket has room. */
  #empty(): void {
    if (!this.#isFull) return
    this.#isFull = false
    this.#deadlines.delete(this.#stall)
    if (this.#isEnding) this.#end()
    for (const tell of this.#waiting.splice(0)) tell()
    this.#onRoom()
  }

  /** Closes this side when all has left. */
  end(): void {
    this.#isEnding = true
    if (this.#later.length === 0) this.#end()
  }

  #end(): void {
    this.#deadlines.add(this.#stall)
    this.#stall.start(this.#timeout)
    this.#socket.end()
  }

  /** Kept when there is room again, or the connection is closed. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** The connection is closed: nobody waits any more. */
  closed(): void {
    this.#later.length = 0
    this.#isFull = false
    this.#deadlines.delete(this.#stall)
    for (const tell of this.#waiting.splice(0)) tell()
  }
}

function latin1(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return ''
  const { buffer, byteOffset, byteLength } = bytes
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)
  return view.toString('latin1')
}

function joined(size: number, head: string, bytes: Uint8Array | undefined, tail: string): Buffer {
  const all = Buffer.allocUnsafe(size)
  all.write(head, 0, 'latin1')
  if (bytes !== undefined) all.set(bytes, head.length)
  all.write(tail, size - tail.length, 'latin1')
  return all
}
