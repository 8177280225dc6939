/** For views that keep what was uploaded. */
import { copyFile, type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handled } from '../helpers/promises.ts'
import { FileOnDisk } from './uploads.ts'

/** How a file is kept. */
export interface SaveOptions {
  /** Whether a file that is there already is replaced. Default false: it is an error, `EEXIST`. */
  overwrite?: boolean
}

/**
 * Keeps a file of a form, or any other `Blob`, without holding it in memory, in a folder that is made if
 * it is missing. A file that could not be written to its end is removed. Flask's `file.save(path)`.
 *
 * The path is the app's business. `file.name` is what the client sent, folders and `..` included: never
 * use it without `secureFilename`.
 *
 * ```ts
 * const photo = (await request.formData()).requireFile('photo')
 * await saveFile(photo, join(uploads, secureFilename(photo.name)))
 * ```
 */
export function saveFile(
  file: Blob,
  path: string | URL,
  { overwrite = false }: SaveOptions = {},
): Promise<void> {
  return handled(save(file, path, overwrite ? 'w' : 'wx'))
}

async function save(file: Blob, path: string | URL, flags: string): Promise<void> {
  const kept = await openIn(path, flags)
  try {
    if (file instanceof FileOnDisk) await copyOnto(kept, file.path, path)
    else await writeFile(kept, file.stream())
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await kept.close()
  }
}

/** The system copies; the new file keeps its own mode, since what is uploaded is nobody else's to read. */
async function copyOnto(kept: FileHandle, from: string, path: string | URL): Promise<void> {
  const { mode } = await kept.stat()
  await copyFile(from, path)
  await kept.chmod(mode & 0o7777)
}

/** Opens a file, and makes its folder if that is missing. */
async function openIn(path: string | URL, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dirname(path instanceof URL ? fileURLToPath(path) : path), { recursive: true })
    return open(path, flags)
  }
}
