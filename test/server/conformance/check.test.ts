import { spawnSync } from 'node:child_process'
import { compose, proxyFix, rateLimit, rules, toFetch, validator, type Application, type ApplicationLike } from '@phial/core' // prettier-ignore
import { compression } from '@phial/server/compression'
import { describe, test } from 'vitest'
import { asMiddleware, checkLoaded } from '../../../packages/server/src/conformance/check.ts'
import * as homework from '../apps/homework.ts'
import { apps, bin, runToEnd } from '../support/command.ts'

const lines = (text: string, word: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(word))

const plain = { name: 'homework', paths: ['/'], isColoured: false, strays: [] }

const applicationRules = rules.map(({ id }) => id).filter((id) => id.startsWith('APP-'))
/** util-linux’s way to have a terminal. */
const hasScript = spawnSync('script', ['--version']).status === 0

const exported: Readonly<Record<string, unknown>> = homework

test('homework that breaks a rule is told which one, and no other', async ({ expect }) => {
  const found = await Promise.all(
    applicationRules.map(async (id) => {
      const app = exported[id.replace('-', '')] as ApplicationLike
      const { text, isFaultless } = await checkLoaded(app, plain)
      return isFaultless ? [] : lines(text, 'broken').map((line) => line.split(/ +/)[1])
    }),
  )
  expect(found).toEqual(applicationRules.map((id) => [id]))
})

test('a verdict has a colour on a terminal, and its text none', async ({ expect }) => {
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
  test('has a line for each rule, how many of each, and 0 when none is broken', async ({
    expect,
  }) => {
    const { code, stdout, stderr } = await runToEnd(['--check', 'homework:good'])
    expect(stdout.split('\n')[0]).toBe('homework:good is checked as an application, asked for /')
    expect(stdout.match(/^(kept|broken|unseen) +APP-\d+ /gm)).toHaveLength(applicationRules.length)
    expect(stdout).toMatch(/\n13 kept, 0 broken, 11 unseen\n$/)
    expect(stdout).not.toContain('To mend')
    expect([code, stderr]).toEqual([0, ''])
  })

  test('says what came, which rule, what to do, and 1 when one is broken', async ({ expect }) => {
    const { code, stdout } = await runToEnd(['--check', 'homework:APP16'])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /\nTo mend:\n {2}APP-16 {2}POST \/, a form: [^\n]+\n\d+ kept, 1 broken, \d+ unseen\n$/,
    )
    expect(lines(stdout, 'broken')).toEqual([
      'broken  APP-16  POST /, a form: the body ended without a successful call of startResponse. `startResponse` must be called before the body ends. Call startResponse on every path through the application.',
    ])
  })

  test('asks for the paths that it is told, and gives the application its environment', async ({
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
    expect(stdout).toContain('homework:good is checked as an application, asked for /a and /b\n')
    expect(code).toBe(0)
    const wrong = await runToEnd(['--check', '--check-path', 'a', 'homework:good'])
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'phial-server: --check-path a: expected a path that begins with / (phial-server --help lists the options)\n',
    ])
  })

  test('knows a middleware, also as a member of an object', async ({ expect }) => {
    const bad = await runToEnd(['--check', 'homework:middlewares.shout'])
    expect(bad.stdout).toContain(
      'is checked as a middleware: it takes an application and makes one\n',
    )
    expect(lines(bad.stdout, 'broken')).toEqual([
      expect.stringMatching(/^broken {2}MID-3 {3}"passes excInfo on" failed: /),
    ])
    expect(bad.code).toBe(1)
    const good = await runToEnd(['--check', 'homework:middlewares.passes'])
    expect(good.stdout).toMatch(/\n7 kept, 0 broken, 0 unseen\n$/)
    expect(good.code).toBe(0)
  })

  test('tells of what the application throws beside its answers', async ({ expect }) => {
    const { code, stdout, stderr } = await runToEnd(['--check', 'homework:stray'])
    expect([code, stderr]).toEqual([1, ''])
    expect(lines(stdout, 'fault')).toEqual([
      expect.stringMatching(
        /^fault {3}beside its answers it threw Error: nobody asked me \(at .*homework\.ts:\d+:\d+\)?\)$/,
      ),
    ])
    expect(stdout).toMatch(/, 1 other fault\n$/)
  })

  test.skipIf(!hasScript)(
    'has colours on a terminal, unless NO_COLOR says otherwise',
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
  ['a function of one argument that makes a function', homework.middlewares.passes],
  ['what composes others', compose(proxyFix())],
  ['ours', proxyFix()],
  ['one with settings', rateLimit({ limit: 1 })],
  ['one of the server’s', compression()],
  ['the validator', validator],
  ['one that makes an object with a wsgiApp', (inner: Application) => ({ wsgiApp: inner })],
])('%s is a middleware', ([, loaded], { expect }) => {
  expect(asMiddleware(loaded)).toBe(loaded)
})

test.for<[string, unknown]>([
  ['a function of two arguments', nothing],
  ['an object with a wsgiApp', { wsgiApp: nothing }],
  ['a function of one argument that makes a body', homework.oneArgument],
  ['one that promises', async (environ: object) => Object.keys(environ)],
  ['one that breaks such a promise', async (environ: { a: { b: number } }) => environ.a.b],
  ['one that throws', (environ: { a: { b: number } }) => environ.a.b],
  ['a function without arguments', toFetch(nothing).bind(undefined, new Request('http://a/'))],
  ['nothing', undefined],
])('%s is an application, good or bad', ([, loaded], { expect }) => {
  expect(asMiddleware(loaded)).toBeUndefined()
})
