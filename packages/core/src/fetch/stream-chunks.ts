/** The platform’s streams as bodies. */
import type { Body } from '../types.ts'

/** A stream’s chunks, and a way to cancel it unread. Not every platform’s streams can be iterated; all have readers. */
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
