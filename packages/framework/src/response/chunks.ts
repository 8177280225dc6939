/** Bodies that come bit by bit: generators, iterators, the platform's streams and Node's. */

/** Chunks of a body that comes bit by bit: text or bytes. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** What a response may carry: text, bytes, chunks, or nothing. */
export type ResponseBody = string | Uint8Array | Chunks | null

/** Whether something is a stream, a generator or another iterator. Lists and sets are data, not chunks. */
export function isChunks(value: object): value is Chunks {
  if (Symbol.asyncIterator in value) return true
  return Symbol.iterator in value && 'next' in value && typeof value.next === 'function'
}

/**
 * Ends chunks that nobody will ask for any more, started or not, so that what is behind them, such as
 * a file, is let go. Does nothing to those that have ended.
 */
export async function closeChunks(chunks: Chunks): Promise<void> {
  if (chunks instanceof ReadableStream) {
    if (!chunks.locked) await chunks.cancel()
    return
  }
  for (const way of ['destroy', 'close', 'return'] as const) {
    const end: unknown = Reflect.get(chunks, way)
    if (typeof end === 'function') {
      await Reflect.apply(end, chunks, [])
      return
    }
  }
}

/** The bytes of chunks from `start` up to, not with, `end`. */
export async function* sliceChunks(
  chunks: Chunks,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void> {
  let at = 0
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    const part = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += bytes.byteLength
    if (part.byteLength > 0) yield part
    if (at >= end) return
  }
}
