/** The files of a form. Small ones stay in memory. Others are in a temporary folder, which is removed after the request. */
import { type FileHandle, lstat, mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { withCode } from '@phial/core'
import { guardBlob } from './guards.ts'
import { type Limits, tooLarge } from './limits.ts'

/** The maximum total size of a form's files in memory, in bytes. */
const IN_MEMORY = 500_000

/** Returns the prefix of this machine's folders, before the process id and a random part. Evaluated on demand: Deno forbids reading the host name without the permission `sys`. */
function prefix(): string {
  return `phial-upload-${nameOfHost()
    .replaceAll(/[^a-z\d]/gi, '')
    .slice(0, 32)}-`
}

function nameOfHost(): string {
  try {
    return hostname()
  } catch {
    return ''
  }
}

/** The metadata of a file in a form. */
export interface FileFacts {
  readonly name: string
  readonly type: string
}

/**
 * The files of one form. Each is a `File` of the platform. A file on disk is read on demand, so it must be read, or
 * saved with `saveFile`, before the request ends.
 */
export class Uploads {
  readonly #limits: Limits
  #spare = IN_MEMORY
  #folder: Promise<string> | undefined
  #count = 0
  #isOver = false

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Stores a file as it arrives. Rejects with a 413 as soon as it is too large. */
  async take(chunks: AsyncIterable<Uint8Array>, { name, type }: FileFacts): Promise<File> {
    const { maxFileSize } = this.#limits
    const file = new Spool(
      (size) => this.#keeps(size),
      () => this.#path(),
    )
    let size = 0
    try {
      for await (const chunk of chunks) {
        size += chunk.byteLength
        if (this.#isOver) throw over()
        if (size > maxFileSize) throw tooLarge(`The file ${JSON.stringify(name)}`, maxFileSize)
        await file.write(chunk)
      }
    } finally {
      await file.close()
    }
    return file.finished(name, type)
  }

  /** Removes the files on disk. Abandons files that are still arriving. */
  async remove(): Promise<void> {
    this.#isOver = true
    const folder = await this.#folder?.catch(() => undefined)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Reports whether a number of additional bytes may stay in memory. */
  #keeps(size: number): boolean {
    const fits = size <= this.#spare
    if (fits) this.#spare -= size
    return fits
  }

  async #path(): Promise<string> {
    if (this.#isOver) throw over()
    this.#folder ??= mkdtemp(join(tmpdir(), `${prefix()}${process.pid}-`))
    return join(await this.#folder, String((this.#count += 1)))
  }
}

/** The error for a form that was not awaited. */
export function over(): Error {
  return withCode(
    'ERR_PHIAL_FORM_LATE',
    new Error('The request ended before its form had arrived. Await request.formData().'),
  )
}

/** A file that is on disk until its request ends, so that the system can copy it without reading it here. */
export class FileOnDisk extends File {
  readonly path: string

  constructor(path: string, bytes: Blob, name: string, options: { type: string }) {
    super([bytes], name, options)
    this.path = path
    guardBlob(this)
  }
}

/** A file that is arriving: in memory as long as it may stay there, then entirely on disk. */
class Spool {
  readonly #keeps: (size: number) => boolean
  readonly #newPath: () => Promise<string>
  #kept: Uint8Array<ArrayBuffer>[] = []
  #path = ''
  #file: FileHandle | undefined

  constructor(keeps: (size: number) => boolean, newPath: () => Promise<string>) {
    this.#keeps = keeps
    this.#newPath = newPath
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#file === undefined && this.#keeps(chunk.byteLength)) {
      this.#kept.push(new Uint8Array(chunk))
      return
    }
    const file = (this.#file ??= await this.#open())
    await file.writeFile(chunk)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  /** Returns the platform's `File`. */
  async finished(name: string, type: string): Promise<File> {
    if (this.#file === undefined) return new File(this.#kept, name, { type })
    return new FileOnDisk(this.#path, await openAsBlob(this.#path), name, { type })
  }

  /** Creates the file so that other users cannot read it. Never opens an existing file. */
  async #open(): Promise<FileHandle> {
    this.#path = await this.#newPath()
    const file = await open(this.#path, 'wx', 0o600)
    for (const chunk of this.#kept) {
      // oxlint-disable-next-line no-await-in-loop -- chunks are written one after another
      await file.writeFile(chunk)
    }
    this.#kept = []
    return file
  }
}

let swept: Promise<void> | undefined

/**
 * Removes folders left by killed processes: those of this user and this machine whose process no longer exists. Runs
 * once per process. Folders that cannot be removed stay.
 */
export function sweepUploads(): Promise<void> {
  return (swept ??= removeOrphans(tmpdir()))
}

/** Removes the folders in a temporary folder whose process no longer exists. */
export async function removeOrphans(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const start = prefix()
  const orphans = names.filter(
    (name) => name.startsWith(start) && !isRunning(name.slice(start.length)),
  )
  await Promise.all(orphans.map((name) => removeOwn(join(folder, name))))
}

/** Reports whether the process exists whose id a name begins with, of any user. A name without an id counts as existing. */
function isRunning(name: string): boolean {
  const pid = Number.parseInt(name, 10)
  if (!(pid > 0)) return true
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Removes a folder if it belongs to this user. Any user can create such a name in the temporary folder, so links are not followed. */
async function removeOwn(path: string): Promise<void> {
  try {
    const { uid } = await lstat(path)
    if (uid === process.getuid?.() || process.getuid === undefined) {
      await rm(path, { recursive: true, force: true })
    }
  } catch {
    // Another process of this app may have removed it.
  }
}
