/** For views that keep what was uploaded. */
import { copyFile, type FileHandle, open, rm, writeFile } from 'node:fs/promises'
import { FileOnDisk } from './uploads.ts'

/** How a file is kept. */
export interface SaveOptions {
  /** Whether a file that is there already is replaced. Default false: it is an error, `EEXIST`. */
  overwrite?: boolean
}

/**
 * Keeps a file of a form, or any other `Blob`, without holding it in memory. The path is the app's
 * business: never take it from the client without `secureFilename`. Flask's `file.save(path)`; what
 * could not be written to its end is removed.
 *
 * ```ts
 * const photo = (await request.formData()).requireFile('photo')
 * await saveFile(photo, join(uploads, secureFilename(photo.name)))
 * ```
 */
export async function saveFile(
  file: Blob,
  path: string | URL,
  { overwrite = false }: SaveOptions = {},
): Promise<void> {
  const kept = await open(path, overwrite ? 'w' : 'wx')
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
