import { spawnSync } from 'node:child_process'
import { compose, proxyFix, rateLimit, rules, toFetch, validator, type Application, type ApplicationLike } from '@phial/core' // prettier-ignore
import { compression } from '@phial/server/compression'
import { describe, test } from 'vitest'
import { asMiddleware, checkLoaded } from '../../../packages/server/src/conformance/check.ts'
import * as homework from '../apps/homework.ts'
import { apps, bin, runToEnd } from '../support/command.ts'

const lines = (text: string, word: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(word))

const plain = { name: 'homework', paths: ['/'], isColoured: false, uncaught: [] }

const applicationRules = rules.map(({ id }) => id).filter((id) => id.startsWith('APP-'))
/** Whether `script` of util-linux is available, which runs a command in a terminal. */
const hasScript = spawnSync('script', ['--version']).status === 0

const exported: Readonly<Record<string, unknown>> = homework

test('each exercise with a mistake is reported with its rule, and no other', async ({ expect }) => {
  const found = await Promise.all(
    applicationRules.map(async (id) => {
      const app = exported[id.replace('-', '')] as ApplicationLike
      const { text, isFaultless } = await checkLoaded(app, plain)
      return isFaultless ? [] : lines(text, 'broken').map((line) => line.split(/ +/)[1])
    }),
  )
  expect(found).toEqual(applicationRules.map((id) => [id]))
})

test('colors a verdict only if isColoured is set, and never its text', async ({ expect }) => {
  const { text } = await checkLoaded(homework.APP7, { ...plain, isColoured: true })
  expect(text).toContain(
    '\u001B[31mbroken\u001B[39m  APP-7   GET /: the application set Connection. ',
  )
  expect(text).toContain(
    '\u001B[32mkept\u001B[39m    APP-1   `startResponse` must be called with a status',
  )
  expect(text).toContain('\u001B[33munseen\u001B[39m  APP-8   no response had a Content-Length')
})

describe.concurrent('phial-server --check', () => {
  test('prints a line for each rule and the totals, and exits with 0 if no rule is broken', async ({
    expect,
  }) => {
    const { code, stdout, stderr } = await runToEnd(['--check', 'homework:good'])
    expect(stdout.split('\n')[0]).toBe(
      'Checking homework:good as an application, with requests to /',
    )
    expect(stdout.match(/^(kept|broken|unseen) +APP-\d+ /gm)).toHaveLength(applicationRules.length)
    expect(stdout).toMatch(/\n13 kept, 0 broken, 11 unseen\n$/)
    expect(stdout).not.toContain('To fix')
    expect([code, stderr]).toEqual([0, ''])
  })

  test('prints what it received, the rule and the fix, and exits with 1 if a rule is broken', async ({
    expect,
  }) => {
    const { code, stdout } = await runToEnd(['--check', 'homework:APP16'])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /\nTo fix:\n {2}APP-16 {2}POST \/, a form: [^\n]+\n\d+ kept, 1 broken, \d+ unseen\n$/,
    )
    expect(lines(stdout, 'broken')).toEqual([
      'broken  APP-16  POST /, a form: the body ended without a successful call of startResponse. `startResponse` must be called before the body ends. Call startResponse on every path through the application.',
    ])
  })

  test('requests the paths of --check-path, and sets the environment of the application', async ({
    expect,
  }) => {
    const args = [
      '--check',
      '--check-path',
      '/a',
      '--check-path=/b',
      '-e',
      'GREETING=x',
      'homework:good',
    ]
    const { code, stdout } = await runToEnd(args)
    expect(stdout).toContain(
      'Checking homework:good as an application, with requests to /a and /b\n',
    )
    expect(code).toBe(0)
    const wrong = await runToEnd(['--check', '--check-path', 'a', 'homework:good'])
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'phial-server: --check-path a: expected a path that begins with / (phial-server --help lists the options)\n',
    ])
  })

  test('detects a middleware, also as a property of an object', async ({ expect }) => {
    const bad = await runToEnd(['--check', 'homework:middlewares.shout'])
    expect(bad.stdout).toContain(
      'as a middleware: a function that takes an application and returns one\n',
    )
    expect(lines(bad.stdout, 'broken')).toEqual([
      expect.stringMatching(/^broken {2}MID-3 {3}"passes excInfo on" failed: /),
    ])
    expect(bad.code).toBe(1)
    const good = await runToEnd(['--check', 'homework:middlewares.passes'])
    expect(good.stdout).toMatch(/\n7 kept, 0 broken, 0 unseen\n$/)
    expect(good.code).toBe(0)
  })

  test('reports an uncaught error of the application', async ({ expect }) => {
    const { code, stdout, stderr } = await runToEnd(['--check', 'homework:stray'])
    expect([code, stderr]).toEqual([1, ''])
    expect(lines(stdout, 'fault')).toEqual([
      expect.stringMatching(
        /^fault {3}it threw an uncaught error: Error: thrown later \(at .*homework\.ts:\d+:\d+\)?\)$/,
      ),
    ])
    expect(stdout).toMatch(/, 1 other fault\n$/)
  })

  test.skipIf(!hasScript)(
    'uses colors on a terminal, unless NO_COLOR is set',
    async ({ expect }) => {
      const onTerminal = (env: object): string =>
        spawnSync(
          'script',
          ['-qec', `${process.execPath} ${bin} --check homework:good`, '/dev/null'],
          {
            cwd: apps,
            encoding: 'utf8',
            env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
          },
        ).stdout
      expect(onTerminal({})).toContain('\u001B[32mkept\u001B[39m    APP-1')
      expect(onTerminal({ NO_COLOR: '1' })).toContain('\nkept    APP-1')
    },
  )
})

const nothing: Application = () => []

test.for<[string, unknown]>([
  ['a function of one argument that returns a function', homework.middlewares.passes],
  ['the result of compose', compose(proxyFix())],
  ['proxyFix()', proxyFix()],
  ['rateLimit()', rateLimit({ limit: 1 })],
  ['compression()', compression()],
  ['the validator', validator],
  [
    'a function that returns an object with a wsgiApp',
    (inner: Application) => ({ wsgiApp: inner }),
  ],
])('%s is a middleware', ([, loaded], { expect }) => {
  expect(asMiddleware(loaded)).toBe(loaded)
})

test.for<[string, unknown]>([
  ['a function of two arguments', nothing],
  ['an object with a wsgiApp', { wsgiApp: nothing }],
  ['a function of one argument that returns a body', homework.oneArgument],
  ['an async function', async (environ: object) => Object.keys(environ)],
  ['an async function that rejects', async (environ: { a: { b: number } }) => environ.a.b],
  ['a function that throws', (environ: { a: { b: number } }) => environ.a.b],
  ['a function without arguments', toFetch(nothing).bind(undefined, new Request('http://a/'))],
  ['undefined', undefined],
])('%s is checked as an application', ([, loaded], { expect }) => {
  expect(asMiddleware(loaded)).toBeUndefined()
})
