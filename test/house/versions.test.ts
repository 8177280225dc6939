import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, foldersWith, packages, read, readManifest, root, sources } from './workspace.ts'

const members = ['packages', 'examples']
  .flatMap((parent) => foldersWith(parent, 'package.json').map((name) => `${parent}/${name}`))
  .concat('.', 'test', 'bench', 'docs')
  .map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }))

describe('versions', () => {
  test('the types of Node are those of the oldest supported Node', () => {
    for (const { manifest } of members) {
      const range =
        manifest.devDependencies?.['@types/node'] ?? manifest.dependencies?.['@types/node']
      expect(range ?? '^20', manifest.name).toMatch(/^\^20(\.|$)/)
    }
    expect(read('node_modules/@types/node/package.json')).toMatch(/"version": "20\./)
  })

  test.for(packages)(
    '$manifest.name declares its versions of Node and its licence',
    ({ manifest }) => {
      expect(manifest.engines).toEqual({ node: '>=20.19' })
      expect(manifest.license).toBe('MIT')
      expect(manifest.private).toBeUndefined()
    },
  )

  test('the gateway core has no dependencies', () => {
    const core = packages.find(({ folder }) => folder === 'core')?.manifest
    expect(core).toBeDefined()
    expect(core?.dependencies).toBeUndefined()
    expect(core?.peerDependencies).toBeUndefined()
    expect(core?.optionalDependencies).toBeUndefined()
  })

  test('each dependency is used in the source or the command of its package', () => {
    const idle = packages.flatMap(({ folder, manifest }) => {
      const inside = [...sources(), ...files(`packages/${folder}/bin`, '.js')]
      const text = inside
        .filter((path) => path.startsWith(`packages/${folder}/`))
        .map(read)
        .join('\n')
      const named = (name: string): boolean =>
        text.includes(`'${name}'`) || text.includes(`'${name}/`)
      return Object.keys(manifest.dependencies ?? {})
        .filter((name) => !named(name))
        .map((name) => `${manifest.name}: ${name}`)
    })
    expect(idle).toEqual([])
  })
})

describe('the tree', () => {
  test('the lockfile contains no host', () => {
    expect(read('pnpm-lock.yaml')).not.toMatch(/https?:/)
  })

  test('no file contains the path of its folder', () => {
    const texts = ['.ts', '.js', '.md', '.json', '.yaml', '.eta'].flatMap((ending) =>
      files('.', ending),
    )
    expect(texts.length).toBeGreaterThan(20)
    expect(texts.filter((path) => read(path).includes(`${root}/`))).toEqual([])
  })

  test('a fresh clone has everything that its first commands need', () => {
    for (const path of ['LICENSE', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.ci/run'])
      expect(existsSync(join(root, path)), path).toBe(true)
    expect(readManifest(root)).not.toHaveProperty('packageManager')
  })
})
