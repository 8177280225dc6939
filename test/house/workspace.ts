/** The folders and files of this workspace. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

export interface Manifest {
  name: string
  private?: boolean
  license?: string
  engines?: { node?: string }
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

export interface Package {
  /** The folder's name under `packages/`. */
  folder: string
  /** The folder's absolute path. */
  path: string
  manifest: Manifest
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** Returns the direct subfolders of `path` that contain a file of that name. */
export function foldersWith(path: string, file: string): string[] {
  const parent = join(root, path)
  if (!existsSync(parent)) return []
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  return folders.map(({ name }) => name).filter((name) => existsSync(join(parent, name, file)))
}

/** The public packages, which are all of `packages/`. */
export const packages: Package[] = foldersWith('packages', 'package.json').map((folder) => {
  const path = join(root, 'packages', folder)
  return { folder, path, manifest: readManifest(path) }
})

/** Folders without files written by hand. The build of the site writes `reference`. */
const skipped = new Set(['node_modules', 'dist', 'coverage', 'reference'])

/** Returns the files below a folder, as sorted paths relative to the root, with `/`. */
export function files(folder: string, ending: string): string[] {
  const found: string[] = []
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inside = join(path, entry.name)
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name) && !entry.name.startsWith('.')) visit(inside)
      } else if (entry.name.endsWith(ending)) found.push(relative(root, inside))
    }
  }
  const start = join(root, folder)
  if (existsSync(start)) visit(start)
  return found.map((path) => path.split(sep).join('/')).sort()
}

/** Returns every TypeScript file that is published. */
export const sources = (): string[] =>
  packages.flatMap(({ folder }) => files(`packages/${folder}/src`, '.ts'))
