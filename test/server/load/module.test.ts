import { describe, expect, test } from 'vitest'
import { runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

const app = 'export const app = (environ, startResponse) => []\n'

/** Runs `--check-config`. Resolves with the exit code and the first line of standard error. */
async function check(
  spec: string,
  files: Record<string, string>,
): Promise<[number | null, string]> {
  await using folder = await folderWith(files)
  const { code, stderr } = await runToEnd(['--check-config', spec], { cwd: folder.path })
  return [code, (stderr.split('\n')[0] ?? '').replaceAll(folder.path, 'FOLDER')]
}

describe('MODULE', () => {
  test.each([
    ['app', 'app.ts'],
    ['app', 'app.mts'],
    ['app', 'app.js'],
    ['app', 'app.mjs'],
    ['app.mjs', 'app.mjs'],
    ['a/b', 'a/b.ts'],
    ['./a/b', 'a/b.ts'],
    ['a', 'a/index.ts'],
    ['site.v2', 'site.v2.ts'],
  ])('%s finds %s', async (spec, file) => {
    expect(await check(spec, { [file]: app, 'package.json': '{ "type": "module" }' })).toEqual([
      0,
      '',
    ])
  })

  test('.ts takes precedence over .js', async () => {
    expect(await check('app', { 'app.ts': app, 'app.mjs': 'throw 1' })).toEqual([0, ''])
  })

  test('may be CommonJS', async () => {
    const files = { 'app.cjs': 'module.exports = { app: (environ, startResponse) => [] }\n' }
    expect(await check('app', files)).toEqual([0, ''])
    expect(await check('app:app', files)).toEqual([0, ''])
  })

  test('may be a JavaScript module that imports TypeScript', async () => {
    const files = { 'app.mjs': "export { app } from './real.ts'\n", 'real.ts': app }
    expect(await check('app', files)).toEqual([0, ''])
  })

  test.each([
    ['"main": "./main.js", "type": "module"', 'installed'],
    ['"exports": { "import": "./main.js" }, "type": "module"', 'installed'],
    ['"exports": { "./site": "./main.js" }, "type": "module"', 'installed/site'],
  ])('may be a package with %s', async (manifest, spec) => {
    const home = 'node_modules/installed'
    const files = {
      [`${home}/package.json`]: `{ "name": "installed", ${manifest} }`,
      [`${home}/main.js`]: app,
    }
    expect((await check(`${spec}:app`, files))[0]).toBe(0)
  })
})

describe('a missing MODULE', () => {
  test.each([
    ['nope', 'cannot find module nope in FOLDER (tried .ts .mts .js .mjs .cjs, and as a package)'],
    [
      'ap',
      'cannot find module ap in FOLDER (tried .ts .mts .js .mjs .cjs, and as a package); did you mean app?',
    ],
    ['app.js', 'cannot find module app.js in FOLDER; did you mean app?'],
    [
      'pkg.module:app',
      'cannot find module pkg.module in FOLDER (tried .ts .mts .js .mjs .cjs, and as a package); did you mean pkg/module?',
    ],
    [
      'pkg/modul',
      'cannot find module pkg/modul in FOLDER (tried .ts .mts .js .mjs .cjs, and as a package); did you mean pkg/module?',
    ],
    [
      '/no/such',
      'cannot find module /no/such in FOLDER (tried .ts .mts .js .mjs .cjs, and as a package)',
    ],
  ])('%s is an error with a suggestion', async (spec, message) => {
    const files = { 'app.ts': app, 'pkg/module.ts': app }
    expect(await check(spec, files)).toEqual([4, `phial-server: ${message}`])
  })

  test('is distinguished from a missing import of the module', async () => {
    const files = { 'app.mts': "import { x } from './gone.ts'\nexport const app = x\n" }
    expect(await check('app', files)).toEqual([
      4,
      expect.stringMatching(/^phial-server: importing app\.mts failed: .*gone/),
    ])
  })
})
