/**
 * Finds files with the hash of their bytes. Small files come from memory as long as they have not changed.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { BLOCK, type FileBody, findFile } from '../response/file-body.ts'

/**
 * The maximum size in bytes of a file that is read in one call, which is faster than block by block. Measured by
 * `bench/files.ts`.
 */
export const SMALL_FILE: number = 256 * 1024

/** The maximum size of a file with a hash. Hashing a larger one would block other requests. */
const MAX_HASHED_SIZE = 16 * 1024 ** 2

/** The maximum total size of cached files in a store, in bytes. */
const MAX_CACHED_BYTES = 16 * 1024 ** 2

/** The maximum number of hashes in a store. */
const MAX_ENTRIES = 10_000

/** A file is cached only if its last change is at least this old, in milliseconds: some systems round times to two seconds. */
const MIN_AGE = 2000

/** The metadata that identifies a version of a file. */
export type Facts = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs' | 'mtime'>

/** A file that is ready to be sent. */
export interface Loaded {
  /** Size and times. The time of a file of a build is unknown. */
  readonly facts: Pick<Facts, 'size' | 'mtimeMs'> & { readonly mtime: Date | undefined }
  /** The hash of the bytes, used in `?v=` and `ETag`; `undefined` for a very large file. */
  readonly hash: string | undefined
  /** The bytes, which must not be changed, or the open file. */
  readonly body: Uint8Array | FileBody
}

/** A source of files for a static folder. */
export interface Files {
  /**
   * Returns a file that is available synchronously; `null` if it is known to be missing; `undefined` if it must be
   * loaded.
   */
  cached(path: string): Loaded | null | undefined
  /** Loads a file; resolves to `undefined` if it does not exist. */
  load(path: string): Promise<Loaded | undefined>
  /** Remembers that a file is missing. */
  noteMissing(path: string): void
  /** Returns the hash of a file's bytes synchronously; `undefined` if it is not available. */
  hashNow(path: string): string | undefined
}

/** The source of an app without a folder. */
export const noFiles: Files = {
  cached: () => null,
  load: async () => undefined,
  noteMissing: () => undefined,
  hashNow: () => undefined,
}

/** A cached version of a file. `facts` is `undefined` if the file is missing. */
interface Entry {
  readonly facts: Facts | undefined
  readonly hash: string | undefined
  readonly bytes: Uint8Array | undefined
}

/**
 * Finds files and caches small ones, at most 16 MiB in total. The least recently used ones are evicted first. Each access
 * costs one `stat`, and reads the file only if its time, size or inode has changed. A file that has just been written is
 * not cached, so that a second change does not go unnoticed.
 */
export class FileStore implements Files {
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  /**
   * Returns a cached file that has not changed; `null` if it is known to be missing; `undefined` if it must be loaded.
   * Calls `stat` synchronously, but only for cached paths, so a path invented by a client costs only a map lookup.
   */
  cached(path: string): Loaded | null | undefined {
    const entry = this.#fresh(path)
    if (entry === undefined) return undefined
    const { facts, hash, bytes } = entry
    if (facts === undefined) return null
    return bytes === undefined ? undefined : { facts, hash, body: bytes }
  }

  /** Opens and reads a file; resolves to `undefined` if it does not exist. */
  async load(path: string): Promise<Loaded | undefined> {
    const found = await findFile(path)
    if (found === undefined) return undefined
    const { body, facts } = found
    try {
      if (facts.size > SMALL_FILE)
        return { facts, hash: await this.#hashOf(path, body, facts), body }
    } catch (error) {
      await body.close()
      throw error
    }
    const bytes = await readAndClose(body)
    const hash = digest(bytes)
    if (bytes.byteLength === facts.size) this.#store(path, { facts, hash, bytes })
    return { facts, hash, body: bytes }
  }

  /** Remembers that a variant of an existing file is missing: `site.css.br`. */
  noteMissing(path: string): void {
    this.#store(path, { facts: undefined, hash: undefined, bytes: undefined })
  }

  /** Returns the hash of a file's bytes synchronously; `undefined` if the file is missing or very large. */
  hashNow(path: string): string | undefined {
    const entry = this.#fresh(path)
    if (entry !== undefined) return entry.hash
    const facts = statOf(path)
    if (facts?.isFile() !== true || facts.size > MAX_HASHED_SIZE) return undefined
    const hash = hashNow(path)
    this.#store(path, { facts, hash, bytes: undefined })
    return hash
  }

  async #hashOf(path: string, body: FileBody, facts: Facts): Promise<string | undefined> {
    if (facts.size > MAX_HASHED_SIZE) return undefined
    const entry = this.#entries.get(path)
    if (entry !== undefined && isSame(entry.facts, facts)) return entry.hash
    const hash = createHash('sha256')
    const whole = body.slice(0, body.length)
    for await (const block of whole) hash.update(block)
    const text = short(hash.digest('base64url'))
    this.#store(path, { facts, hash: text, bytes: undefined })
    return text
  }

  #fresh(path: string): Entry | undefined {
    const entry = this.#entries.get(path)
    if (entry === undefined) return undefined
    this.#drop(path, entry)
    if (!isSame(entry.facts, statOf(path))) return undefined
    this.#add(path, entry)
    return entry
  }

  #store(path: string, entry: Entry): void {
    const before = this.#entries.get(path)
    if (before !== undefined) this.#drop(path, before)
    if (Date.now() - (entry.facts?.ctimeMs ?? 0) < MIN_AGE) return
    this.#add(path, entry)
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= MAX_CACHED_BYTES && this.#entries.size <= MAX_ENTRIES) return
      this.#drop(oldest, { bytes })
    }
  }

  #add(path: string, entry: Entry): void {
    this.#entries.set(path, entry)
    this.#bytes += entry.bytes?.byteLength ?? 0
  }

  #drop(path: string, { bytes }: Pick<Entry, 'bytes'>): void {
    this.#entries.delete(path)
    this.#bytes -= bytes?.byteLength ?? 0
  }
}

/** Reads a file to its end and closes it. */
async function readAndClose(body: FileBody): Promise<Uint8Array> {
  try {
    return await body.read(body.length)
  } finally {
    await body.close()
  }
}

/** Returns the metadata of a path; `undefined` if it does not exist or is not accessible. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // Opening the file reports the reason.
    return undefined
  }
}

/** Reports whether two results for a path are the same version of a file, or both missing. */
function isSame(one: Facts | undefined, other: Facts | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  const isSameFile = one.ino === other.ino && one.size === other.size
  return isSameFile && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs
}

function digest(bytes: Uint8Array): string {
  return short(createHash('sha256').update(bytes).digest('base64url'))
}

/** Returns a hash of 72 bits, enough to distinguish the versions of a file. */
function short(hash: string): string {
  return hash.slice(0, 12)
}

/** Hashes a file block by block, so that a large one does not fill the memory. */
function hashNow(path: string): string {
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(BLOCK)
  const fd = openSync(path, 'r')
  try {
    for (;;) {
      const size = readSync(fd, block)
      if (size === 0) return short(hash.digest('base64url'))
      hash.update(block.subarray(0, size))
    }
  } finally {
    closeSync(fd)
  }
}
