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

/** Files whose errors need no code, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'packages/framework/src/body/multipart.ts': 'destroys a stream that has no reader any more',
  'packages/framework/src/answer/redirect-to.ts':
    'is never thrown, because a route without a view redirects',
  'packages/core/src/fetch/to-fetch.ts': 'cannot happen according to the Streams standard',
  'packages/core/src/rules/index.ts': 'is thrown only for a mistake in the table of rules',
  'packages/core/src/exchange.ts': 'is the reason of a signal: the client has disconnected',
  'packages/server/src/ingress/ingress.ts': 'closes a connection, and is never shown',
  'packages/server/src/ingress/proxy-protocol.ts': 'closes a connection, and is never shown',
  'packages/server/src/interop/from-handler.ts': 'wraps a thrown value that is not an Error',
  'packages/server/src/supervisor/reserve.ts':
    'has the error code of the system, like the errors of node:net',
  'packages/server/src/supervisor/watchdog.ts': 'is only used for its stack',
  'packages/server/src/load/import.ts': 'is the app’s own error, with its location',
  'packages/framework/src/debug/traceback.ts': 'is only shown on the debug page',
  'packages/framework/src/response/file-body.ts': 'destroys a body whose client has disconnected',
}

const code = sources()
  .filter((path) => !path.includes('/catalogue/'))
  .map((path) => [path, withoutComments(readFileSync(join(root, path), 'utf8'))] as const)

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\*)?\*.*$/gm, '')
}

/** Finds errors that are created without a code. HTTP errors have a status instead, and `UsageError` sets its code itself. */
function errorsWithoutCode(text: string): string[] {
  const created = text.matchAll(
    /(withCode\(\s*'\w+',\s*)?\bnew ((?:Type|Range|Syntax|Pattern|Context|Session|Build|DuplicateRule|Template|Code|Config)?Error|TemplateNotFound)\(/g,
  )
  return [...created].filter(([, wrapped]) => wrapped === undefined).map(([found]) => found)
}

/** The error codes of the server, one for each exit code, and these exit codes. */
const byExit = Object.entries(exitCodes)
  .filter(([name]) => name !== 'ok')
  .map(([name, exit]) => [`ERR_PHIAL_SERVER_${name.toUpperCase()}`, exit] as const)

test('each error code in the sources has an entry, and each entry has a code', () => {
  const used = code.flatMap(([, text]) => [...text.matchAll(/'(ERR_PHIAL_\w+)'/g)])
  const all = [...used.map(([, name = '']) => name), ...byExit.map(([name]) => name)]
  expect(codes().toSorted()).toEqual([...new Set(all)].toSorted())
})

test('each error that Phial creates has a code', () => {
  const own = code.filter(([path]) => !path.includes('/conformance/'))
  const found = own.filter(([, text]) => errorsWithoutCode(text).length > 0).map(([path]) => path)
  expect(found.toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted())
  expect(errorsWithoutCode("throw new TypeError('a')")).toEqual(['new TypeError('])
  expect(errorsWithoutCode("throw withCode('ERR_PHIAL_A', new TypeError('a'))")).toEqual([])
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
  // oxlint-disable-next-line typescript/no-empty-function -- its constructor creates functions from text
  const AsyncFunction = (async () => {}).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<unknown>

  test.each(codes().filter((name) => isCommand(name)))(
    '%s is a command that exits with the exit code of its error',
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
      (thrown: unknown) => thrown,
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
