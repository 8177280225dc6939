/** Converts web streams to bodies. */
import type { Body } from '../types.ts'

/** Returns the chunks of a stream as a body whose `close` cancels the stream, even unread. Uses a reader, because streams are not iterable on every platform. */
export function streamChunks(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> & Body {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  const close = (): Promise<void> => (reader ?? stream).cancel().catch(() => undefined)
  return {
    [Symbol.asyncIterator]() {
      const own = (reader ??= stream.getReader())
      return {
        next: () => own.read() as Promise<IteratorResult<Uint8Array>>,
        return: () => close().then(() => ({ done: true, value: undefined })),
      }
    },
    close,
  }
}
