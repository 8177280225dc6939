import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { headline, importFresh, ownStack } from '../../../packages/server/src/load/import.ts'
import { runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

/** Returns the standard error output for a module that cannot be imported. */
async function fails(files: Record<string, string>): Promise<string> {
  await using folder = await folderWith(files)
  const { code, stderr } = await runToEnd(['--check-config', 'app'], { cwd: folder.path })
  expect(code).toBe(4)
  return stderr.replaceAll(folder.path, 'FOLDER')
}

describe('an error while importing', () => {
  test('names file, line and column of a syntax error in TypeScript', async () => {
    const stderr = await fails({ 'app.ts': 'export const a = 1\nconst = 3\n' })
    expect(stderr.split('\n')[0]).toBe(
      'phial-server: importing app.ts failed: TransformError: FOLDER/app.ts:2:6: ERROR: Expected identifier but found "="',
    )
    expect(stderr).not.toContain('    at ')
  })

  test('names file and line of a syntax error in JavaScript, also in an imported file', async () => {
    const files = {
      'app.mjs': "import './bad.mjs'\n",
      'bad.mjs': 'export const a = 1\nconst = 3\n',
    }
    expect((await fails(files)).split('\n')[0]).toBe(
      "phial-server: importing app.mjs failed: SyntaxError: FOLDER/bad.mjs:2: Unexpected token '='",
    )
  })

  test('names a missing export', async () => {
    const files = {
      'app.mts': "import { b } from './other.mts'\nexport const app = b\n",
      'other.mts': 'export const a = 1\n',
    }
    expect(await fails(files)).toMatch(
      /^phial-server: importing app\.mts failed: SyntaxError: .*'b'/,
    )
  })

  test('names a missing package', async () => {
    expect(
      await fails({ 'app.mts': "import x from 'no-such-package'\nexport const app = x\n" }),
    ).toMatch(
      /^phial-server: importing app\.mts failed: Error: Cannot find package 'no-such-package'/,
    )
  })

  test('shows a thrown value that is not an Error', async () => {
    expect(await fails({ 'app.mjs': "throw 'tea'\n" })).toMatch(
      /^phial-server: importing app\.mjs failed: 'tea' was thrown\n/,
    )
  })

  test('shows the stack of an error and its cause, without frames of the server', async () => {
    const stderr = await fails({
      'app.mjs': "throw new Error('outer', { cause: new Error('inner') })\n",
    })
    expect(stderr).toContain('at file://FOLDER/app.mjs:1:7')
    expect(stderr).toContain('Error: inner')
    expect(stderr).not.toMatch(/node:internal|packages\/server/)
  })
})

test('headline is one line', () => {
  expect(headline(new TypeError('one\ntwo'))).toBe('TypeError: one')
  expect(headline(undefined)).toBe('undefined was thrown')
})

test('ownStack omits frames of the module loaders', () => {
  const error = new Error('boom')
  error.stack =
    'Error: boom\n    at f (/site/app.ts:1:1)\n    at node:internal/x:1:1\n    at async y (node:internal/y:1:1)\n    at /x/node_modules/tsx/dist/a.mjs:1:1'
  expect(ownStack(error)).toBe('Error: boom\n    at f (/site/app.ts:1:1)')
})

test('importFresh imports the current version of a file and of its imports', async () => {
  await using folder = await folderWith({ 'a.mts': "export { n } from './b.mts'" })
  for (const n of [1, 2]) {
    writeFileSync(join(folder.path, 'b.mts'), `export const n: number = ${n}`)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await importFresh(join(folder.path, 'a.mts'))).toMatchObject({ n })
  }
})
