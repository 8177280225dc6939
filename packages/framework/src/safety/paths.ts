/** Checks paths and sanitizes file names from clients. */
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { withCode } from '@phial/core'
import { assertString } from '../helpers/arguments.ts'

const DEVICES = /^(?:aux|con|nul|prn|com[0-9]|lpt[0-9]) *(?:\.|$)/i

/** Reports whether a file name is a device name on Windows, with or without an extension. */
function isDevice(name: string): boolean {
  return DEVICES.test(name)
}

/**
 * Joins a folder and an untrusted path. Returns `undefined` if the path leaves the folder, or could on any system: with
 * `..`, a backslash, a drive letter, a Windows device such as `nul.txt`, a NUL, or as an absolute path. Werkzeug's
 * `safe_join`.
 *
 * It checks only the path. Symbolic links within the folder may lead out of it.
 *
 * ```ts
 * safeJoin('/srv/files', 'a/b.txt')       // '/srv/files/a/b.txt'
 * safeJoin('/srv/files', '../etc/passwd') // undefined
 * ```
 */
export function safeJoin(folder: string, path: string): string | undefined {
  assertString('safeJoin(folder, path)', path)
  const parts = path.split('/')
  if (/[\\\0:]/.test(path) || parts.includes('..') || isAbsolute(path)) return undefined
  if (parts.some(isDevice)) return undefined
  const joined = join(folder, path)
  const inside = relative(folder, joined)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : joined
}

/** Returns a public path in a folder; `undefined` if it leads outside or to a dot file. */
export function publicPath(folder: string, path: string): string | undefined {
  return /(?:^|\/)\./.test(path) ? undefined : safeJoin(folder, path)
}

/** The maximum length of a file name on common file systems, in bytes. */
const LONGEST_NAME = 255

/** The maximum length of an extension that a truncated name keeps. */
const LONGEST_ENDING = 32

/**
 * Returns a file name that is safe on any system: ASCII letters, digits, dots, dashes and underscores, no folders, no
 * leading dot, at most 255 bytes. A longer name is truncated before its extension. Runs in linear time. Werkzeug's
 * `secure_filename`.
 *
 * The result may be empty, and different files may get the same name, so handle both cases.
 *
 * ```ts
 * secureFilename('../../etc/passwd')   // 'etc_passwd'
 * secureFilename('Mein Bildchen ä.png') // 'Mein_Bildchen_a.png'
 * ```
 */
export function secureFilename(name: string): string {
  assertString('secureFilename(name)', name)
  const ascii = name
    .normalize('NFKD')
    .replaceAll(/[/\\]/g, ' ')
    .trim()
    .replaceAll(/[ \t\n\v\f\r]+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
  const safe = withoutEnd(ascii.replace(/^[._]+/, ''))
  return cut(isDevice(safe) ? `_${safe}` : safe)
}

/** Removes trailing dots and underscores. Uses a loop, because a regular expression anchored at the end is quadratic. */
function withoutEnd(name: string): string {
  let end = name.length
  while (name[end - 1] === '.' || name[end - 1] === '_') end -= 1
  return name.slice(0, end)
}

/** Truncates an ASCII name to 255 bytes. */
function cut(name: string): string {
  if (name.length <= LONGEST_NAME) return name
  const ending = name.slice(name.lastIndexOf('.'))
  const extension = name.includes('.') && ending.length <= LONGEST_ENDING ? ending : ''
  const stem = name.slice(0, LONGEST_NAME - extension.length)
  return extension === '' ? withoutEnd(stem) : stem + extension
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
