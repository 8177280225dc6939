import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@phial/core'
import * as platforms from '@phial/core/platforms'
import * as server from '@phial/server'
import * as compression from '@phial/server/compression'
import * as xray from '@phial/xray'
import * as phial from 'phial'
import { describe, expect, test, vi } from 'vitest'
import { codes, entryOf } from '../../../../packages/framework/dist/errors/catalogue/index.js'
import { exitCodes } from '../../../../packages/server/src/errors.ts'
import { root, sources } from '../../../house/workspace.ts'
import { page } from './page.ts'

/** Files whose errors have no code, with the reason. */
const excused: Readonly<Record<string, string>> = {
  'packages/framework/src/body/multipart.ts': 'they end a stream that nobody reads any more',
  'packages/framework/src/answer/redirect-to.ts': 'never asked: a route without a view leads on',
  'packages/core/src/fetch/to-fetch.ts': 'never happens, by the Streams standard',
  'packages/core/src/rules/index.ts': 'a mistake in the table of rules itself',
  'packages/core/src/exchange.ts': 'the reason of a signal, which says that the client has gone',
  'packages/server/src/ingress/ingress.ts': 'they end a connection, and nobody reads them',
  'packages/server/src/ingress/proxy-protocol.ts': 'they end a connection, and nobody reads them',
  'packages/server/src/interop/from-handler.ts': 'what a handler threw that is no error',
  'packages/server/src/supervisor/reserve.ts':
    'the error code of the system, as node:net throws it',
  'packages/server/src/supervisor/watchdog.ts': 'a stack to look at, never thrown',
  'packages/server/src/load/import.ts': 'the user’s own error, with its place',
  'packages/framework/src/debug/traceback.ts': 'drawn, and never thrown',
  'packages/framework/src/response/file-body.ts': 'ends a body whose client has gone',
}

const code = sources()
  .filter((path) => !path.includes('/catalogue/'))
  .map((path) => [path, withoutComments(readFileSync(join(root, path), 'utf8'))] as const)

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\*)?\*.*$/gm, '')
}

/** What is made without a code. Errors that are answers have their status, and `UsageError` its own. */
function bareErrors(text: string): string[] {
  const made = text.matchAll(
    /(withCode\(\s*'\w+',\s*)?\bnew ((?:Type|Range|Syntax|Pattern|Context|Session|Build|DuplicateRule|Template|Code|Config)?Error|TemplateNotFound)\(/g,
  )
  return [...made].filter(([, wrapped]) => wrapped === undefined).map(([found]) => found)
}

/** What keeps the server from starting has a code by its exit code. */
const byExit = Object.entries(exitCodes)
  .filter(([name]) => name !== 'ok')
  .map(([name, exit]) => [`ERR_PHIAL_SERVER_${name.toUpperCase()}`, exit] as const)

test('each code that is raised has a text, and each text a code', () => {
  const raised = code.flatMap(([, text]) => [...text.matchAll(/'(ERR_PHIAL_\w+)'/g)])
  const all = [...raised.map(([, one = '']) => one), ...byExit.map(([one]) => one)]
  expect(codes().toSorted()).toEqual([...new Set(all)].toSorted())
})

test('each error of ours has a code', () => {
  const own = code.filter(([path]) => !path.includes('/conformance/'))
  const bare = own.filter(([, text]) => bareErrors(text).length > 0).map(([path]) => path)
  expect(bare.toSorted()).toEqual(Object.keys(excused).toSorted())
  expect(bareErrors("throw new TypeError('a')")).toEqual(['new TypeError('])
  expect(bareErrors("throw withCode('ERR_PHIAL_A', new TypeError('a'))")).toEqual([])
})

/** The error with a code, which may be the cause of another: an error in a template is the cause of a `TemplateError`. */
function errorWith(code: string, error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && error.code === code ? error : errorWith(code, error.cause)
}

const isCommand = (name: string): boolean => entryOf(name)?.example.startsWith('phial-') === true

/** The messages that the examples cause, by code. */
const messages = new Map<string, string>()

/** Replaces what differs between machines and runs. */
function portable(text: string): string {
  return text
    .replaceAll(import.meta.url, 'file:///srv/app.ts')
    .replaceAll(import.meta.dirname, '/srv')
    .replaceAll(root.replace(/\/$/, ''), '/srv')
    .replaceAll(/\(pid: \d+\)/g, '(pid: 4711)')
}

describe('the example of', () => {
  // oxlint-disable-next-line typescript/no-empty-function -- whose constructor makes functions of text
  const AsyncFunction = (async () => {}).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<unknown>

  test.each(codes().filter((name) => isCommand(name)))(
    '%s is a command that exits with its status',
    (name) => {
      const [, ...words] = entryOf(name)?.example.replace(/ #.*/, '').split(' ') ?? []
      const program = join(root, 'packages/server/bin/phial-server.js')
      const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        env: { ...process.env, PHIAL_SERVER_ARGS: '--bind 127.0.0.1:0' },
        timeout: 60_000,
      })
      expect(status).toBe(Object.fromEntries(byExit)[name])
      messages.set(name, portable(stderr))
    },
  )

  test.each(codes().filter((name) => !isCommand(name)))('%s throws it', async (name) => {
    const connect = vi.spyOn(phial.requestStarted, 'connect')
    const app = new phial.Phial(import.meta.url, { config: { TESTING: true } })
    const scope = {
      ...core,
      ...platforms,
      ...server,
      ...compression,
      ...phial,
      ...xray,
      app,
      client: app.testClient(),
    }
    const example = entryOf(name)?.example.replaceAll('import.meta.url', '__url') ?? ''
    const run = new AsyncFunction('__url', ...Object.keys(scope), example)
    const raised: unknown = await run(import.meta.url, ...Object.values(scope)).then(
      () => undefined,
      (error: unknown) => error,
    )
    const error = errorWith(name, raised)
    expect(error).toBeDefined()
    messages.set(name, portable(String(error)))
    for (const { value: disconnect } of connect.mock.results) disconnect()
    connect.mockRestore()
  })
})

test('docs/errors.md has each entry of the catalogue with the message of its example', async () => {
  await expect(page(messages)).toMatchFileSnapshot(join(root, 'docs/errors.md'))
})
