/** Streamed bodies: generators, iterators, and streams of the platform and of Node. */

/** A streamed body, whose chunks are text or bytes. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** The body of a response: text, bytes, chunks, or nothing. */
export type ResponseBody = string | Uint8Array | Chunks | null

/** Reports whether a value is a stream, a generator or another iterator. Arrays and sets are data, not chunks. */
export function isChunks(value: object): value is Chunks {
  if (Symbol.asyncIterator in value) return true
  return Symbol.iterator in value && 'next' in value && typeof value.next === 'function'
}

/**
 * Closes a streamed body that will not be read any further, whether reading began or not, so that its resources, such as
 * a file, are released. Does nothing if it has ended.
 */
export async function closeChunks(chunks: Chunks): Promise<void> {
  if (chunks instanceof ReadableStream) {
    if (!chunks.locked) await chunks.cancel()
    return
  }
  for (const method of ['destroy', 'close', 'return'] as const) {
    const end: unknown = Reflect.get(chunks, method)
    if (typeof end === 'function') {
      await Reflect.apply(end, chunks, [])
      return
    }
  }
}

/** Yields the bytes of a streamed body from `start` (inclusive) to `end` (exclusive). */
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
