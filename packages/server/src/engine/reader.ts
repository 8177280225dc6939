/** The reading side of a connection: buffers received bytes and returns them by line or by piece. */
import { Socket } from 'node:net'
import { bad, Refused, type Refusal } from '../refusal.ts'

/** The maximum number of bytes to decode as text at once. A head may be followed by a long body in the same packet. */
const WINDOW = 4096
/** Waiting packets of fewer bytes are copied together, because each costs hundreds of bytes as an object. */
const SMALL = 1024
/** The size of a buffer for small packets, in bytes. */
const BLOCK = 4096
const NOTHING: Buffer = Buffer.alloc(0)
const LINE_FEED = '\n'
const CARRIAGE_RETURN = 13

/** A buffer of received bytes that have not been consumed. */
export class Reader {
  /** The current packet, the offset in it, and the packets behind it. */
  #bytes = NOTHING
  #at = 0
  readonly #behind: Buffer[] = []
  /** The buffer for small packets, and its used part if that is the last of the packets behind. */
  #block = NOTHING
  #joined = NOTHING
  /** Part of the current packet as Latin-1 text (one character per byte), and its offset in the packet. */
  #text = ''
  #from = 0
  /** The beginning of an incomplete line: the first `#held` bytes of a growing buffer. */
  #begun = NOTHING
  #held = 0
  /** The number of buffered bytes. */
  size = 0

  push(bytes: Buffer): void {
    this.size += bytes.length
    if (this.#at >= this.#bytes.length) this.#open(bytes)
    else if (bytes.length >= SMALL) this.#behind.push(bytes)
    else this.#pushSmall(bytes)
  }

  #pushSmall(bytes: Buffer): void {
    const used = this.#joined.length
    const last = this.#behind.length - 1
    const fits = used > 0 && this.#behind[last] === this.#joined && used + bytes.length <= BLOCK
    if (!fits) this.#block = Buffer.allocUnsafeSlow(BLOCK)
    bytes.copy(this.#block, fits ? used : 0)
    this.#joined = this.#block.subarray(0, (fits ? used : 0) + bytes.length)
    this.#behind[fits ? last : last + 1] = this.#joined
  }

  /** Copies the unread bytes of `packet`, whose memory the caller will reuse. */
  keep(packet: Buffer): void {
    if (this.#bytes === packet) this.#open(copyOf(packet.subarray(this.#at)))
  }

  /** Discards all buffered bytes. */
  clear(): void {
    this.#behind.length = 0
    this.#block = this.#joined = NOTHING
    this.#held = 0
    this.size = 0
    this.#open(NOTHING)
  }

  /** The first buffered byte. */
  get first(): number | undefined {
    return this.#held > 0 ? this.#begun[0] : this.#bytes[this.#at]
  }

  /** Whether any byte is buffered, including those of an incomplete line. */
  get hasBegun(): boolean {
    return this.size > 0 || this.#held > 0
  }

  /**
   * Returns the next line without its CR LF, or `undefined` if its end has not arrived. Throws {@link Refused} with
   * `excess` at the first byte beyond `room` bytes, no matter how the bytes are split into packets.
   */
  line(room: number, excess: Refusal): string | undefined {
    while (this.size > 0) {
      const text = this.#window()
      const begin = this.#at - this.#from
      const end = text.indexOf(LINE_FEED, begin)
      if (end < 0) this.#hold(text.length - begin, room, excess)
      else if (this.#held > 0) return this.#rest(end - begin, room, excess)
      else {
        this.#skip(end - begin + 1)
        const isEnded = end > begin && text.charCodeAt(end - 1) === CARRIAGE_RETURN
        if (end - begin - (isEnded ? 1 : 0) > room) throw new Refused(excess)
        if (!isEnded) throw new Refused(BARE)
        return text.slice(begin, end - 1)
      }
    }
    return undefined
  }

  /** The text that comes next: at most 4 KB of the current packet. Empty within a line that began in an earlier packet. */
  get ahead(): string {
    return this.size === 0 || this.#held > 0 ? '' : this.#window().slice(this.#at - this.#from)
  }

  /** Consumes `text` if it comes next and has arrived in one packet. Returns whether it did. */
  skipText(text: string): boolean {
    if (this.size === 0 || this.#held > 0) return false
    const window = this.#window()
    const begin = this.#at - this.#from
    if (window.slice(begin, begin + text.length) !== text) return false // `startsWith` is ten times slower
    this.#skip(text.length)
    return true
  }

  /** Returns at most `most` bytes, or `undefined` if none are buffered. The result is a view of the received packet, which is valid until the next packet. */
  take(most: number): Buffer | undefined {
    if (this.size === 0 || most === 0) return undefined
    const piece = this.#bytes.subarray(this.#at, this.#at + most)
    this.#skip(piece.length)
    return piece
  }

  /** Completes a line that began in an earlier packet with `count` bytes and a line feed. */
  #rest(count: number, room: number, excess: Refusal): string {
    this.#hold(count, room, excess)
    this.#skip(1)
    const length = this.#held
    this.#held = 0
    const isEnded = this.#begun[length - 1] === CARRIAGE_RETURN
    if (length - (isEnded ? 1 : 0) > room) throw new Refused(excess)
    if (!isEnded) throw new Refused(BARE)
    const line = this.#begun.toString('latin1', 0, length - 1)
    this.#begun = NOTHING // few lines span packets, so the buffer is not kept
    return line
  }

  /** Stores `count` bytes of an incomplete line. */
  #hold(count: number, room: number, excess: Refusal): void {
    const length = this.#held + count
    if (length > room + 1) throw new Refused(excess)
    if (length > this.#begun.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.#begun.length, length, 64))
      this.#begun.copy(grown, 0, 0, this.#held)
      this.#begun = grown
    }
    this.#bytes.copy(this.#begun, this.#held, this.#at, this.#at + count)
    this.#held = length
    this.#skip(count)
  }

  /** Returns decoded text that contains the next byte. */
  #window(): string {
    if (this.#at >= this.#from + this.#text.length) {
      this.#from = this.#at
      this.#text = this.#bytes.toString('latin1', this.#at, this.#at + WINDOW)
    }
    return this.#text
  }

  #skip(count: number): void {
    this.#at += count
    this.size -= count
    if (this.#at < this.#bytes.length) return
    this.#open(this.#behind.shift() ?? NOTHING)
    if (this.#behind.length === 0) this.#block = this.#joined = NOTHING
  }

  #open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#at = 0
    this.#text = ''
    this.#from = 0
  }
}

/** Returns a copy in separate memory, because a slice of Node's pool would keep the whole pool alive. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

const BARE = bad('a line ends in LF without CR (RFC 9112 §2.2)')

/** The high-water mark in bytes. Above it, the socket is paused. */
const AHEAD = 64 * 1024

/** The consumer of an intake. */
export interface IntakeOwner {
  /** Called when bytes have arrived, also if they were discarded after `end()`. */
  arrived(): void
}

/** A reader that is filled by a socket. It applies back-pressure, and discards bytes after `end()`. */
export class Intake extends Reader {
  readonly #socket: Socket
  #isPaused = false
  #isOver = false

