/** Decodes a request body by its length or its chunks. RFC 9112 §6.2 and §7.1 */
import { bad, Refused, type Bounds, type Refusal } from '../refusal.ts'
import type { Reader } from './reader.ts'
import { readField } from './request.ts'

/** Extracts a body from the received bytes. */
export interface Decoder {
  /**
   * Returns at most `most` bytes as a view of the received packet. Returns `undefined` if no bytes are available or the
   * body has ended. Throws {@link Refused} if the body is malformed.
   */
  next(most?: number): Buffer | undefined
  readonly isDone: boolean
  /** The number of remaining bytes; infinite if unknown. */
  readonly left: number
}

/** Creates the decoder of a body with `length` bytes, or of a chunked body if `length` is infinite. */
export function decoderOf(reader: Reader, length: number, bounds: Bounds): Decoder {
  return length === Infinity
    ? new ChunkedDecoder(reader, bounds)
    : new LengthDecoder(reader, length)
}

/** Decodes a body with a declared length. */
class LengthDecoder implements Decoder {
  readonly #reader: Reader
  left: number

  constructor(reader: Reader, length: number) {
    this.#reader = reader
    this.left = length
  }

  get isDone(): boolean {
    return this.left === 0
  }

  next(most = Infinity): Buffer | undefined {
    const piece = this.#reader.take(Math.min(most, this.left))
    this.left -= piece?.length ?? 0
    return piece
  }
}

/**
 * Yields every byte that a client sends after a switch to another protocol, until it closes its side. Before the switch,
 * it is an empty body. RFC 9110 §7.8
 */
export class RawDecoder implements Decoder {
  readonly #reader: Reader
  /** Whether the connection was switched. */
  isOpen = false
  /** Whether the client has closed its side. */
  hasEnded = false

  constructor(reader: Reader) {
    this.#reader = reader
  }

  get isDone(): boolean {
    return !this.isOpen || (this.hasEnded && this.#reader.size === 0)
  }

  get left(): number {
    return this.isDone ? 0 : Infinity
  }

  next(most: number = Infinity): Buffer | undefined {
    return this.isDone ? undefined : this.#reader.take(most)
  }
}

/** The maximum size of the extensions of all chunks, in bytes. Node has the same limit. */
const EXTENSIONS = 16 * 1024
const SIZE_LINE =
  /^([0-9A-F]{1,16})((?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+(?:[ \t]*=[ \t]*(?:[\w!#$%&'*+.^`|~-]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t -\x7e\x80-\xff])*"))?)*)$/i
const WRONG_SIZE = bad('a chunk size is not a hexadecimal number (RFC 9112 §7.1)')
const WRONG_END = bad('a chunk is longer than its size (RFC 9112 §7.1)')
const WRONG_TRAILER = bad(
  'a trailer contains a field that is only allowed as a header (RFC 9110 §6.5.1)',
)
const TOO_MUCH: Refusal = {
  status: '413 Content Too Large',
  reason: `the chunk extensions exceed ${EXTENSIONS} bytes`,
}

/** Decodes a chunked body. Extensions and trailers are validated as strictly as headers, and dropped. */
class ChunkedDecoder implements Decoder {
  readonly #reader: Reader
  readonly #bounds: Bounds
  #reading: 'size' | 'data' | 'end of data' | 'trailers' | 'nothing' = 'size'
  /** The remaining bytes of the current chunk, then those allowed for the body, the extensions and the trailers. */
  #chunk = 0
  #body: number
  #extensions = EXTENSIONS
  #trailers: number
  #trailerRoom: number

  constructor(reader: Reader, bounds: Bounds) {
    this.#reader = reader
    this.#bounds = bounds
    this.#body = bounds.body
    this.#trailers = bounds.fields
    this.#trailerRoom = bounds.head
  }

  get isDone(): boolean {
    return this.#reading === 'nothing'
  }

  get left(): number {
    return this.isDone ? 0 : Infinity
  }

  next(most = Infinity): Buffer | undefined {
    for (;;) {
      if (this.#reading === 'data') return this.#data(most)
      if (this.isDone || !this.#line()) return undefined
    }
  }

  #data(most: number): Buffer | undefined {
    const piece = this.#reader.take(Math.min(most, this.#chunk))
    this.#chunk -= piece?.length ?? 0
    if (this.#chunk === 0) this.#reading = 'end of data'
    return piece
  }

  /** Reads a line between chunks. Returns false if its end has not arrived. */
  #line(): boolean {
    if (this.#reading === 'size') return this.#size()
    if (this.#reading === 'trailers') return this.#trailer()
    if (this.#reader.line(0, WRONG_END) === undefined) return false
    this.#reading = 'size'
    return true
  }

  #size(): boolean {
    const line = this.#reader.line(this.#extensions + 16, TOO_MUCH)
    if (line === undefined) return false
    const [, digits, extensions = ''] = SIZE_LINE.exec(line) ?? []
    this.#chunk = Number.parseInt(digits ?? '', 16)
    if (!Number.isSafeInteger(this.#chunk)) throw new Refused(WRONG_SIZE)
    this.#extensions -= extensions.length
    if (this.#extensions < 0) throw new Refused(TOO_MUCH)
    this.#body -= this.#chunk
    if (this.#body < 0) throw new Refused(this.#bounds.refusals.body)
    this.#reading = this.#chunk === 0 ? 'trailers' : 'data'
    return true
  }

  #trailer(): boolean {
    const { fieldSize, refusals } = this.#bounds
    const line = this.#reader.line(
      Math.min(fieldSize, this.#trailerRoom),
      fieldSize <= this.#trailerRoom ? refusals.field : refusals.head,
    )
    if (line === undefined) return false
    this.#trailerRoom -= line.length
    if (line === '') this.#reading = 'nothing'
    else if (this.#trailers-- <= 0) throw new Refused(refusals.fields)
    else if (readField(line).kind !== '') throw new Refused(WRONG_TRAILER)
    return true
  }
}
