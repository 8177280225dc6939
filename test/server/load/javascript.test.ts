import { realpathSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { javascriptFiles } from '../../../packages/server/src/load/javascript.ts'
import { runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

/** Returns the names of an application's files; `undefined` if they may be TypeScript. */
async function filesOf(
  files: Record<string, string>,
  entry = 'app.mjs',
): Promise<string[] | undefined> {
  await using folder = await folderWith(files)
  return javascriptFiles(join(folder.path, entry))?.map((file) =>
    file.slice(folder.path.length + 1),
  )
}

const JAVASCRIPT = { 'package.json': '{"type":"module"}', 'other.js': '', 'old.cjs': '' }

describe('contains only JavaScript:', () => {
  test.each([
    ['without imports', 'export const app = 1', ['app.mjs']],
    ['a static import', "import { a } from './other.js'", ['app.mjs', 'other.js']],
    ['minified imports', 'import{a}from"./other.js";import"./old.cjs"', ['app.mjs', 'other.js', 'old.cjs']],
    ['a re-export', "export * from './other.js'", ['app.mjs', 'other.js']],
    ['a dynamic import', "await import('./other.js')", ['app.mjs', 'other.js']],
    ['a built-in module of Node', "import { join } from 'node:path'\nimport 'fs'", ['app.mjs']],
    ['an installed package', "import a from 'a'\nimport b from '@b/b/sub.js'", ['app.mjs']],
    ['import.meta', 'export const url = import.meta.url', ['app.mjs']],
  ])('%s', async (_name, source, expected) => {
    const files = {
      ...JAVASCRIPT,
      'node_modules/a/package.json': '{"exports":{"import":"./a.js"}}',
      'node_modules/a/a.js': '',
      'node_modules/@b/b/sub.js': '',
    }
    expect(await filesOf({ ...files, 'app.mjs': source })).toEqual(expected)
  }) // prettier-ignore

  test('circular and transitive imports', async () => {
    const files = { 'app.mjs': "import './a.mjs'", 'a.mjs': "import './b.mjs'", 'b.mjs': "import './app.mjs'" }
    expect(await filesOf(files)).toEqual(['app.mjs', 'a.mjs', 'b.mjs'])
  }) // prettier-ignore

  test('a package of a workspace whose main file is JavaScript', async () => {
    await using folder = await folderWith({
      'packages/a/package.json': '{"main":"dist/a.js"}',
      'packages/a/dist/a.js': '',
      'app.mjs': "import 'a'",
      'node_modules/.keep': '',
    })
    await symlink(join(folder.path, 'packages/a'), join(folder.path, 'node_modules/a'))
    expect(javascriptFiles(join(folder.path, 'app.mjs'))).toHaveLength(1)
  })
})

describe('may be TypeScript', () => {
  test.each([
    ['a static import', "import { a } from './other.ts'"],
    ['TypeScript imported with a .js extension', "import { a } from './named.js'"],
    ['an import without an extension', "import { a } from './other'"],
    ['an import of a folder', "import { a } from './folder'"],
    ['JSON', "import data from './data.json'"],
    ['a dynamic import', "await import('./other.mts')"],
    ['a computed import', 'await import(name)'],
    ['an import with a template string', 'await import(`./${name}.js`)'],
    ['a comment before the name', "await import(/* webpackIgnore: true */ './other.js')"],
    ['a computed require', 'require(name)'],
    ['require with another name', "import { createRequire } from 'node:module'"],
    ['a thread', "new Worker(new URL('./thread.ts', import.meta.url))"],
    ['an import from imports', "import '#app'"],
    ['a package that is not there', "import 'nowhere'"],
    ['an alias of tsconfig.json', "import '@/site'"],
    ['what is imported by what is imported', "import './through.js'"],
  ])('%s', async (_name, source) => {
    const files = { 'named.ts': '', 'data.json': '1', 'through.js': "import './named.ts'" }
    expect(await filesOf({ ...JAVASCRIPT, ...files, 'app.mjs': source })).toBeUndefined()
  })

  test('a package of a workspace whose main file is TypeScript', async () => {
    await using folder = await folderWith({
      'packages/a/package.json': '{"main":"src/a.ts"}',
      'packages/a/src/a.ts': '',
      'app.mjs': "import 'a'",
      'node_modules/.keep': '',
    })
    await symlink(join(folder.path, 'packages/a'), join(folder.path, 'node_modules/a'))
    expect(javascriptFiles(join(folder.path, 'app.mjs'))).toBeUndefined()
  })

  test.each(['app.ts', 'app.mts', 'app.jsx'])('%s', async (entry) => {
    expect(await filesOf({ [entry]: '' }, entry)).toBeUndefined()
  })
})

/** Prints whether tsx or Node loads the modules of the process: tsx replaces Node's function by its own. */
const PRINTS = `
const { _extensions } = process.getBuiltinModule('node:module')
console.log(String(_extensions['.js']).includes('imported(file)') ? 'tsx' : 'Node')
export const app = (_environ, _startResponse) => []
`

test.each([
  ['Node imports JavaScript', { 'app.mjs': PRINTS }, 'Node'],
  ['tsx imports TypeScript', { 'app.ts': PRINTS }, 'tsx'],
  ['tsx imports JavaScript that imports TypeScript', { 'app.mjs': `import './a.js'\n${PRINTS}`, 'a.ts': 'export enum A { B }' }, 'tsx'],
])('%s', async (_name, files, printed) => {
  await using folder = await folderWith(files)
  const { code, stdout } = await runToEnd(['--check-config', 'app'], { cwd: realpathSync(folder.path) })
  expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: printed })
}) // prettier-ignore
