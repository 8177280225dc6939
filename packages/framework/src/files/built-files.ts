/** Static files that `phial build` has written into a module: no file system is asked. */
import { join } from 'node:path'
import type { Files, Loaded } from './file-store.ts'

/** A static file of a build. */
export interface BuiltFile {
  /** The hash of its bytes, which its URLs and its `ETag` have. */
  readonly hash: string
  /** Its bytes. Missing if the platform serves the file. */
  readonly base64?: string
}

/** The static files of one folder, by their paths relative to it. */
export type BuiltFiles = Readonly<Record<string, BuiltFile>>

/** Finds the files of a build; asks for others, and for bytes that the build does not have, elsewhere. */
export class BuiltStore implements Files {
  readonly #files: ReadonlyMap<string, BuiltFile>
  readonly #others: Files
  /** The files whose bytes were decoded, by their paths. */
  readonly #decoded = new Map<string, Loaded>()

  constructor(files: BuiltFiles, root: string, others: Files) {
    this.#files = new Map(Object.entries(files).map(([path, file]) => [join(root, path), file]))
    this.#others = others
  }

  kept(path: string): Loaded | null | undefined {
    return this.#decode(path) ?? this.#others.kept(path)
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
