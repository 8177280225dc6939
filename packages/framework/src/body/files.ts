/** Saves uploaded files. */
import { copyFile, type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handled } from '../helpers/promises.ts'
import { FileOnDisk } from './uploads.ts'
import { assertString, wrongArgument } from '../helpers/arguments.ts'

/** Options of `saveFile`. */
export interface SaveOptions {
  /** Whether to replace an existing file. Default false: rejects with `EEXIST`. */
  overwrite?: boolean
}

/**
 * Writes a file of a form, or any other `Blob`, to disk without holding it in memory. Creates the folder if it is
 * missing. Removes the file if writing fails. Flask's `file.save(path)`.
 *
 * The path is not checked. `file.name` comes from the client and may contain folders and `..`: never use it without
 * `secureFilename`.
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
  if (!(file instanceof Blob))
    throw wrongArgument('saveFile(file, path)', 'a Blob, such as form.requireFile(name)', file)
  if (!(path instanceof URL)) assertString('saveFile(file, path)', path)
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

/** Lets the system copy the file. The new file keeps its own mode, so that other users cannot read the upload. */
async function copyOnto(kept: FileHandle, from: string, path: string | URL): Promise<void> {
  const { mode } = await kept.stat()
  await copyFile(from, path)
  await kept.chmod(mode & 0o7777)
}

/** Opens a file, and creates its folder if it is missing. */
async function openIn(path: string | URL, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dirname(path instanceof URL ? fileURLToPath(path) : path), { recursive: true })
    return open(path, flags)
  }
}
