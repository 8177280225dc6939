/** Files of a form: up to a size in memory, beyond it in a temporary folder that goes with the request. */
import { type FileHandle, lstat, mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { withCode } from '@phial/core'
import { guardBlob } from './guards.ts'
import { type Limits, tooLarge } from './limits.ts'

/** How many bytes of a form's files are kept in memory, all together. */
const IN_MEMORY = 500_000

/** How the folders of this machine begin; then come the process and something random. Asked for when one is needed: Deno forbids the host's name to an app that is not allowed `sys`. */
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

/** What a form says of a file. */
export interface FileFacts {
  readonly name: string
  readonly type: string
}

/**
 * The files of one form. Each is the platform's `File`; one on disk is read when it is asked for, so
 * it has to be read, or kept by `saveFile`, before the request is over.
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

  /** Takes a file as it comes. Rejects with a 413 as soon as it is too large. */
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

  /** Removes what is on disk. Files that are still coming are given up. */
  async remove(): Promise<void> {
    this.#isOver = true
    const folder = await this.#folder?.catch(() => undefined)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Whether so many bytes more may stay in memory. */
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

/** What a form gets that nobody waited for. */
export function over(): Error {
  return withCode(
    'ERR_PHIAL_FORM_LATE',
    new Error('The request was over before its form had come. Await request.formData().'),
  )
}

/** A file that lies on disk until its request is over, so that it can be copied there without being read here. */
export class FileOnDisk extends File {
  readonly path: string

  constructor(path: string, bytes: Blob, name: string, options: { type: string }) {
    super([bytes], name, options)
    this.path = path
    guardBlob(this)
  }
}

/** One file on its way: in memory while it may stay there, then on disk, all of it. */
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

  /** What came, as the platform's `File`. */
  async finished(name: string, type: string): Promise<File> {
    if (this.#file === undefined) return new File(this.#kept, name, { type })
    return new FileOnDisk(this.#path, await openAsBlob(this.#path), name, { type })
  }

  /** Nobody else can read the file, and none that is there already is opened. */
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
 * Removes what processes that were killed have left: the folders of this user and this machine whose
 * process is gone. Once for each process; what cannot be removed stays.
 */
export function sweepUploads(): Promise<void> {
  return (swept ??= removeOrphans(tmpdir()))
}

/** Removes the folders of a temporary folder whose process is gone. */
export async function removeOrphans(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const start = prefix()
  const orphans = names.filter(
    (name) => name.startsWith(start) && !isRunning(name.slice(start.length)),
  )
  await Promise.all(orphans.map((name) => removeOwn(join(folder, name))))
}

/** Whether the process is there whose number a name begins with, of whatever user. What is not a number is left alone. */
function isRunning(name: string): boolean {
  const pid = Number.parseInt(name, 10)
  if (!(pid > 0)) return true
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Anybody may make such a name in the system's temporary folder: another user's is left alone, and a link is not followed. */
async function removeOwn(path: string): Promise<void> {
  try {
    const { uid } = await lstat(path)
    if (uid === process.getuid?.() || process.getuid === undefined) {
      await rm(path, { recursive: true, force: true })
    }
  } catch {
    // Another process of this app removes them as well.
  }
}
