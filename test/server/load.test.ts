/** `MODULE:APP` with the real command, on this version of Node. */
import { describe, expect, test } from 'vitest'
import { readTarget } from '../../packages/server/src/load.ts'
import { phialServer } from './support/command.ts'
import { folderWith } from './support/folder.ts'
import { exchange, readAnswer, request } from './support/raw.ts'

/** Serves an application with the command. Resolves with the body of its response. */
async function answer(spec: string, cwd?: string): Promise<string> {
  await using command = phialServer(['-b', '127.0.0.1:0', spec], cwd === undefined ? {} : { cwd })
  const port = await command.port()
  const received = await exchange(port, request(['GET / HTTP/1.1', 'Host: a', 'Connection: close']))
  command.signal('SIGTERM')
  await command.ended
  return readAnswer(received).body
}

describe('readTarget', () => {
  test.each([
    ['app', { module: 'app', names: [], args: undefined }],
    ['app:', { module: 'app', names: [], args: undefined }],
    ['a/b.ts:app', { module: 'a/b.ts', names: ['app'], args: undefined }],
    ['app:site.$app_1', { module: 'app', names: ['site', '$app_1'], args: undefined }],
    ['app:make()', { module: 'app', names: ['make'], args: [] }],
    [
      'app:site.make("a:b", 3, [true])',
      { module: 'app', names: ['site', 'make'], args: ['a:b', 3, [true]] },
    ],
    ['C:\\site\\app:app', { module: 'C:\\site\\app', names: ['app'], args: undefined }],
    ['@scope/name:app', { module: '@scope/name', names: ['app'], args: undefined }],
    ['app:größe', { module: 'app', names: ['größe'], args: undefined }],
  ])('parses %s', (spec, target) => {
    expect(readTarget(spec)).toEqual(target)
  })

  test.each([
    ['', 'expected MODULE:APP'],
    [':app', 'expected MODULE:APP'],
    ['app:1', 'received 1'],
    ['app:a..b', 'received a..b'],
    ['app:a-b', 'received a-b'],
    ['app:a()b', 'received a()b'],
    ['app:make(x)', 'arguments must be written as JSON'],
    ["app:make('x')", 'arguments must be written as JSON'],
  ])('throws a StartError for %j: %s', (spec, message) => {
    expect(() => readTarget(spec)).toThrow(
      expect.objectContaining({ exitCode: 4, message: expect.stringContaining(message) }),
    )
  })
})

describe('APP', () => {
  test.each([
    ['app', 'other same\n'],
    ['app.ts', 'other same\n'],
    ['./app:app', 'other same\n'],
    ['app:site.handle', 'site'],
    ['app:createApp("x")', 'x'],
    ['app:createApp("x", 3)', 'xxx'],
    ['app:later()', 'other same\n'],
  ])('%s', async (spec, body) => {
    expect(await answer(spec)).toBe(body)
  })
})

describe('TypeScript runs without a build step', () => {
  const program = (other: string): string => `
    import { FileWrapper, type Application } from '@phial/core'
    import { other } from '${other}'
    enum Color { Red, Green }
    namespace Site { export const name = 'site' }
    class Point { constructor(private readonly x: number) {} get(): number { return this.x } }
    export const app: Application = (environ, startResponse) => {
      startResponse('200 OK', [])
      const same = environ['wsgi.file_wrapper'] === FileWrapper
      return [Buffer.from([Color[1], Site.name, new Point(3).get(), other, same].join(' '))]
    }`
  const other = 'export const other: string = "other"'

  test.each([
    ['a module package', '{ "type": "module" }', 'app.ts', './other.ts'],
    ['a CommonJS package', '{ "type": "commonjs" }', 'app.ts', './other'],
    ['a package without "type"', '{}', 'app.ts', './other.ts'],
    ['.mts', '{}', 'app.mts', './other.ts'],
  ])('in %s', async (_, manifest, name, from) => {
    await using folder = await folderWith({
      'package.json': manifest,
      [name]: program(from),
      'other.ts': other,
    })
    expect(await answer('app:app', folder.path)).toBe('Green site 3 other true')
  })
})
