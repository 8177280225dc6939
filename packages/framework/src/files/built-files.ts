/** Static files from a module written by `phial build`, without a file system. */
import { join } from 'node:path'
import type { Files, Loaded } from './file-store.ts'

/** A static file of a build. */
export interface BuiltFile {
  /** The hash of the bytes, used in URLs and in the `ETag`. */
  readonly hash: string
  /** The bytes. Missing if the platform serves the file. */
  readonly base64?: string
}

/** The static files of one folder, by relative path. */
export type BuiltFiles = Readonly<Record<string, BuiltFile>>

/** A source of files from a build. It delegates other files, and those whose bytes are not in the build, to another source. */
export class BuiltStore implements Files {
  readonly #files: ReadonlyMap<string, BuiltFile>
  readonly #others: Files
  /** The files whose bytes have been decoded, by path. */
  readonly #decoded = new Map<string, Loaded>()

  constructor(files: BuiltFiles, root: string, others: Files) {
    this.#files = new Map(Object.entries(files).map(([path, file]) => [join(root, path), file]))
    this.#others = others
  }

  cached(path: string): Loaded | null | undefined {
    return this.#decode(path) ?? this.#others.cached(path)
  }

  load(path: string): Promise<Loaded | undefined> {
    const file = this.#decode(path)
    return file === undefined ? this.#others.load(path) : Promise.resolve(file)
  }

  noteMissing(path: string): void {
    this.#others.noteMissing(path)
  }

  hashNow(path: string): string | undefined {
    return this.#files.get(path)?.hash ?? this.#others.hashNow(path)
  }

  #decode(path: string): Loaded | undefined {
    const known = this.#decoded.get(path)
    if (known !== undefined) return known
    const { hash, base64 } = this.#files.get(path) ?? {}
    if (base64 === undefined) return undefined
    const body = new Uint8Array(Buffer.from(base64, 'base64'))
    const facts = { size: body.byteLength, mtime: undefined, mtimeMs: 0 }
    const file = { facts, hash, body }
    this.#decoded.set(path, file)
    return file
  }
}
