import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildTemplates } from '../../../packages/create-phial/make/make.ts'
import { templateNames } from '../../../packages/create-phial/src/templates.ts'
import { packages, read } from '../../house/workspace.ts'

const folder = mkdtempSync(join(tmpdir(), 'phial-templates-'))
beforeAll(() => buildTemplates(folder))
afterAll(() => rmSync(folder, { recursive: true }))

const text = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')

interface Manifest {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

test('builds exactly the templates in the table', () => {
  expect(readdirSync(folder).toSorted()).toEqual(templateNames.toSorted())
})

describe.for(templateNames)('the template %s', (name) => {
  const manifest = (): Manifest => JSON.parse(text(name, 'package.json')) as Manifest
  const paths = (): string[] =>
    readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })

  test('has everything that an application needs', () => {
    const files = [
      'README.md',
      '_gitignore',
      '_env.example',
      '_dockerignore',
      'Dockerfile',
      'build.js',
    ]
    expect(files.filter((file) => !existsSync(join(folder, name, file)))).toEqual([])
    expect(paths().filter((path) => path.endsWith('.test.ts'))).not.toEqual([])
    expect(Object.keys(manifest().scripts)).toEqual(
      expect.arrayContaining(['dev', 'build', 'start', 'test', 'check']),
    )
    expect(JSON.parse(text(name, 'tsconfig.json'))).toMatchObject({
      compilerOptions: { strict: true },
    })
  })

  test('has no installed or generated files, and no names that npm would not pack', () => {
    const odd = /(^|\/)(node_modules|instance|dist|\.[^/]*)(\/|$)|package-lock|tsbuildinfo/
    expect(paths().filter((path) => odd.test(path))).toEqual([])
  })

  test('depends on released versions, not on this workspace', () => {
    const { dependencies, devDependencies } = manifest()
    const all = { ...dependencies, ...devDependencies }
    expect(Object.values(all).filter((range) => /workspace|file:|link:/.test(range))).toEqual([])
    for (const { manifest: own } of packages)
      if (own.name in all)
        expect(all[own.name]).toBe(`^${JSON.parse(read(`packages/core/package.json`)).version}`)
    // Dependencies of the server are not listed again.
    expect(Object.keys(all)).not.toContain('tsx')
  })

  test('copies every file into dist/ that is not code, and lists only existing folders', () => {
    const [, list = ''] = /const folders = \[(.*)\]/.exec(text(name, 'build.js')) ?? []
    const copied = [...list.matchAll(/'([^']+)'/g)].map(([, one = '']) => one)
    const read = paths().filter((path) => /\.(eta|sql|css|svg)$/.test(path))
    expect(read.filter((path) => !copied.some((one) => path.startsWith(`${one}/`)))).toEqual([])
    expect(copied.filter((one) => !existsSync(join(folder, name, one)))).toEqual([])
  })

  test('has a README that is complete in itself: no link leads out, and no block is for our tests', () => {
    for (const path of paths().filter((one) => one.endsWith('.md'))) {
      const page = text(name, path)
      const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link)
      const at = join(folder, name, path, '..')
      expect(links.filter((link) => !existsSync(join(at, link)) || link.includes('../..'))).toEqual(
        [],
      )
      expect(page).not.toMatch(/^```\w+ /m)
      expect(page).not.toMatch(/\bpnpm\b|top folder/)
    }
    expect(text(name, 'README.md')).toContain('npm run dev ')
    expect(text(name, 'README.md')).toContain('docker build')
  })
})

test.for(templateNames)('the template %s has a stylesheet and an icon', (name) => {
  const paths = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
  expect(paths.filter((path) => /\bstatic\/[^/]*\.css$/.test(path))).toHaveLength(1)
  expect(paths.filter((path) => /\bstatic\/[^/]*\.svg$/.test(path))).toHaveLength(1)
})

test('the server runs the module that the build creates', () => {
  expect(text('ladder', 'Dockerfile')).toContain('"dist/5-phial/app"')
  expect(text('site', 'Dockerfile.pnpm')).toContain('"dist/app"')
})

test('the first page of gateway names the next steps', () => {
  for (const hint of ['app.ts', 'README.md', 'npx phial-server --xray app'])
    expect(text('gateway', 'home.ts')).toContain(hint)
})

test.for([
  ['minimal', 'templates/index.eta'],
  ['site', 'templates/layout.eta'],
  ['blog', 'templates/layout.eta'],
  ['api', 'templates/index.eta'],
] as const)(
  'the first page of %s names the next steps, and has a stylesheet and an icon',
  ([name, path]) => {
    const page = text(name, path) + text(name, name === 'minimal' ? 'templates/layout.eta' : path)
    for (const hint of [
      'app.ts',
      'README.md',
      'npx phial run --xray',
      'rel="stylesheet"',
      'rel="icon"',
    ])
      expect(page).toContain(hint)
    expect(page).not.toContain('WSGI for TypeScript')
  },
)
