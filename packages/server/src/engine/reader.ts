/** The reading side of a connection: what has arrived, taken out by lines and by pieces. */
import type { Socket } from 'node:net'
import { bad, Refused, type Refusal } from '../refusal.ts'

/** How many bytes become text at once, at most: what follows a head in the same packet may be a long body. */
const WINDOW = 4096
/** Packets of fewer bytes than this are copied together while they wait: each costs hundreds of bytes as an object. */
const SMALL = 1024
/** The size of the memory for small packets, in bytes. */
const BLOCK = 4096
const NOTHING: Buffer = Buffer.alloc(0)
const LINE_FEED = '\n'
const CARRIAGE_RETURN = 13

/** The bytes that arrived and were not taken yet. */
export class Reader {
  /** The packet that is read, and those behind it. */
  #bytes = NOTHING
  #at = 0
  readonly #behind: Buffer[] = []
  /** The memory that small packets are copied into, and the last of those behind if that lies in it. */
  #block = NOTHING
  #joined = NOTHING
  /** Part of that packet as Latin-1 text, and where it begins: one character for each byte. */
  #text = ''
  #from = 0
  /** The beginning of a line that ends in a packet to come: so many bytes of a buffer that grows. */
  #begun = NOTHING
  #held = 0
  /** How many bytes wait to be taken. */
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

  /** Drops what waits. */
  clear(): void {
    this.#behind.length = 0
    this.#block = this.#joined = NOTHING
    this.#held = 0
    this.size = 0
    this.#open(NOTHING)
  }

  /** The first of the bytes that wait. */
  get first(): number | undefined {
    return this.#held > 0 ? this.#begun[0] : this.#bytes[this.#at]
  }

  /** Whether part of a line has come, or whole ones that wait. */
  get hasBegun(): boolean {
    return this.size > 0 || this.#held > 0
  }

  /**
   * The next line, without its CR LF; `undefined` as long as its end has not come. Where it is longer
   * than `room`, that is refused as soon as it can be seen, whichever way the bytes came.
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

  /** The next bytes, `most` of them at most; `undefined` if none have come. They lie in the packet that came. */
  take(most: number): Buffer | undefined {
    if (this.size === 0 || most === 0) return undefined
    const piece = this.#bytes.subarray(this.#at, this.#at + most)
    this.#skip(piece.length)
    return piece
  }

  /** A line that began in an earlier packet: `count` more bytes, and a line feed. */
  #rest(count: number, room: number, excess: Refusal): string {
    this.#hold(count, room, excess)
    this.#skip(1)
    const length = this.#held
    this.#held = 0
    const isEnded = this.#begun[length - 1] === CARRIAGE_RETURN
    if (length - (isEnded ? 1 : 0) > room) throw new Refused(excess)
    if (!isEnded) throw new Refused(BARE)
    const line = this.#begun.toString('latin1', 0, length - 1)
    this.#begun = NOTHING // few lines are cut, so few connections keep room for it
    return line
  }

  /** Keeps so many bytes of a line whose end is not here. */
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

  /** The text in which the next byte is. */
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

const BARE = bad('a line ends in LF without CR (RFC 9112 §2.2)')

/** How much may wait, in bytes, before no more is read from the socket. */
const AHEAD = 64 * 1024

/** What takes the bytes of an intake. */
export interface IntakeOwner {
  /** More bytes wait, or more were discarded after the end. */
  arrived(): void
}

/** A reader that a socket fills. It reads no more than can be taken, and discards what comes after the end. */
export class Intake extends Reader {
  readonly #socket: Socket
  #isPaused = false
  #isOver = false

  /**
   * Takes bytes as the socket pushes them, unless it is paused or bytes wait in it. On the way from there to `'data'`
   * Node looks each time, a tick later, whether there is more to read. That costs a tenth of all that a request does;
   * `bench/http.ts` measures it.
   */
  constructor(socket: Socket, owner: IntakeOwner) {
    super()
    this.#socket = socket
    const push = socket.push.bind(socket)
    const received = (bytes: Buffer): void => {
      if (!this.#isOver) this.push(bytes)
      owner.arrived()
    }
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

  /** Reads on, unless too much waits. */
  balance(): void {
    const isTooMuch = this.size > AHEAD
    if (isTooMuch === this.#isPaused) return
    this.#isPaused = isTooMuch
    if (isTooMuch) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Discards what has come and what still comes. It goes on reading, so that the client can see its response. */
  end(): void {
    this.#isOver = true
    this.clear()
    this.balance()
  }
}
