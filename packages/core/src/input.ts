/** `wsgi.input`: a request's body, read by bytes, by lines or chunk by chunk. PEP 3333, “Input and Error Streams”. */
import type { InputStream } from './types.ts'

const NOTHING = new Uint8Array(0)
const LINE_FEED = 10

/**
 * A `wsgi.input` over chunks, however they come. Reads are answered in the order in which they were
 * asked for; what one does not take, the next one gets. An error of the source is every later read's.
 *
 * ```ts
 * const input = inputStream([new TextEncoder().encode('one\ntwo\n')])
 * await input.readline() // the bytes of 'one\n'
 * ```
 */
export function inputStream(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): InputStream {
  return new ChunkInput(source)
}

/**
 * A `wsgi.input` for a request without a body.
 *
 * ```ts
 * const nothing = await emptyInput().read() // no bytes
 * ```
 */
export function emptyInput(): InputStream {
  return new EmptyInput()
}

/** Of all inputs the most frequent, so it is without a state: `bench/core.ts` measures it. */
class EmptyInput implements InputStream {
  read(): Promise<Uint8Array> {
    return Promise.resolve(NOTHING)
  }

  readline(): Promise<Uint8Array> {
    return Promise.resolve(NOTHING)
  }

  readlines(): Promise<Uint8Array[]> {
    return Promise.resolve([])
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => Promise.resolve({ done: true, value: undefined }) }
  }
}

class ChunkInput implements InputStream {
  readonly #source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  #iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array> | undefined
  /** Bytes that came and were not asked for yet. */
  #rest: Uint8Array = NOTHING
  #ended = false
  /** Why the source broke off, if it did: to be told again, for by itself it would only say that it has ended. */
  #failure: { readonly error: unknown } | undefined
  /** The read before this one: one at a time, in order. */
  #turn: Promise<unknown> | undefined

  constructor(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
    this.#source = source
  }

  read(size?: number): Promise<Uint8Array> {
    return this.#inTurn(() => this.#take(limit(size), () => -1))
  }

  readline(size?: number): Promise<Uint8Array> {
    return this.#inTurn(() => this.#line(limit(size)))
  }

  readlines(hint?: number): Promise<Uint8Array[]> {
    return this.#inTurn(() => this.#lines(hint === 0 ? Infinity : limit(hint)))
  }

  #line(size: number): Promise<Uint8Array> {
    return this.#take(size, (chunk) => chunk.indexOf(LINE_FEED))
  }

  async #lines(enough: number): Promise<Uint8Array[]> {
    const lines: Uint8Array[] = []
    let total = 0
    while (total < enough) {
      const line = await this.#line(Infinity)
      if (line.byteLength === 0) break
      lines.push(line)
      total += line.byteLength
    }
    return lines
  }

  /** Chunk by chunk, as they come. Breaking off leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#inTurn(() => this.#next()) }
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = await this.#chunk()
    return value === undefined ? { done: true, value } : { done: false, value }
  }

  /** Reads after the reads before it. The promise has a handler of its own, as it may be awaited later. */
  #inTurn<Result>(read: () => Promise<Result>): Promise<Result> {
    const result = this.#turn === undefined ? read() : this.#turn.then(read)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Up to `size` bytes, ending with the byte that `stop` finds. */
  async #take(size: number, stop: (chunk: Uint8Array) => number): Promise<Uint8Array> {
    const parts = new Parts()
    let left = size
    while (left > 0) {
      const chunk = await this.#chunk()
      if (chunk === undefined) break
      const found = stop(chunk) + 1
      const wanted = Math.min(left, found > 0 ? found : chunk.byteLength)
      parts.add(chunk.subarray(0, wanted))
      this.#rest = chunk.subarray(wanted)
      left -= wanted
      if (found > 0 && wanted === found) break
    }
    return parts.join()
  }

  /** The next bytes, never none; `undefined` at the end. */
  async #chunk(): Promise<Uint8Array | undefined> {
    while (this.#rest.byteLength === 0 && !this.#ended) {
      const step = await this.#step()
      if (step.done === true) this.#ended = true
      else this.#rest = step.value
    }
    const chunk = this.#rest
    this.#rest = NOTHING
    return chunk.byteLength === 0 ? undefined : chunk
  }

  async #step(): Promise<IteratorResult<Uint8Array>> {
    if (this.#failure !== undefined) throw this.#failure.error
    try {
      this.#iterator ??= iterate(this.#source)
      return await this.#iterator.next()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }
}

/** Parts of fewer bytes than this are copied together. */
const SMALL = 4096
/** The size of the memory for small parts, in bytes. */
const BLOCK = 16 * 1024

/**
 * Collects the parts of a read. Small ones are copied together as they come, because a part of one byte
 * costs a hundred bytes as an object, and may keep alive the packet that it came in.
 */
class Parts {
  /** The first part, as long as it is the only one: it is returned as it is. */
  #only: Uint8Array | undefined
  readonly #parts: Uint8Array[] = []
  #block: Uint8Array = NOTHING
  /** Where in the block the bytes are that are not a part yet. */
  #begin = 0
  #end = 0

  add(part: Uint8Array): void {
    if (this.#only === undefined && this.#parts.length === 0 && this.#end === 0) {
      this.#only = part
      return
    }
    if (this.#only !== undefined) this.#put(this.#only)
    this.#only = undefined
    this.#put(part)
  }

  join(): Uint8Array {
    if (this.#only !== undefined) return this.#only
    this.#endPart()
    return joinChunks(this.#parts)
  }

  #put(part: Uint8Array): void {
    if (part.byteLength < SMALL) return this.#copy(part)
    this.#endPart()
    this.#parts.push(part)
  }

  #copy(part: Uint8Array): void {
    if (this.#end + part.byteLength > this.#block.byteLength) {
      this.#endPart()
      this.#block = new Uint8Array(BLOCK)
      this.#begin = this.#end = 0
    }
    this.#block.set(part, this.#end)
    this.#end += part.byteLength
  }

  /** Makes a part of the bytes that were copied since the last one. */
  #endPart(): void {
    if (this.#end > this.#begin) this.#parts.push(this.#block.subarray(this.#begin, this.#end))
    this.#begin = this.#end
  }
}

const limit = (size: number | undefined): number =>
  size === undefined || size < 0 ? Infinity : size

function iterate(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

/** Chunks as one. A single chunk is given back as it is, not copied. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const joined = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.byteLength
  }
  return joined
}
