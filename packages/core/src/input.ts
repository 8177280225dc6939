/** `wsgi.input`: the body of a request, read by bytes, by lines or by chunks. PEP 3333, “Input and Error Streams”. */
import { isPromise } from './chunks.ts'
import type { InputStream } from './types.ts'

const NOTHING = new Uint8Array(0)
const LINE_FEED = 10

type Step = IteratorResult<Uint8Array>

/** A value or a promise of one. */
type Maybe<Value> = Value | Promise<Value>

/** A reader that returns its next chunk synchronously if one is available, or a promise of it otherwise. */
export interface ChunkReader {
  next(): IteratorResult<Uint8Array> | Promise<IteratorResult<Uint8Array>>
}

/** The source of an input's chunks. */
export type InputSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ChunkReader

/**
 * Returns a `wsgi.input` over a source of chunks. Reads are served in the order in which they were called; bytes that
 * one read leaves go to the next. If the source fails, this read and all later reads reject with its error.
 *
 * ```ts
 * const input = inputStream([new TextEncoder().encode('one\ntwo\n')])
 * await input.readline() // the bytes of 'one\n'
 * ```
 */
export function inputStream(source: InputSource): InputStream {
  return new ChunkInput(source)
}

/**
 * Returns a `wsgi.input` for a request without a body.
 *
 * ```ts
 * const nothing = await emptyInput().read() // no bytes
 * ```
 */
export function emptyInput(): InputStream {
  return new EmptyInput()
}

/** The most frequent input. It has no state, to make it cheap: `bench/core.ts` measures it. */
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
  readonly #source: InputSource
  #iterator: ChunkReader | undefined
  /** Bytes that were received and have not been read. */
  #rest: Uint8Array = NOTHING
  #ended = false
  /** The error of the source, if it failed. Every later read rejects with it; the source itself would only report its end. */
  #failure: { readonly error: unknown } | undefined
  /** The last queued read. Reads run one at a time, in order. */
  #turn: Promise<unknown> | undefined

  constructor(source: InputSource) {
    this.#source = source
  }

  read(size?: number): Promise<Uint8Array> {
    return this.#inTurn(() => this.#take(limit(size)))
  }

  readline(size?: number): Promise<Uint8Array> {
    return this.#inTurn(() => this.#take(limit(size), endOfLine))
  }

  readlines(hint?: number): Promise<Uint8Array[]> {
    return this.#inTurn(() => this.#lines(hint === 0 ? Infinity : limit(hint)))
  }

  async #lines(enough: number): Promise<Uint8Array[]> {
    const lines: Uint8Array[] = []
    let total = 0
    while (total < enough) {
      const line = await this.#take(Infinity, endOfLine)
      if (line.byteLength === 0) break
      lines.push(line)
      total += line.byteLength
    }
    return lines
  }

  /** Yields chunks as they are received. A `break` leaves the rest available to later reads. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#inTurn(() => this.#next()) }
  }

  #next(): Maybe<Step> {
    const chunk = this.#chunk()
    return isPromise(chunk) ? chunk.then(stepOf) : stepOf(chunk)
  }

  /**
   * Runs a read after those in progress, or immediately if there are none. A read of available bytes costs one promise:
   * `bench/core.ts` measures it. The promise gets its own handler, because the caller may await it later.
   */
  #inTurn<Result>(read: () => Maybe<Result>): Promise<Result> {
    const result = this.#turn === undefined ? attempt(read) : this.#turn.then(read)
    if (!isPromise(result)) return Promise.resolve(result)
    const ended = (): void => {
      if (this.#turn === turn) this.#turn = undefined
    }
    const turn: Promise<void> = result.then(ended, ended)
    this.#turn = turn
    return result
  }

  /** Reads up to `size` bytes, or up to and including the byte that `stop` finds. */
  #take(size: number, stop?: Stop): Maybe<Uint8Array> {
    const taken = new Taken(size, stop)
    while (!taken.isWhole) {
      const chunk = this.#chunk()
      if (isPromise(chunk)) return this.#takeLater(taken, chunk)
      this.#rest = taken.add(chunk)
    }
    return taken.join()
  }

  async #takeLater(taken: Taken, next: Promise<Uint8Array | undefined>): Promise<Uint8Array> {
    this.#rest = taken.add(await next)
    while (!taken.isWhole) this.#rest = taken.add(await this.#chunk())
    return taken.join()
  }

  /** Returns the next chunk, which is never empty, or `undefined` at the end. */
  #chunk(): Maybe<Uint8Array | undefined> {
    while (this.#rest.byteLength === 0 && !this.#ended) {
      const step = this.#step()
      if (isPromise(step)) return this.#chunkLater(step)
      this.#took(step)
    }
    return this.#takeRest()
  }

  async #chunkLater(next: Promise<Step>): Promise<Uint8Array | undefined> {
    try {
      this.#took(await next)
      while (this.#rest.byteLength === 0 && !this.#ended) this.#took(await this.#step())
    } catch (error) {
      this.#failure = { error }
      throw error
    }
    return this.#takeRest()
  }

  #takeRest(): Uint8Array | undefined {
    const chunk = this.#rest
    this.#rest = NOTHING
    return chunk.byteLength === 0 ? undefined : chunk
  }

  #step(): Maybe<Step> {
    if (this.#failure !== undefined) throw this.#failure.error
    try {
      this.#iterator ??= readerOf(this.#source)
      return this.#iterator.next()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #took(step: Step): void {
    if (step.done === true) this.#ended = true
    else this.#rest = step.value
  }
}

