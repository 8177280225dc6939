/** A file that is open, as the body of an answer: all of it, or a part. */
import { Buffer } from 'node:buffer'
import { close, constants, fstat, open, read, type Stats } from 'node:fs'
import type { FileLike } from '@phial/core'

// The functions with callbacks: with a FileHandle the same takes a third longer, `bench/files.ts`. Not by
// `promisify`: what it makes of `read` is Node's own secret, which other platforms do not have.

const openFile = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, READ, (error, fd) => (error ? reject(error) : resolve(fd)))
  })

const factsOf = (fd: number): Promise<Stats> =>
  new Promise((resolve, reject) => {
    fstat(fd, (error, facts) => (error ? reject(error) : resolve(facts)))
  })

/** Reads bytes from a place in a file into a place in memory; says how many. */
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

/** Opened this way a pipe without a writer keeps nobody waiting. Windows has no such flag, and no such pipes. */
const READ = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0)

/** What is no file to a reader: not there, a folder on the way, a name that is too long, a socket. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO'])

/** How many bytes are in memory at a time, where a file is not read as a whole. */
export const BLOCK: number = 64 * 1024

/** One open file, shared by all parts of it. */
interface Opened {
  readonly fd: number
  isOpen: boolean
}

/** The bytes of an open file from `start` up to, not with, `end`. To be closed by whoever has it last. */
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

  /** How many bytes it has. */
  get length(): number {
    return this.end - this.start
  }

  /** The next bytes, at most so many; none at the end, and where the file has become shorter since. */
  async read(size: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafe(Math.min(size, this.end - this.#at))
    const filled = await this.#fill(bytes)
    this.#at += filled
    return bytes.subarray(0, filled)
  }

  /** A part of it, which shares the open file. */
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

  /** Closes the file, for every part of it. Again, it does nothing. */
  async close(): Promise<void> {
    if (!this.#opened.isOpen) return
    this.#opened.isOpen = false
    await closeFile(this.#opened.fd)
  }

  /** A read may give less than there is. */
  async #fill(bytes: Uint8Array): Promise<number> {
    // Its number may be another file's by now.
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

/** A file's bytes, and what its system says of it. */
export interface Found {
  readonly path: string
  readonly body: FileBody
  readonly facts: Stats
}

/**
 * Opens a file, and looks at it while it is open, so that facts and bytes are of the same one.
 * `undefined` if nothing is there, or no plain file.
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
