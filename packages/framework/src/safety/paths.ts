/** Names and paths that come from outside, made safe. */
import { isAbsolute, join, relative } from 'node:path'

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
