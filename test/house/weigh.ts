/** What a dependency weighs, as it is installed: its own files and those of everything below it. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from './workspace.ts'

export interface Weight {
  /** All files, in kB (1,000 bytes). */
  kilobytes: number
  /** How many packages, itself among them. */
  packages: number
}

/** The bytes of the files below a folder, what is installed inside it not counted. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesIn(path) : lstatSync(path).size
    })
    .reduce((sum, size) => sum + size, 0)
}

/** The folder in which `name` is found from `folder`, as Node looks for it. */
function locate(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name)
  if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  const parent = dirname(folder)
  return parent === folder ? undefined : locate(name, parent)
}

/** The installed packages that `name` brings, seen from `folder`: those for this machine, not other ones'. */
function tree(name: string, folder: string, seen: Set<string>): Set<string> {
  const path = locate(name, folder)
  if (path === undefined || seen.has(path)) return seen
  seen.add(path)
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
  const below = { ...manifest.dependencies, ...manifest.optionalDependencies }
  for (const child of Object.keys(below)) tree(child, path, seen)
  return seen
}

export function weigh(name: string, folder: string): Weight {
  const found = [...tree(name, folder, new Set())]
  const bytes = found.map(bytesIn).reduce((sum, size) => sum + size, 0)
  return { kilobytes: Math.round(bytes / 1000), packages: found.length }
}
