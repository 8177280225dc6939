/** A template as the files of one application: its name in place, and the words of its package manager. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type Manager, speak } from './manager.ts'

/** Files by their path with `/`, as they are to be written. */
export type Files = ReadonlyMap<string, Uint8Array>

/** The name that stands in every template for the application's own. */
const STANDS_FOR_NAME = 'phial-app'

/**
 * Reads a template. A file `_gitignore` stands for `.gitignore`, which npm would not pack, and so for
 * every dot; `Dockerfile.pnpm` takes the place of `Dockerfile` where pnpm is at work, and is left out elsewhere.
 */
export function layOut(folder: string, name: string, manager: Manager): Files {
  const files = new Map<string, Uint8Array>()
  // Sorted, so that Dockerfile.pnpm comes after what it takes the place of.
  for (const path of filesBelow(folder).toSorted()) {
    const isPnpms = path.endsWith('.pnpm')
    if (isPnpms && manager.name !== 'pnpm') continue
    const bytes = readFileSync(join(folder, path))
    const place = dotted(isPnpms ? path.slice(0, -'.pnpm'.length) : path)
    files.set(
      place,
      isSpoken(place) ? Buffer.from(fill(place, bytes.toString(), name, manager)) : bytes,
    )
  }
  return files
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

function dotted(path: string): string {
  const folder = dirname(path)
  const name = basename(path).replace(/^_/, '.')
  return folder === '.' ? name : `${folder}/${name}`
}

/** Files that name the application, or say how to run it. */
const isSpoken = (path: string): boolean =>
  /^(README\.md|package\.json|Dockerfile|\.env\.example|home\.ts|templates\/.*\.eta)$/.test(path)

/** A Dockerfile says `npm` where npm is meant: its image has it. */
function fill(path: string, text: string, name: string, manager: Manager): string {
  const named = text.replaceAll(STANDS_FOR_NAME, name)
  return /\.(md|example|eta)$/.test(path) ? speak(named, manager) : named
}
