import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { foldersWith, packages, read, root, sources } from './workspace.ts'

/** Folders with an inside, by the files in them: those of a package's source that hold more than one. */
function rooms(paths: string[]): string[] {
  const inside = paths.filter((path) => /\/src\/.*\//.test(path)).map((path) => dirname(path))
  return [...new Set(inside)].filter(
    (folder) => inside.filter((other) => `${other}/`.startsWith(`${folder}/`)).length > 1,
  )
}

test('each folder with an inside has a README', () => {
  const folders = [
    ...packages.map(({ folder }) => `packages/${folder}`),
    ...foldersWith('examples', 'package.json').map((name) => `examples/${name}`),
    ...rooms(sources()),
  ]
  expect(folders.filter((folder) => !existsSync(join(root, folder, 'README.md')))).toEqual([])
})

test('each package has the licence of the workspace in its own folder, as npm packs it', () => {
  const licence = read('LICENSE')
  for (const { folder, manifest } of packages) {
    expect(read(`packages/${folder}/LICENSE`), folder).toBe(licence)
    expect(manifest.license, folder).toBe('MIT')
  }
})

test('a room is a folder of the source with more than one file', () => {
  const at = (...paths: string[]): string[] => rooms(paths.map((path) => `packages/a/src/${path}`))
  expect(at('a.ts', 'b.ts')).toEqual([])
  expect(at('cli/a.ts')).toEqual([])
  expect(at('cli/a.ts', 'cli/b.ts')).toEqual(['packages/a/src/cli'])
})
