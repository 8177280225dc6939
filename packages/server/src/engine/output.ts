/** The writing side of a connection: one write for what belongs together, and back-pressure. */
import type { Socket } from 'node:net'
import { Deadline } from '../deadlines.ts'
import { atEndOfTurn } from '../turns.ts'

/** Up to so many bytes, what is sent becomes one string, which Node writes without a buffer of its own. `bench/http.ts` measures it. */
const SMALL = 4096
/** How many bytes of a stream are gathered at most, within one turn, before they leave. */
const GATHERED = 64 * 1024
/** How much is handed to the socket at a time, or up to twice that: a client that is slow but alive shows it once for each. */
const SLICE = 64 * 1024

const NOTHING = Buffer.alloc(0)

/** What the outputs of one engine share. */
export interface Shared {
  readonly blocks: Blocks
}

/** What an output belongs to. */
export interface OutputOwner {
  /** There is room for more again. */
  advance(): void
}

export class Output {
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #timeout: number
  /** Runs while the client takes nothing of what has to leave. */
  #stall: Deadline | undefined
  /** So many bytes of a block leave with what follows, at the end of this turn of the event loop at the latest. */
  #gathered = 0
  #block: Buffer = NOTHING
  /** What the socket has no room for yet. */
  readonly #later: Buffer[] = []
  readonly #owner: OutputOwner
  readonly #waiting: (() => void)[] = []
  /** Whether all that was written was with the kernel at once: so it is not with TLS, nor for slow clients. */
  #isPrompt = true
  /** Whether the client has to take something before there is room for more. Only the output changes it. */
  isFull = false
  #isEnding = false

  /** `timeout` is how long, in seconds, a client may take nothing; then it is cut. */
  constructor(socket: Socket, shared: Shared, timeout: number, owner: OutputOwner) {
    this.#socket = socket
    this.#owner = owner
    this.#shared = shared
    this.#timeout = timeout
  }

  /** Whether all that was written is with the kernel. */
  get isSent(): boolean {
    return this.#gathered === 0 && this.#later.length === 0 && this.#socket.writableLength === 0
  }

  /** Counts what has passed. Returns true once if the client has taken nothing for too long. */
  isStuck(passed: number): boolean {
    return this.#stall?.isOver(passed) === true
  }

  /** Sends text (Latin-1), bytes and text, which leave together. The bytes are the caller's again at once. */
  send(head: string, bytes?: Uint8Array, tail = ''): void {
    const size = head.length + (bytes?.byteLength ?? 0) + tail.length
    if (this.#gathered + size > BLOCK) this.#release()
    if (this.#gathered > 0) {
      this.#gathered = fill(this.#block, this.#gathered, head, bytes, tail)
      return this.#release()
    }
    if (bytes === undefined || size <= SMALL) return this.#write(head + latin1(bytes) + tail)
    const block = size <= BLOCK ? this.#shared.blocks.take() : Buffer.allocUnsafeSlow(size)
    this.#writeBlock(block, fill(block, 0, head, bytes, tail))
  }

  /** Sends a part of more to come: what follows in the same turn of the event loop leaves in the same write. */
  gather(head: string, bytes: Uint8Array, tail: string): void {
    const size = head.length + bytes.byteLength + tail.length
    if (this.#gathered + size > GATHERED) this.#release()
    if (size > GATHERED) return this.send(head, bytes, tail)
    if (this.#gathered === 0) {
      this.#block = this.#shared.blocks.take()
      atEndOfTurn(() => this.#release())
    }
    this.#gathered = fill(this.#block, this.#gathered, head, bytes, tail)
  }

  /** Sends what is gathered. */
  #release(): void {
    const [block, used] = [this.#block, this.#gathered]
    if (used === 0) return
    this.#block = NOTHING
    this.#gathered = 0
    this.#writeBlock(block, used)
  }

  /** Writes the beginning of a block. Once the kernel has taken it, the block can be used again. */
  #writeBlock(block: Buffer, used: number): void {
    const { blocks } = this.#shared
    const bytes = block.subarray(0, used)
    if (!this.#isPrompt) {
      this.#write(Buffer.from(bytes))
      return blocks.give(block)
    }
    this.#write(bytes)
    this.#isPrompt = this.#socket.writableLength === 0 && this.#later.length === 0
    if (this.#isPrompt) blocks.give(block)
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
    if (!this.isFull) this.#flush()
  }

  #flush(): void {
    for (;;) {
      const next = this.#later.shift()
      if (next === undefined) return this.#empty()
      if (!this.#socket.write(next)) return this.#stalled()
    }
  }

  #stalled(): void {
    this.isFull = true
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
    if (!this.isFull) return
    this.isFull = false
    this.#stall?.stop()
    if (this.#isEnding) this.#end()
    for (const tell of this.#waiting.splice(0)) tell()
    this.#owner.advance()
  }

  /** Closes this side when all has left. */
  end(): void {
    this.#release()
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
    this.#gathered = 0
    this.#block = NOTHING
    this.#later.length = 0
    this.isFull = false
    for (const tell of this.#waiting.splice(0)) tell()
  }
}

function latin1(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return ''
  const { buffer, byteOffset, byteLength } = bytes
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)
  return view.toString('latin1')
}

/** The size of a block, in bytes. Longer data gets memory of its own. */
const BLOCK = 128 * 1024
/** How many unused blocks are kept. */
const SPARE = 4

/** Memory in which text and bytes are joined, used over and over because the kernel takes most writes at once. */
export class Blocks {
  readonly #spare: Buffer[] = []

  /** Returns memory that the caller alone uses. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
  }

  /** Takes a block back. Other memory, and more than a few blocks, is left to the garbage collector. */
  give(block: Buffer): void {
    if (block.length === BLOCK && this.#spare.length < SPARE) this.#spare.push(block)
  }
}

/** Puts text (Latin-1), bytes and text into a block, from a place on. Returns the place after them. */
function fill(
  block: Buffer,
  at: number,
  head: string,
  bytes: Uint8Array | undefined,
  tail: string,
): number {
  let end = put(block, at, head)
  if (bytes !== undefined) {
    block.set(bytes, end)
    end += bytes.byteLength
  }
  return put(block, end, tail)
}

/** A text as short as the size of a chunk is put character by character, faster than by a call into Node. */
function put(block: Buffer, at: number, text: string): number {
  if (text.length > 16) return at + block.write(text, at, 'latin1')
  for (let place = 0; place < text.length; place++) block[at + place] = text.charCodeAt(place)
  return at + text.length
}