/** Runs a read, and turns an exception into a rejected promise. */
function attempt<Result>(read: () => Maybe<Result>): Maybe<Result> {
  try {
    return read()
  } catch (error) {
    return Promise.reject(error)
  }
}

const stepOf = (value: Uint8Array | undefined): Step =>
  value === undefined ? { done: true, value } : { done: false, value }

/** Returns the index of the last byte that a read takes from a chunk, or -1 if the read continues after it. */
type Stop = (chunk: Uint8Array) => number

const endOfLine: Stop = (chunk) => chunk.indexOf(LINE_FEED)

/** The bytes that one read has taken so far. */
class Taken {
  #left: number
  readonly #stop: Stop | undefined
  #first: Uint8Array | undefined
  #parts: Parts | undefined

  constructor(size: number, stop: Stop | undefined) {
    this.#left = size
    this.#stop = stop
  }

  /** Whether the read is complete. */
  get isWhole(): boolean {
    return this.#left <= 0
  }

  /** Takes what the read needs from a chunk, and returns the rest. `undefined` means the end of the body. */
  add(chunk: Uint8Array | undefined): Uint8Array {
    if (chunk === undefined) {
      this.#left = 0
      return NOTHING
    }
    const end = (this.#stop?.(chunk) ?? -1) + 1
    const wanted = Math.min(this.#left, end > 0 ? end : chunk.byteLength)
    this.#left = wanted === end ? 0 : this.#left - wanted
    if (wanted === chunk.byteLength) {
      this.#keep(chunk)
      return NOTHING
    }
    this.#keep(chunk.subarray(0, wanted))
    return chunk.subarray(wanted)
  }

  /** Keeps a part. A single part is returned without a copy. */
  #keep(part: Uint8Array): void {
    if (this.#first === undefined) {
      this.#first = part
      return
    }
    if (this.#parts === undefined) {
      this.#parts = new Parts()
      this.#parts.add(this.#first)
    }
    this.#parts.add(part)
  }

  join(): Uint8Array {
    return this.#parts?.join() ?? this.#first ?? NOTHING
  }
}

/** Parts smaller than this, in bytes, are copied into a block. */
const SMALL = 4096
/** The size of a block, in bytes. */
const BLOCK = 16 * 1024

/**
 * Collects the parts of a read. Small parts are copied into a block, because a part of one byte
 * costs a hundred bytes as an object and may keep the whole packet alive that contained it.
 */
class Parts {
  readonly #parts: Uint8Array[] = []
  #block: Uint8Array = NOTHING
  /** The range of the block that is not a part yet: `#begin` to `#end`. */
  #begin = 0
  #end = 0

  add(part: Uint8Array): void {
    if (part.byteLength < SMALL) return this.#copy(part)
    this.#endPart()
    this.#parts.push(part)
  }

  join(): Uint8Array {
    this.#endPart()
    return joinChunks(this.#parts)
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

  /** Adds the bytes copied since the last part as a part. */
  #endPart(): void {
    if (this.#end > this.#begin) this.#parts.push(this.#block.subarray(this.#begin, this.#end))
    this.#begin = this.#end
  }
}

const limit = (size: number | undefined): number =>
  size === undefined || size < 0 ? Infinity : size

function readerOf(source: InputSource): ChunkReader {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]()
  return Symbol.iterator in source ? source[Symbol.iterator]() : source
}

/** Joins chunks into one. A single chunk is returned without a copy. */
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
