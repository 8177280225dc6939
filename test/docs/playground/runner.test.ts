import { describe, expect, test } from 'vitest'
import type { File, Job, Request } from '../../../docs/playground/src/protocol.ts'
import { only, run } from './run.ts'

const GET: Request = { method: 'GET', target: '/', headers: [], body: '' }

const job = (text: string, more: Partial<Job> = {}, others: readonly File[] = []): Job => ({
  files: [{ name: 'app.ts', text }, ...others],
  entry: 'app:app',
  requests: [GET],
  check: { kind: 'rules', paths: ['/'] },
  ...more,
})

const answering = (body: string): string => `import type { Application } from '@phial/core'
export const app: Application = async (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode(String(${body}))]
}
`

const textOf = async (one: Job): Promise<string | undefined> =>
  only(await run(one), 'answer')[0]?.answer?.text

const problemOf = async (one: Job) => only(await run(one), 'problem')[0]?.problem

describe('a program', () => {
  test('can consist of several files in folders, which import each other and the provided modules', async () => {
    const files = [
      { name: 'tea/pot.ts', text: "export { kind as default } from '../kinds.ts'\n" },
      {
        name: 'kinds.ts',
        text: "import { quotePath } from '@phial/core'\nexport const kind = quotePath('/a b')\n",
      },
    ]
    const text = `import pot from './tea/pot.ts'\nimport * as kinds from './kinds.ts'\n${answering('pot === kinds.kind && pot')}`
    expect(await textOf(job(text, {}, files))).toBe('/a%20b')
  })

  test.for([
    ['app', 'app:app', 'export const app ='],
    ['the file name only', 'app', 'export const app ='],
    ['a file name with its extension', 'app.ts:app', 'export const app ='],
    ['a factory', 'app:make()', 'export const make = () =>'],
    ['an object with a wsgiApp', 'app:site', 'export const site = { wsgiApp'],
  ] as const)('is found by %s', async ([, entry, start]) => {
    const application = `(environ, startResponse) => { startResponse('200 OK', [['Content-Type', 'text/plain']]); return [new Uint8Array([65])] }`
    const text = start.endsWith('wsgiApp')
      ? `${start}: ${application} }`
      : `${start} ${application}`
    expect(await textOf(job(text, { entry }))).toBe('A')
  })

  test('receives all requests, and the response to the last one is reported', async () => {
    const text = `let count = 0\n${answering('`${(count += 1)} ${environ.REQUEST_METHOD}`')}`
    const reports = await run(job(text, { requests: [{ ...GET, method: 'POST', body: 'x' }, GET] }))
    expect(only(reports, 'answer').map(({ answer }) => answer?.text)).toEqual(['2 GET'])
  })

  test('with a body that is not UTF-8 is reported without text', async () => {
    const text = answering("''").replace(
      "new TextEncoder().encode(String(''))",
      'Uint8Array.of(255, 0)',
    )
    const [shown] = only(await run(job(text)), 'answer')
    expect(shown?.answer).toMatchObject({ bytes: 2 })
    expect(shown?.answer?.text).toBeUndefined()
  })

  test('reports done at the end, even after an error', async () => {
    for (const text of [answering('1'), 'throw new Error()', 'const', ''])
      expect((await run(job(text))).at(-1)).toEqual({ kind: 'done' })
  })
})

