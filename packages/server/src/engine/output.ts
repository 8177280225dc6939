/** The writing side of a connection. It combines small writes and applies back-pressure. */
import type { Socket } from 'node:net'
import { Deadline } from '../deadlines.ts'
import { atEndOfTurn } from '../turns.ts'

/** Up to this many bytes are sent as one string, for which Node allocates no buffer. `bench/http.ts` measures it. */
const SMALL = 4096
/** The maximum number of bytes of a stream that are gathered within one turn. */
const GATHERED = 64 * 1024
/** The number of bytes to pass to the socket at a time, at most twice as many. Each slice shows that a slow client is alive. */
const SLICE = 64 * 1024

const NOTHING = Buffer.alloc(0)

/** State shared by all outputs of an engine. */
export interface Shared {
  readonly blocks: Blocks
}

/** The connection of an output. */
export interface OutputOwner {
  /** Called when the output accepts data again. */
  advance(): void
}

export class Output {
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #timeout: number
  /** The write timeout. It runs while data waits and the client reads nothing. */
  #stall: Deadline | undefined
  /** The number of bytes in `#block` that wait to be sent with later data, at the latest at the end of this turn. */
  #gathered = 0
  #block: Buffer = NOTHING
  /** Slices that wait until the socket's buffer has drained. */
  readonly #later: Buffer[] = []
  readonly #owner: OutputOwner
  readonly #waiting: (() => void)[] = []
  /** Whether the kernel has taken every write immediately. Not the case with TLS, or for slow clients. */
  #isPrompt = true
  /** Whether the buffer is above the high-water mark. Only the output changes it. */
  isFull = false
  #isEnding = false

  /** `timeout` is how long a client may read nothing before it is disconnected, in seconds. */
  constructor(socket: Socket, shared: Shared, timeout: number, owner: OutputOwner) {
    this.#socket = socket
    this.#owner = owner
    this.#shared = shared
    this.#timeout = timeout
  }

  /** Whether the kernel has taken all data. */
  get isSent(): boolean {
    return this.#gathered === 0 && this.#later.length === 0 && this.#socket.writableLength === 0
  }

  /** Counts elapsed milliseconds. Returns true once if the write timeout has expired. */
  isStuck(passed: number): boolean {
    return this.#stall?.isOver(passed) === true
  }

  /** Sends Latin-1 text, bytes and text in one write. The caller may reuse `bytes` immediately. */
  send(head: string, bytes?: Uint8Array, tail = ''): void {
    const size = head.length + (bytes?.byteLength ?? 0) + tail.length
    if (this.#gathered + size > BLOCK) this.#release()
    if (this.#gathered > 0) {
      this.#gathered = fill(this.#block, this.#gathered, head, bytes, tail)
      return this.#release()
    }
    if (bytes === undefined) return this.#write(head + tail)
    if (size <= SMALL) {
      const { buffer, byteOffset, byteLength } = bytes
      const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)
      return this.#write(head + view.toString('latin1') + tail)
    }
    const block = size <= BLOCK ? this.#shared.blocks.take() : Buffer.allocUnsafeSlow(size)
    this.#writeBlock(block, fill(block, 0, head, bytes, tail))
  }

  /** Sends part of a stream. Parts of the same event loop turn leave in one write. */
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

  /** Sends the gathered bytes. */
  #release(): void {
    const [block, used] = [this.#block, this.#gathered]
    if (used === 0) return
    this.#block = NOTHING
    this.#gathered = 0
    this.#writeBlock(block, used)
  }

  /** Writes the first `used` bytes of a block. Returns the block to the pool once the kernel has taken them. */
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

  /** Writes data in slices until the socket's buffer is full. The rest waits. */
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

  /** Called when all data has been passed on and the socket accepts more. */
  #empty(): void {
    if (!this.isFull) return
    this.isFull = false
    this.#stall?.stop()
    if (this.#isEnding) this.#end()
    for (const tell of this.#waiting.splice(0)) tell()
    this.#owner.advance()
  }

  /** Closes this side once all data is sent. */
  end(): void {
    this.#release()
    this.#isEnding = true
    if (this.#later.length === 0) this.#end()
  }

  #end(): void {
    this.#startStall()
    this.#socket.end()
  }

  /** Resolves when the output accepts data again, or when the connection has closed. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Handles the close of the connection: drops waiting data and resolves all promises of `room()`. */
  closed(): void {
    this.#gathered = 0
    this.#block = NOTHING
    this.#later.length = 0
    this.isFull = false
    for (const tell of this.#waiting.splice(0)) tell()
  }
}

/** The size of a block, in bytes. Longer data gets its own buffer. */
const BLOCK = 128 * 1024
/** The maximum number of unused blocks in the pool. */
const SPARE = 4

/** A pool of buffers in which text and bytes are joined. They can be reused because the kernel takes most writes immediately. */
export class Blocks {
  readonly #spare: Buffer[] = []

  /** Returns a buffer for the exclusive use of the caller. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
  }

  /** Returns a block to the pool. Ignores other buffers, and blocks when the pool is full. */
  give(block: Buffer): void {
    if (block.length === BLOCK && this.#spare.length < SPARE) this.#spare.push(block)
  }
}

/** Copies Latin-1 text, bytes and text into a block, starting at `at`. Returns the offset after them. */
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

/** Copies text into a block. Writing short text character by character is faster than a call into Node. */
function put(block: Buffer, at: number, text: string): number {
  if (text.length > 16) return at + block.write(text, at, 'latin1')
  for (let place = 0; place < text.length; place++) block[at + place] = text.charCodeAt(place)
  return at + text.length
}
