/** Tracks the files that an application was loaded from, and detects changes by their times and sizes. */
import { readdirSync, statSync, type Dirent } from 'node:fs'
import { join, relative } from 'node:path'

/** Matches source files, by their extension. */
const SOURCE = /\.[cm]?[jt]sx?$|\.json$|\.toml$|^\.(?:phial)?env/
/** The maximum number of directory entries to examine if the relevant files are unknown. */
const MOST = 5000

/** The files of a run. */
export class Watched {
  readonly #folder: string
  /** The state of the folder's files at the start, before any was read. */
  readonly #atStart: ReadonlyMap<string, string>
  readonly #begun = Date.now()
  readonly #files = new Map<string, string>()

  constructor(folder: string, extraFiles: readonly string[]) {
    this.#folder = folder
    this.#atStart = filesBelow(folder)
    for (const file of extraFiles) this.add(file)
  }

  /** Records a file that was read or looked up. A file that has changed since the start may have been read before that. */
  add(file: string): void {
    if (this.#files.has(file)) return
    const state = this.#atStart.get(file) ?? stateOf(file, this.#begun)
    this.#files.set(file, state)
  }

  /** Returns the shortest name of a file that has changed since it was read; `undefined` if none has. */
  changed(): string | undefined {
    for (const [file, state] of this.#files) {
      if (stateOf(file) !== state) return this.#nameOf(file)
    }
    return undefined
  }

  /**
   * Does the same for a start that failed or has not completed. The files that it would have read are unknown, so it
   * checks every source file in the folder, including new ones.
   */
  changedAnywhere(): string | undefined {
    const now = filesBelow(this.#folder)
    const names = new Set([...this.#atStart.keys(), ...now.keys()])
    const other = [...names].find((file) => now.get(file) !== this.#atStart.get(file))
    return this.changed() ?? (other === undefined ? undefined : this.#nameOf(other))
  }

  #nameOf(file: string): string {
    const name = relative(this.#folder, file)
    return name.startsWith('..') ? file : name
  }
}

/** Returns a string that changes with the file. A missing file has a state, too. A file changed after `latest` equals no other state. */
function stateOf(file: string, latest = Infinity): string {
  try {
    const { mtimeMs, ctimeMs, size } = statSync(file)
    return ctimeMs > latest ? 'too late' : `${mtimeMs} ${ctimeMs} ${size}`
  } catch {
    return 'not there'
  }
}

/** Lists the source files below a folder, nearest first, without packages and hidden files. */
function filesBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>()
  const folders = [folder]
  let left = MOST
  for (let at = 0; at < folders.length && left > 0; at += 1) {
    const here = folders[at] ?? ''
    const entries = entriesOf(here)
    left -= entries.length
    for (const entry of entries) {
      const path = join(here, entry.name)
      if (entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)) folders.push(path)
      if (!entry.isDirectory() && SOURCE.test(entry.name)) found.set(path, stateOf(path))
    }
  }
  return found
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return [] // removed, or not readable
  }
}
