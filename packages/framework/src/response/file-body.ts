/** An open file, or a range of one, as the body of a response. */
import { Buffer } from 'node:buffer'
import { close, constants, fstat, open, read, type Stats } from 'node:fs'
import type { FileLike } from '@phial/core'

// These use the functions with callbacks, because a FileHandle takes a third longer, `bench/files.ts`. They do not use
// `promisify`, because its special result for `read` is internal to Node, and other platforms lack it.

const openFile = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, READ, (error, fd) => (error ? reject(error) : resolve(fd)))
  })

const factsOf = (fd: number): Promise<Stats> =>
  new Promise((resolve, reject) => {
    fstat(fd, (error, facts) => (error ? reject(error) : resolve(facts)))
  })

/** Reads bytes at `position` of a file into `bytes` from `offset`. Resolves to their number. */
const readAt = (fd: number, bytes: Uint8Array, offset: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, bytes, offset, bytes.byteLength - offset, position, (error, count) =>
      error ? reject(error) : resolve(count),
    )
  })

const closeFile = (fd: number): Promise<void> =>
  new Promise((resolve, reject) => {
    close(fd, (error) => (error ? reject(error) : resolve()))
  })

/** With these flags, opening a pipe without a writer does not block. Windows has neither this flag nor such pipes. */
const READ = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0)

/** The error codes for paths that are not a file: missing, a folder, a name that is too long, a socket. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO'])

/** The block size for reading a file, in bytes. */
export const BLOCK: number = 64 * 1024

/** An open file, shared by all ranges of it. */
interface Opened {
  readonly fd: number
  isOpen: boolean
}

/** The bytes of an open file from `start` (inclusive) to `end` (exclusive). Its last user must close it. */
export class FileBody implements FileLike, AsyncIterable<Uint8Array> {
  readonly start: number
  readonly end: number
  readonly #opened: Opened
  #at: number

  constructor(opened: Opened, start: number, end: number) {
    this.#opened = opened
    this.start = start
    this.end = end
    this.#at = start
  }

  /** The number of bytes. */
  get length(): number {
    return this.end - this.start
  }

  /** Reads the next bytes, at most `size`. Resolves to none at the end, or if the file has become shorter. */
  async read(size: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafe(Math.min(size, this.end - this.#at))
    const filled = await this.#fill(bytes)
    this.#at += filled
    return bytes.subarray(0, filled)
  }

  /** Returns a range, which shares the open file. */
  slice(start: number, end: number): FileBody {
    return new FileBody(this.#opened, this.start + start, this.start + end)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const block = await this.read(BLOCK)
      if (block.byteLength === 0) return
      yield block
    }
  }

  /** Closes the file for all ranges. Further calls do nothing. */
  async close(): Promise<void> {
    if (!this.#opened.isOpen) return
    this.#opened.isOpen = false
    await closeFile(this.#opened.fd)
  }

  /** Fills a buffer. A single read may return fewer bytes than the file has. */
  async #fill(bytes: Uint8Array): Promise<number> {
    // The descriptor may belong to another file by now.
    if (!this.#opened.isOpen) throw new Error('The file was closed before it was read to its end.')
    let filled = 0
    while (filled < bytes.byteLength) {
      // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
      const count = await readAt(this.#opened.fd, bytes, filled, this.#at + filled)
      if (count === 0) break
      filled += count
    }
    return filled
  }
}

/** A file: its bytes and its metadata. */
export interface Found {
  readonly path: string
  readonly body: FileBody
  readonly facts: Stats
}

/**
 * Opens a file and reads its metadata from the open file, so that metadata and bytes belong to the same file. Resolves to
 * `undefined` if the path is missing or not a regular file.
 */
export async function findFile(path: string): Promise<Found | undefined> {
  const fd = await openFile(path).catch(unlessAbsent)
  if (fd === undefined) return undefined
  const opened = { fd, isOpen: true }
  const facts = await factsOf(fd).catch(() => undefined)
  const body = new FileBody(opened, 0, facts?.size ?? 0)
  if (facts?.isFile() === true) return { path, body, facts }
  await body.close()
  return undefined
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (!ABSENT.has(error.code ?? '')) throw error
}
