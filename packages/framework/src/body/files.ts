/** For views that keep what was uploaded. */
import { writeFile } from 'node:fs/promises'

/** How a file is kept. */
export interface SaveOptions {
  /** Whether a file that is there already is replaced. Default false: it is an error, `EEXIST`. */
  overwrite?: boolean
}

/**
 * Keeps a file of a form, or any other `Blob`, without holding it in memory. The path is the app's
 * business: never take it from the client without `secureFilename`.
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
  await writeFile(path, file.stream(), { flag: overwrite ? 'w' : 'wx' })
}

const DEVICES = /^(?:aux|con|nul|prn|com[0-9]|lpt[0-9]) *(?:\.|$)/i

/** Whether a file's name is a device's on Windows, which it is whatever its ending. */
export function isDevice(name: string): boolean {
  return DEVICES.test(name)
}

/**
 * A client's name for a file as one that is safe in any folder of any system: letters of ASCII,
 * digits, dots, dashes and underscores, without folders, and with no dot in front. Werkzeug's
 * `secure_filename`.
 *
 * It may be empty, and two files may get the same: have a name of your own for such.
 *
 * ```ts
 * secureFilename('../../etc/passwd')   // 'etc_passwd'
 * secureFilename('Mein Bildchen ä.png') // 'Mein_Bildchen_a.png'
 * ```
 */
export function secureFilename(name: string): string {
  const safe = name
    .normalize('NFKD')
    .replaceAll(/[/\\]/g, ' ')
    .trim()
    .replaceAll(/[ \t\n\v\f\r]+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
    .replaceAll(/^[._]+|[._]+$/g, '')
  return isDevice(safe) ? `_${safe}` : safe
}
