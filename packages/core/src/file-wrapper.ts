/** A file as a body. PEP 3333, “Optional Platform-Specific File Handling”; wsgiref.util.FileWrapper. */
import type { FileLike } from './types.ts'

/**
 * Yields the bytes of a file block by block and closes the file at the end. A server that has a faster way to send
 * files recognizes this class and uses its `file` and `blockSize`.
 *
 * ```ts
 * const Wrapper = environ['wsgi.file_wrapper'] ?? FileWrapper
 * return new Wrapper({ read: (size) => handle.read(Buffer.alloc(size)).then(({ buffer, bytesRead }) => buffer.subarray(0, bytesRead)) })
 * ```
 */
export class FileWrapper implements AsyncIterable<Uint8Array> {
  readonly file: FileLike
  /** Bytes per read. Default 8192, as in wsgiref. */
  readonly blockSize: number

  constructor(file: FileLike, blockSize = 8192) {
    this.file = file
    this.blockSize = blockSize
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const block = await this.file.read(this.blockSize)
      if (block.byteLength === 0) return
      yield block
    }
  }

  close(): unknown {
    return this.file.close?.()
  }
}
