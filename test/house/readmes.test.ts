import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { foldersWith, packages, read, root, sources } from './workspace.ts'

/** Returns the folders below a package's `src` that contain more than one file. */
function foldersWithSeveral(paths: string[]): string[] {
  const inside = paths.filter((path) => /\/src\/.*\//.test(path)).map((path) => dirname(path))
  return [...new Set(inside)].filter(
    (folder) => inside.filter((other) => `${other}/`.startsWith(`${folder}/`)).length > 1,
  )
}

test('each folder with several source files has a README', () => {
  const folders = [
    ...packages.map(({ folder }) => `packages/${folder}`),
    ...foldersWith('examples', 'package.json').map((name) => `examples/${name}`),
    ...foldersWithSeveral(sources()),
  ]
  expect(folders.filter((folder) => !existsSync(join(root, folder, 'README.md')))).toEqual([])
})

test('each package has the licence of the workspace in its folder, so that npm packs it', () => {
  const licence = read('LICENSE')
  for (const { folder, manifest } of packages) {
    expect(read(`packages/${folder}/LICENSE`), folder).toBe(licence)
    expect(manifest.license, folder).toBe('MIT')
  }
})

test('a folder of the source counts if it has more than one file', () => {
  const at = (...paths: string[]): string[] =>
    foldersWithSeveral(paths.map((path) => `packages/a/src/${path}`))
  expect(at('a.ts', 'b.ts')).toEqual([])
  expect(at('cli/a.ts')).toEqual([])
  expect(at('cli/a.ts', 'cli/b.ts')).toEqual(['packages/a/src/cli'])
})
