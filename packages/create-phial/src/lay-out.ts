/** Turns a template into the files of an application, with its name and the commands of its package manager. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type Manager, translate } from './manager.ts'

/** The files to write, by path with `/`. */
export type Files = ReadonlyMap<string, Uint8Array>

/** The placeholder in every template for the application's name. */
const NAME_PLACEHOLDER = 'phial-app'

/**
 * Reads a template. A leading `_` becomes a dot: npm would not pack a file named `.gitignore`. `Dockerfile.pnpm` replaces
 * `Dockerfile` for pnpm, and is omitted for other package managers.
 */
export function layOut(folder: string, name: string, manager: Manager): Files {
  const files = new Map<string, Uint8Array>()
  // Sorted, so that Dockerfile.pnpm comes after Dockerfile, which it replaces.
  for (const path of filesBelow(folder).toSorted()) {
    const isPnpms = path.endsWith('.pnpm')
    if (isPnpms && manager.name !== 'pnpm') continue
    const bytes = readFileSync(join(folder, path))
    const place = dotted(isPnpms ? path.slice(0, -'.pnpm'.length) : path)
    files.set(
      place,
      mentionsCommands(place) ? Buffer.from(fill(place, bytes.toString(), name, manager)) : bytes,
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

/** Reports whether a file contains the application's name or commands. */
const mentionsCommands = (path: string): boolean =>
  /^(README\.md|package\.json|Dockerfile|\.env\.example|home\.ts|templates\/.*\.eta)$/.test(path)

/** Fills in the name and the commands. A Dockerfile keeps `npm`, which its image has. */
function fill(path: string, text: string, name: string, manager: Manager): string {
  const named = text.replaceAll(NAME_PLACEHOLDER, name)
  return /\.(md|example|eta)$/.test(path) ? translate(named, manager) : named
}
