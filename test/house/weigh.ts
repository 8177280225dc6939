/** Measures an installed dependency: its own files and those of its dependencies. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from './workspace.ts'

export interface Weight {
  /** The size of all files, in kB (1,000 bytes). */
  kilobytes: number
  /** The number of packages, including itself. */
  packages: number
}

/** Returns the bytes of the files below a folder, without `node_modules`. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesIn(path) : lstatSync(path).size
    })
    .reduce((sum, size) => sum + size, 0)
}

/** Returns the folder of the package `name`, resolved from `folder` as Node does. */
function locate(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name)
  if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  const parent = dirname(folder)
  return parent === folder ? undefined : locate(name, parent)
}

/** Returns the installed packages that `name` depends on, resolved from `folder`: only those for this platform. */
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
