/** Names and paths that come from outside, made safe. */
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { withCode } from '@phial/core'

const DEVICES = /^(?:aux|con|nul|prn|com[0-9]|lpt[0-9]) *(?:\.|$)/i

/** Whether a file's name is a device's on Windows, which it is whatever its ending. */
function isDevice(name: string): boolean {
  return DEVICES.test(name)
}

/**
 * Joins a folder and a path that came from outside; `undefined` if the path leads out of the folder,
 * or could on any system: with `..`, a backslash, a drive, a device of Windows such as `nul.txt`, a
 * NUL, or a start at the root. Werkzeug's `safe_join`.
 *
 * It looks at the path alone: a link within the folder leads where it leads.
 *
 * ```ts
 * safeJoin('/srv/files', 'a/b.txt')       // '/srv/files/a/b.txt'
 * safeJoin('/srv/files', '../etc/passwd') // undefined
 * ```
 */
export function safeJoin(folder: string, path: string): string | undefined {
  const parts = path.split('/')
  if (/[\\\0:]/.test(path) || parts.includes('..') || isAbsolute(path)) return undefined
  if (parts.some(isDevice)) return undefined
  const joined = join(folder, path)
  const inside = relative(folder, joined)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : joined
}

/** A path in a folder that anybody may ask for; `undefined` if it leads outside, or to a dot file. */
export function publicPath(folder: string, path: string): string | undefined {
  return /(?:^|\/)\./.test(path) ? undefined : safeJoin(folder, path)
}

/** The longest name that common file systems take, in bytes. */
const LONGEST_NAME = 255

/** The longest ending that a name keeps when it is cut. */
const LONGEST_ENDING = 32

/**
 * Makes a client's name for a file safe in any folder of any system: ASCII letters, digits, dots,
 * dashes and underscores, no folders, no dot in front, at most 255 bytes. A longer name is cut before
 * its ending. Takes time in proportion to the length of the name. Werkzeug's `secure_filename`.
 *
 * The result may be empty, and two files may get the same one: have a name of your own for such.
 *
 * ```ts
 * secureFilename('../../etc/passwd')   // 'etc_passwd'
 * secureFilename('Mein Bildchen ä.png') // 'Mein_Bildchen_a.png'
 * ```
 */
export function secureFilename(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replaceAll(/[/\\]/g, ' ')
    .trim()
    .replaceAll(/[ \t\n\v\f\r]+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
  const safe = withoutEnd(ascii.replace(/^[._]+/, ''))
  return cut(isDevice(safe) ? `_${safe}` : safe)
}

/** A name without the dots and underscores at its end. By a loop: a pattern for the end is quadratic. */
function withoutEnd(name: string): string {
  let end = name.length
  while (name[end - 1] === '.' || name[end - 1] === '_') end -= 1
  return name.slice(0, end)
}

/** An ASCII name of at most 255 bytes. */
function cut(name: string): string {
  if (name.length <= LONGEST_NAME) return name
  const ending = name.slice(name.lastIndexOf('.'))
  const kept = name.includes('.') && ending.length <= LONGEST_ENDING ? ending : ''
  const stem = name.slice(0, LONGEST_NAME - kept.length)
  return kept === '' ? withoutEnd(stem) : stem + kept
}

/**
 * Opens a file in a folder, which is created if the file is to be written. `flags` are those of `fs.open`.
 * Rejects with `RangeError` if the path leads out of the folder.
 */
export async function openWithin(folder: string, path: string, flags: string): Promise<FileHandle> {
  const file = safeJoin(folder, path)
  if (file === undefined) throw outside(path)
  if (/^[aw]/.test(flags)) await mkdir(dirname(file), { recursive: true })
  return open(file, flags)
}

function outside(path: string): RangeError {
  return withCode(
    'ERR_PHIAL_INSTANCE_PATH',
    new RangeError(
      `Expected a relative path within the folder, received ${JSON.stringify(path)}. Open other files with node:fs.`,
    ),
  )
}
