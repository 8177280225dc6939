/** What an application was made from, and whether that is still so: by when files changed, and how long they are. */
import { readdirSync, statSync, type Dirent } from 'node:fs'
import { join, relative } from 'node:path'

/** Files that a start may depend on, by their endings. */
const SOURCE = /\.[cm]?[jt]sx?$|\.json$|\.toml$|^\.(?:phial)?env/
/** How many names are looked at, at most, where it is not known which files count. */
const MOST = 5000

/** The files of one start. */
export class Watched {
  readonly #folder: string
  /** How the folder's files were when the start began, before any was read. */
  readonly #atStart: ReadonlyMap<string, string>
  readonly #begun = Date.now()
  readonly #files = new Map<string, string>()

  constructor(folder: string, extraFiles: readonly string[]) {
    this.#folder = folder
    this.#atStart = filesBelow(folder)
    for (const file of extraFiles) this.add(file)
  }

  /** Notes that a file was read, or looked for. One that changed since the start began may have been read before. */
  add(file: string): void {
    if (this.#files.has(file)) return
    const state = this.#atStart.get(file) ?? stateOf(file, this.#begun)
    this.#files.set(file, state)
  }

  /** A file that is no longer as it was read, by the shortest name; `undefined` if all are. */
  changed(): string | undefined {
    for (const [file, state] of this.#files) {
      if (stateOf(file) !== state) return this.#nameOf(file)
    }
    return undefined
  }

  /**
   * The same for a start that failed, or is not through yet: nobody knows what it still would have read.
   * So each source file of the folder counts, new ones too.
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

/** Two states are the same if the file is. A file that is not there has a state, too; one that changed after `latest` is like none. */
function stateOf(file: string, latest = Infinity): string {
  try {
    const { mtimeMs, ctimeMs, size } = statSync(file)
    return ctimeMs > latest ? 'too late' : `${mtimeMs} ${ctimeMs} ${size}`
  } catch {
    return 'not there'
  }
}

/** The source files below a folder, the nearest first; not those of packages, nor what is hidden. */
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
    return [] // gone, or not ours to read
  }
}