describe('a problem is reported with its place:', () => {
  test.for([
    ['invalid TypeScript syntax', 'const tea: = 1', /^SyntaxError: Unexpected token/, 1],
    ['invalid JavaScript syntax', '\nreturn 1', /^SyntaxError: 'return' outside of function$/, 2],
    [
      'a file that does not exist',
      "import './pot.ts'",
      /^The file pot\.ts does not exist\. The files are: app\.ts\.$/,
      1,
    ],
    [
      'a package',
      "import 'tea'",
      /^tea cannot be imported, because the playground does not load/,
      1,
    ],
    [
      'a module of Node',
      "\n\nimport 'node:fs'",
      /^node:fs needs Node, but the playground runs in your browser\./,
      3,
    ],
    [
      'an export that does not exist',
      "import { call, tea } from '@phial/core'\ncall(tea)",
      /^@phial\/core does not export tea\./,
      1,
    ],
  ] as const)('%s', async ([, text, message, row]) => {
    const problem = await problemOf(job(text))
    expect(problem?.message).toMatch(message)
    expect(problem?.place).toMatchObject({ file: 'app.ts', row })
  })

  test('a missing export of a file, but not an export that may exist', async () => {
    const pot = (text: string): File[] => [{ name: 'pot.ts', text }]
    const text = `import { tea } from './pot.ts'\n${answering('tea')}`
    const missing = await problemOf(
      job(text, {}, pot('export const pot = 1\nexport function brew() {}')),
    )
    expect(missing?.message).toBe('pot.ts does not export tea. It exports pot, brew.')
    for (const file of ['export const { tea } = { tea: 1 }', "export * from './other.ts'"])
      expect(
        await textOf(
          job(text, {}, [...pot(file), { name: 'other.ts', text: 'export const tea = 1' }]),
        ),
      ).toBe('1')
  })

  test('files that import each other', async () => {
    const problem = await problemOf(
      job("import './pot.ts'", {}, [{ name: 'pot.ts', text: "import './app.ts'" }]),
    )
    expect(problem?.message).toMatch(/^pot\.ts and app\.ts import each other/)
  })

  test.for([
    ['', /^Expected the application as FILE:NAME/],
    ['pot:app', /^The file pot\.ts does not exist/],
    ['app:tea', /^app\.ts has no application tea: it exports app\./],
    ['app:app.tea', /^Expected the application/],
  ] as const)('the application name %j', async ([entry, message]) => {
    expect((await problemOf(job(answering('1'), { entry })))?.message).toMatch(message)
  })

  test('a broken rule, with its id', async () => {
    const [checked] = only(await run(job(answering('1').replace('200 OK', '200'))), 'rules')
    const broken = checked?.verdicts.filter(({ verdict }) => verdict === 'broken')
    expect(broken).toEqual([
      expect.objectContaining({ rule: 'APP-3', remedy: "Pass a status such as '200 OK'." }),
    ])
  })

  test('a thrown value that is not an error', async () => {
    expect((await problemOf(job('throw 7')))?.message).toBe('7 was thrown.')
  })
})

describe('the provided part of node:assert/strict', () => {
  const check = async (text: string): Promise<string | undefined> => {
    const test = { name: 'test.ts', text: `import assert from 'node:assert/strict'\n${text}` }
    const reports = await run(job('', { check: { kind: 'test', file: 'test.ts' } }, [test]))
    return only(reports, 'checked')[0]?.problem?.message
  }
  test.for([
    'assert(1)',
    'assert.ok(true)',
    "assert.equal('a', 'a')",
    'assert.equal(NaN, NaN)',
    'assert.deepEqual({ a: [1, new Map()] }, { a: [1, new Map()] })',
    "assert.match('tea', /e/)",
    'assert.throws(() => { throw new TypeError() }, TypeError)',
    'await assert.rejects(Promise.reject(new Error("cold tea")), /^Error: cold/)',
    'await assert.rejects(async () => { throw 1 })',
  ])('passes %s', async (text) => {
    expect(await check(text)).toBeUndefined()
  })
  test.for([
    ['assert.ok(0)', 'AssertionError: Expected a truthy value, received 0.'],
    ['assert.equal(1, "1")', "AssertionError: Expected '1', received 1."],
    ['assert.deepEqual([1], [2], "too few")', 'AssertionError: too few'],
    [
      "assert.deepEqual({ a: 1 }, { a: '1' })",
      "AssertionError: Expected { a: '1' }, received { a: 1 }.",
    ],
    ["assert.match('tea', /x/)", "AssertionError: Expected text that matches /x/, received 'tea'."],
    ['assert.throws(() => 1)', 'AssertionError: Expected an error, but none was thrown.'],
    [
      'await assert.rejects(Promise.resolve())',
      'AssertionError: Expected a rejection, but the promise resolved.',
    ],
    [
      'await assert.rejects(Promise.reject(new Error("a")), /b/)',
      "AssertionError: Expected text that matches /b/, received 'Error: a'.",
    ],
    ['assert.throws(() => { throw new Error() }, TypeError)', /^AssertionError/],
  ] as const)('fails %s', async ([text, message]) => {
    expect(await check(text)).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    )
  })
})