  constructor(socket: Socket, owner: IntakeOwner) {
    super()
    this.#socket = socket
    const received = (bytes: Buffer): void => {
      if (!this.#isOver) this.push(bytes)
      owner.arrived()
    }
    const push = socket.push.bind(socket)
    let next: Buffer | undefined
    const read = (size: number, memory: Buffer): true => {
      const isFull = size === BLOCK_SIZE
      const isShared = memory === block
      const isReused = isShared || !isFull
      next = isFull ? Buffer.allocUnsafeSlow(BLOCK_SIZE) : isShared ? undefined : block
      if (packet.length !== size) packet = block.subarray(0, size)
      const bytes = isShared ? packet : memory.subarray(0, size)
      const waits = socket.readableLength > 0 // bytes that come first
      if (waits) push(copyOf(bytes))
      else received(isReused && this.size > 0 ? copyOf(bytes) : bytes)
      if (isReused && this.size > 0) this.keep(bytes)
      return true
    }
    socket.on('data', received)
    if (!readIntoBlock(socket, read, () => next)) interceptPush(socket, received)
  }

  /** Pauses or resumes the socket according to the high-water mark. */
  balance(): void {
    const isTooMuch = this.size > AHEAD
    if (isTooMuch === this.#isPaused) return
    this.#isPaused = isTooMuch
    if (isTooMuch) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Discards buffered and future bytes. Keeps reading, so that the client can receive its response. */
  end(): void {
    this.#isOver = true
    this.clear()
    this.balance()
  }
}

const BLOCK_SIZE = 64 * 1024
/**
 * The block into which sockets are read. Its bytes are used or copied before the next read. It is one byte longer, so that
 * no packet is the whole of its memory: a body is copied unless it is.
 */
const block = Buffer.allocUnsafeSlow(BLOCK_SIZE + 1).subarray(0, BLOCK_SIZE)
/** The last packet in the block. The next one of the same length is the same object. */
let packet = block

/** What `onread` of `net.connect` sets on a socket: a buffer, and functions for each read and for the next buffer. */
const [BUFFER, READ, NEXT] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
  Object.getOwnPropertySymbols(new Socket()).find(({ description }) => description === name),
)

/**
 * Reads a socket into the block. Otherwise Node allocates 64 KB for each read, which costs 8% of a short request, as
 * measured by `bench/peers`, "hello". After a packet that fills its memory, as in an upload, the next one is read into `next()`
 * and need not be copied.
 *
 * Node has this as `onread` of `net.connect`, but not for accepted sockets, so it sets the same properties. Returns false
 * where they do not exist or do not work: with TLS, on Windows, where several reads may be in progress, and on other runtimes.
 */
function readIntoBlock(
  socket: Socket,
  read: (size: number, memory: Buffer) => true,
  next: () => Buffer | undefined,
): boolean {
  const handle = Reflect.get(socket, '_handle') as { useUserBuffer?: (to: Buffer) => void } | null
  const isPlain = !('encrypted' in socket) && process.platform !== 'win32'
  if (!isPlain || typeof handle?.useUserBuffer !== 'function') return false
  if (BUFFER === undefined || READ === undefined || NEXT === undefined) return false
  Object.assign(socket, { [BUFFER]: block, [READ]: read, [NEXT]: next })
  handle.useUserBuffer(block)
  return true
}

/**
 * Intercepts `push` to receive bytes, unless the socket is paused or has buffered bytes. Between `push` and `'data'`,
 * Node schedules another read one tick later, which costs a tenth of the time of a request (`bench/http.ts` measures it).
 */
function interceptPush(socket: Socket, received: (bytes: Buffer) => void): void {
  const push = socket.push.bind(socket)
  socket.push = (bytes: Buffer | null, encoding?: BufferEncoding) => {
    if (bytes !== null && socket.readableLength === 0 && !socket.isPaused()) {
      received(bytes)
      return true
    }
    // Stops a paused socket immediately: its high-water mark counts bytes, but a packet costs more than its bytes.
    return push(bytes, encoding) && !socket.isPaused()
  }
}
