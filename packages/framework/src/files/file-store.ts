/**
 * Files as they are sent: with a hash of their bytes, and the small ones from memory as long as they have
 * not changed.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { BLOCK, type FileBody, findFile } from '../response/file-body.ts'

/** Up to this size a file is read whole, which is quicker; beyond it, block by block. `bench/files.ts` measures it. */
export const WHOLE: number = 256 * 1024

/** A larger file has no hash: to make one would hold up everybody else. */
const LARGEST = 16 * 1024 ** 2

/** How many bytes of small files one store keeps. */
const MOST_BYTES = 16 * 1024 ** 2

/** How many files one store knows the hash of. */
const MOST_FILES = 10_000

/** A file changed since is told by its time, which some systems keep to two seconds. */
const SETTLED = 2000

/** What the system says of a file that tells one version of it from the next. */
export type Facts = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs' | 'mtime'>

/** A file, ready to be sent. */
export interface Loaded {
  /** A file of a build has no time. */
  readonly facts: Pick<Facts, 'size' | 'mtimeMs'> & { readonly mtime: Date | undefined }
  /** Of its bytes, as `?v=` and `ETag` have it. `undefined` of a very large one. */
  readonly hash: string | undefined
  /** Its bytes, which nobody may change, or the open file. */
  readonly body: Uint8Array | FileBody
}

/** Where a static folder finds its files. */
export interface Files {
  /** A file that can be sent at once; `null` if it is known to be missing, `undefined` if it has to be loaded. */
  kept(path: string): Loaded | null | undefined
  /** Resolves to the file, or `undefined` if there is none. */
  load(path: string): Promise<Loaded | undefined>
  /** Remembers that a file is missing. */
  noteMissing(path: string): void
  /** The hash of a file's bytes, or `undefined` if there is none. */
  hashNow(path: string): string | undefined
}

/** The files of an app that has no folder. */
export const noFiles: Files = {
  kept: () => null,
  load: async () => undefined,
  noteMissing: () => undefined,
  hashNow: () => undefined,
}

/** What is kept of a version of a file. `facts` of one that is not there are `undefined`. */
interface Known {
  readonly facts: Facts | undefined
  readonly hash: string | undefined
  readonly bytes: Uint8Array | undefined
}

/**
 * Finds files and keeps the small ones, at most 16 MiB together, the longest unused go first. Each time
 * one is asked for, it is looked at: one `stat`, and no reading while its time, size and number are the
 * same. A file that has just been written is not kept yet, so that no second change goes unseen.
 */
export class FileStore implements Files {
  readonly #known = new Map<string, Known>()
  #bytes = 0

  /**
   * A small file that was asked for before and has not changed, at once. `null` for one that is known to
   * be missing; `undefined` if it has to be loaded. It waits for the disk, which has just been asked for the
   * same: a path that a stranger makes up costs no more than a look into a map.
   */
  kept(path: string): Loaded | null | undefined {
    const known = this.#fresh(path)
    if (known === undefined) return undefined
    const { facts, hash, bytes } = known
    if (facts === undefined) return null
    return bytes === undefined ? undefined : { facts, hash, body: bytes }
  }

  /** Opens and reads a file. `undefined` if there is none. */
  async load(path: string): Promise<Loaded | undefined> {
    const found = await findFile(path)
    if (found === undefined) return undefined
    const { body, facts } = found
    try {
      if (facts.size > WHOLE) return { facts, hash: await this.#hashOf(path, body, facts), body }
    } catch (error) {
      await body.close()
      throw error
    }
    const bytes = await wholeOf(body)
    const hash = digest(bytes)
    if (bytes.byteLength === facts.size) this.#keep(path, { facts, hash, bytes })
    return { facts, hash, body: bytes }
  }

  /** Remembers that a file is missing beside one that is there: `site.css.br`. */
  noteMissing(path: string): void {
    this.#keep(path, { facts: undefined, hash: undefined, bytes: undefined })
  }

  /** The hash of a file's bytes, at once; `undefined` if there is none, or a very large one. */
  hashNow(path: string): string | undefined {
    const known = this.#fresh(path)
    if (known !== undefined) return known.hash
    const facts = look(path)
    if (facts?.isFile() !== true || facts.size > LARGEST) return undefined
    const hash = hashNow(path)
    this.#keep(path, { facts, hash, bytes: undefined })
    return hash
  }

  async #hashOf(path: string, body: FileBody, facts: Facts): Promise<string | undefined> {
    if (facts.size > LARGEST) return undefined
    const known = this.#known.get(path)
    if (known !== undefined && isSame(known.facts, facts)) return known.hash
    const hash = createHash('sha256')
    const whole = body.slice(0, body.length)
    for await (const block of whole) hash.update(block)
    const text = short(hash.digest('base64url'))
    this.#keep(path, { facts, hash: text, bytes: undefined })
    return text
  }

  #fresh(path: string): Known | undefined {
    const known = this.#known.get(path)
    if (known === undefined) return undefined
    this.#drop(path, known)
    if (!isSame(known.facts, look(path))) return undefined
    this.#add(path, known)
    return known
  }

  #keep(path: string, known: Known): void {
    const before = this.#known.get(path)
    if (before !== undefined) this.#drop(path, before)
    if (Date.now() - (known.facts?.ctimeMs ?? 0) < SETTLED) return
    this.#add(path, known)
    for (const [oldest, { bytes }] of this.#known) {
      if (this.#bytes <= MOST_BYTES && this.#known.size <= MOST_FILES) return
      this.#drop(oldest, { bytes })
    }
  }

  #add(path: string, known: Known): void {
    this.#known.set(path, known)
    this.#bytes += known.bytes?.byteLength ?? 0
  }

  #drop(path: string, { bytes }: Pick<Known, 'bytes'>): void {
    this.#known.delete(path)
    this.#bytes -= bytes?.byteLength ?? 0
  }
}

/** Reads a file to its end, and closes it. */
async function wholeOf(body: FileBody): Promise<Uint8Array> {
  try {
    return await body.read(body.length)
  } finally {
    await body.close()
  }
}

/** What the system says of a path; `undefined` if nothing is there, or it may not be looked at. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // Whoever opens it is told why.
    return undefined
  }
}

/** Whether two looks at a path found the same version of a file, or nothing. */
function isSame(one: Facts | undefined, other: Facts | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  const isSameFile = one.ino === other.ino && one.size === other.size
  return isSameFile && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs
}

function digest(bytes: Uint8Array): string {
  return short(createHash('sha256').update(bytes).digest('base64url'))
}

/** 72 bits tell the versions of a file apart. */
function short(hash: string): string {
  return hash.slice(0, 12)
}

/** By blocks, so that a large file does not fill the memory. */
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
