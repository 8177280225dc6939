import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findConfig, readConfig } from '../../../packages/server/src/settings/config-file.ts'
import { folderWith } from '../support/folder.ts'

async function configured(name: string, text: string): Promise<Record<string, unknown>> {
  await using folder = await folderWith({ [name]: text, 'package.json': '{ "type": "module" }' })
  const found = await readConfig(join(folder.path, name))
  return Object.fromEntries([...found].map(([key, { value }]) => [key, value]))
}

const failing = (message: string): unknown =>
  expect.objectContaining({ exitCode: 1, message: expect.stringContaining(message) })

describe('findConfig', () => {
  test("finds a file with a default name in the application's folder", async () => {
    await using folder = await folderWith({ 'a/phial-server.config.json': '{}', 'b/x': '' })
    const find = (name: string): string | undefined =>
      findConfig(undefined, '/', join(folder.path, name))
    expect(find('a')).toBe(join(folder.path, 'a/phial-server.config.json'))
    expect(find('b')).toBeUndefined()
  })

  test('finds a named file relative to the current folder', async () => {
    await using folder = await folderWith({ 'a.ts': '', 'b.py': '' })
    expect(findConfig('a.ts', folder.path, '/')).toBe(join(folder.path, 'a.ts'))
    expect(() => findConfig('c.ts', folder.path, '/')).toThrow(
      '--config c.ts: the file does not exist',
    )
    expect(() => findConfig('b.py', folder.path, '/')).toThrow(
      'expected a file that ends in .ts, .js or .json',
    )
  })
})

describe('readConfig', () => {
  test.each([
    [
      'c.ts',
      "enum E { A = 2 }\nconst timeout: number = E.A\nexport default { timeout, env: { A: 'b' } }",
    ],
    ['c.js', "export default { timeout: 2, env: { A: 'b' } }"],
    ['c.cjs', "module.exports = { timeout: 2, env: { A: 'b' } }"],
    ['c.json', '{ "timeout": 2, "env": { "A": "b" } }'],
  ])('reads %s', async (name, text) => {
    expect(await configured(name, text)).toEqual({ timeout: 2, env: { A: 'b' } })
  })

  test('reads values of every kind, and hooks', async () => {
    expect(
      await configured(
        'c.js',
        `export default {
          app: 'm:a', bind: 'unix:s', workers: 1, umask: 0o27, limitRequestBody: '1M', reload: false,
          forwardedAllowIps: ['*'], keyfile: undefined, hooks: { whenReady() {} },
        }`,
      ),
    ).toEqual({
      app: 'm:a',
      bind: ['unix:s'],
      workers: 1,
      umask: 0o27,
      limitRequestBody: 1_048_576,
      reload: false,
      forwardedAllowIps: ['*'],
      hooks: { whenReady: expect.any(Function) },
    })
  })

  test.each(['c.ts', 'c.mts', 'c.cjs', 'c.json'])('%s is read again each time', async (name) => {
    await using folder = await folderWith({})
    const path = join(folder.path, name)
    for (const times of [1, 2]) {
      const config = `{ "timeout": ${times} }`
      const isScript = name === 'c.cjs'
      const module = `${isScript ? 'module.exports =' : 'export default'} ${config}`
      writeFileSync(path, name === 'c.json' ? config : module)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await readConfig(path)).get('timeout')?.value).toBe(times)
    }
  })

  test.each([
    ["{ timeout: 'x' }", "c.js: timeout: 'x': expected a number of seconds"],
    ['{ workers: 0 }', 'c.js: workers: 0: expected a whole number'],
    ['{ bind: [1] }', 'c.js: bind: [ 1 ]: expected a non-empty string'],
    ['{ reload: "yes" }', "c.js: reload: 'yes': expected true or false"],
    ['{ timeOut: 1, }', 'c.js: unknown setting timeOut; did you mean timeout?'],
    ['{ "constructor": 1 }', 'c.js: unknown setting constructor'],
    ['{ preload_app: true }', 'c.js: preload_app is not supported: Node cannot fork'],
    ['{ help: true }', 'c.js: help can only be set on the command line'],
    ['{ hooks: 1 }', 'c.js: hooks: 1: expected an object'],
    ['{ hooks: { whenReady: 1 } }', 'whenReady is not a function'],
    ['[]', 'c.js: expected an object with settings, received []'],
    ['null', 'c.js: expected an object with settings, received null'],
  ])('rejects with a StartError for %s', async (text, message) => {
    await expect(configured('c.js', `export default ${text}`)).rejects.toEqual(failing(message))
  })

  test('rejects with a StartError if the default export is missing or the file fails', async () => {
    await expect(configured('c.js', 'export const workers = 1')).rejects.toEqual(
      failing('c.js has no default export; write: export default {'),
    )
    await expect(configured('c.json', '{ x }')).rejects.toEqual(
      failing('c.json cannot be read: SyntaxError: '),
    )
    await expect(configured('c.js', 'export default = 1')).rejects.toEqual(
      failing('c.js:1: Unexpected token'),
    )
    await expect(configured('c.ts', 'throw new Error("boom")')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^importing .*c\.ts failed: Error: boom$/),
      detail: expect.stringMatching(/^Error: boom\n +at .*c\.ts.*:1:\d+/),
    })
  })
})
