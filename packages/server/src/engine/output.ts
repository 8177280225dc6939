/** The writing side of a connection: one write for what belongs together, and back-pressure. */
import type { Socket } from 'node:net'
import { Deadline } from '../deadlines.ts'
import { atEndOfTurn } from '../turns.ts'

/** Up to so many bytes, what is sent becomes one string, which Node writes without a buffer of its own. `bench/http.ts` measures it. */
const SMALL = 4096
/** How many bytes of a stream are gathered at most, within one turn, before they leave. As in Node. */
const GATHERED = 16 * 1024
/** How much is handed to the socket at a time, or up to twice that: a client that is slow but alive shows it once for each. */
const SLICE = 64 * 1024

/** What the outputs of one engine share. */
export interface Shared {
  readonly joiner: Joiner
}

export class Output {
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #timeout: number
  /** Runs while the client takes nothing of what has to leave. */
  #stall: Deadline | undefined
  /** Text that leaves with what follows, at the end of this turn of the event loop at the latest. */
  #gathered = ''
  /** What the socket has no room for yet. */
  readonly #later: Buffer[] = []
  readonly #onRoom: () => void
  readonly #waiting: (() => void)[] = []
  /** Whether all that was written was with the kernel at once: so it is not with TLS, nor for slow clients. */
  #isPrompt = true
  #isFull = false
  #isEnding = false

  /** `timeout` is how long, in seconds, a client may take nothing; then it is cut. */
  constructor(socket: Socket, shared: Shared, timeout: number, onRoom: () => void) {
    this.#socket = socket
    this.#onRoom = onRoom
    this.#shared = shared
    this.#timeout = timeout
  }

  /** Whether all that was written is with the kernel. */
  get isSent(): boolean {
    return this.#gathered === '' && this.#later.length === 0 && this.#socket.writableLength === 0
  }

  /** Counts what has passed. Returns true once if the client has taken nothing for too long. */
  isStuck(passed: number): boolean {
    return this.#stall?.isOver(passed) === true
  }

  /** Whether the client has to take something before there is room for more. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Sends text (Latin-1), bytes and text, which leave together. The bytes are the caller's again at once. */
  send(head: string, bytes?: Uint8Array, tail = ''): void {
    const before = this.#gathered + head
    const size = before.length + (bytes?.byteLength ?? 0) + tail.length
    this.#gathered = ''
    if (size > SMALL && bytes !== undefined) this.#sendBytes(size, before, bytes, tail)
    else this.#write(before + latin1(bytes) + tail)
  }

  /** Sends a part of more to come: what follows in the same turn of the event loop leaves in the same write. */
  gather(head: string, bytes: Uint8Array, tail: string): void {
    const size = this.#gathered.length + head.length + bytes.byteLength + tail.length
    if (size > GATHERED) return this.send(head, bytes, tail)
    if (this.#gathered === '') atEndOfTurn(() => this.release())
    this.#gathered += head + latin1(bytes) + tail
  }

  /** Sends what is gathered. */
  release(): void {
    if (this.#gathered !== '') this.send('')
  }

  #sendBytes(size: number, head: string, bytes: Uint8Array, tail: string): void {
    const { joiner } = this.#shared
    if (!this.#isPrompt) return this.#write(joined(size, head, bytes, tail))
    const all = joiner.join(size, head, bytes, tail)
    this.#write(all)
    this.#isPrompt = this.#socket.writableLength === 0 && this.#later.length === 0
    if (!this.#isPrompt) joiner.keep(all)
  }

  /** Writes what there is room for, a slice at a time; the rest waits. */
  #write(data: string | Buffer): void {
    if (this.#later.length === 0 && data.length < 2 * SLICE) {
      if (!this.#socket.write(data, 'latin1')) this.#stalled()
      return
    }
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    for (let at = 0; at < bytes.length; at += SLICE)
      this.#later.push(bytes.subarray(at, at + SLICE))
    if (!this.#isFull) this.#flush()
  }

  #flush(): void {
    for (;;) {
      const next = this.#later.shift()
      if (next === undefined) return this.#empty()
      if (!this.#socket.write(next)) return this.#stalled()
    }
  }

  #stalled(): void {
    this.#isFull = true
    this.#startStall()
    this.#socket.once('drain', () => this.#drained())
  }

  #startStall(): void {
    this.#stall ??= new Deadline()
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
    this.#stall?.stop()
    if (this.#isEnding) this.#end()
    for (const tell of this.#waiting.splice(0)) tell()
    this.#onRoom()
  }

  /** Closes this side when all has left. */
  end(): void {
    this.release()
    this.#isEnding = true
    if (this.#later.length === 0) this.#end()
  }

  #end(): void {
    this.#startStall()
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
    this.#gathered = ''
    this.#later.length = 0
    this.#isFull = false
    for (const tell of this.#waiting.splice(0)) tell()
  }
}

function latin1(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return ''
  const { buffer, byteOffset, byteLength } = bytes
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)
  return view.toString('latin1')
}

/** The size of a joiner's memory, in bytes. Longer data gets memory of its own. */
const ROOM = 128 * 1024

/** Joins text and bytes in memory that it uses again, because the kernel takes most writes at once. */
export class Joiner {
  #memory = anew(ROOM)

  /** Joins text (Latin-1), bytes and text. The result is valid until the next call, unless it is kept. */
  join(size: number, head: string, bytes: Uint8Array, tail: string): Buffer {
    return fill(size <= ROOM ? this.#memory.subarray(0, size) : anew(size), head, bytes, tail)
  }

  /** Keeps a result that is still in use from being overwritten. */
  keep(joined: Buffer): void {
    if (joined.buffer === this.#memory.buffer) this.#memory = anew(ROOM)
  }
}

/** Joins in memory of its own. */
function joined(size: number, head: string, bytes: Uint8Array, tail: string): Buffer {
  return fill(anew(size), head, bytes, tail)
}

const anew = (size: number): Buffer => Buffer.allocUnsafeSlow(size)

function fill(all: Buffer, head: string, bytes: Uint8Array, tail: string): Buffer {
  all.write(head, 0, 'latin1')
  all.set(bytes, head.length)
  all.write(tail, all.length - tail.length, 'latin1')
  return all
}
