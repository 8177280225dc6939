/** The instance folder: what belongs to one installation of an app, and not to its code. */
import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { withCode } from '@phial/core'

/**
 * The folder's path: the one given, else `instance` beside the app's file. Of an app that was compiled into
 * `dist` it is beside that, which may be thrown away. Raises `RangeError` for one that is not absolute.
 */
export function instancePathOf(rootPath: string, given: string | undefined): string {
  if (given === undefined) {
    return join(basename(rootPath) === 'dist' ? dirname(rootPath) : rootPath, 'instance')
  }
  if (isAbsolute(given)) return given
  throw withCode(
    'ERR_PHIAL_INSTANCE_PATH',
    new RangeError(
      `instancePath has to be absolute, so that it does not depend on where the program is started; it came as ${JSON.stringify(given)}. Leave it out for the folder instance beside the app's file.`,
    ),
  )
}

/** Opens a file in a folder, which is made if the file is to be written. `flags` are those of `fs.open`. */
export async function openIn(folder: string, path: string, flags: string): Promise<FileHandle> {
  const file = resolve(folder, path)
  if (/^[aw]/.test(flags)) await mkdir(dirname(file), { recursive: true })
  return open(file, flags)
}
