/** Compares the examples under the reference server with the same programs in Python under wsgiref. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Application } from '@phial/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { showEnviron } from '../../examples/01-hello-gateway/environ.ts'
import { helloWorld } from '../../examples/01-hello-gateway/get_started.ts'
import { application as dispatch } from '../../examples/02-url-dispatch/url_dispatch.ts'
import {
  application as middleware,
  errorPage,
  corrected,
  correctedErrorPage,
} from '../../examples/03-middleware/middleware.ts'
import { Program } from './support/process.ts'
import { ask, type RawAnswer } from './support/raw.ts'
import { served } from './support/served.ts'

const hasPython = spawnSync('python3', ['-c', 'import wsgiref']).status === 0
if (!hasPython) console.warn('Skipped: the comparison needs python3 with wsgiref')

const failsAtOnce: Application = () => {
  throw new Error('at once')
}
const failsLate: Application = function* answer(_environ, startResponse) {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  yield new TextEncoder().encode('first bytes\n')
  throw new Error('late')
}

const applications = {
  hello: helloWorld,
  environ: showEnviron,
  dispatch,
  middleware,
  corrected,
  'at-once': errorPage(failsAtOnce),
  late: errorPage(failsLate),
  'corrected-at-once': correctedErrorPage(failsAtOnce),
  'corrected-late': correctedErrorPage(failsLate),
}
type Name = keyof typeof applications

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Serves an application and its Python twin for the tests of a `describe`. */
function both(
  name: Name,
): (...question: Question) => Promise<[ours: RawAnswer, theirs: RawAnswer]> {
  const ports: number[] = []
  const ends: (() => Promise<void>)[] = []
  beforeAll(async () => {
    const twin = new Program('python3', ['wsgi_twin.py', name], folder)
    ends.push(() => twin.end())
    const ours = await served(applications[name])
    ends.push(ours.close)
    ports.push(ours.port, Number(await twin.says(/^(\d+)\n/)))
  })
  afterAll(() => Promise.all(ends.map((end) => end())))
  return async (...question) => {
    const [ours = 0, theirs = 0] = ports
    return Promise.all([ask(ours, ...question), ask(theirs, ...question)])
  }
}
type Question = [target: string, method?: string, body?: string]

describe.runIf(hasPython)('hello', () => {
  const answers = both('hello')
  test.for<Question>([
    ['/'],
    ['/?'],
    ['/?subject=john'],
    ['/?subject=john&subject=george'],
    ['/?subject='],
    ['/?subject'],
    ['/?subject=&subject=john'],
    ['/?&&subject=john'],
    ['/?a=b&subject=john'],
    ['/?subject=john;x=y'],
    ['/?subject=a=b'],
    ['/?Subject=john'],
    ['/?sub%6Aect=john'],
    ['/?subject=%3Cb%3E'],
    ['/?subject=<b>'],
    ['/?subject=%3Cscript%3Ealert(1)%3C/script%3E'],
    ['/?subject=%22%27%26'],
    ['/?subject="it\'s"'],
    ['/?subject=%26amp;'],
    ['/?subject=caf%C3%A9'],
    ['/?subject=caf%c3%a9+au+lait%20'],
    ['/?subject=%F0%9F%98%80'],
    ['/?subject=%EF%BB%BFjohn'],
    ['/?subject=%E9'],
    ['/?subject=%E2%82'],
    ['/?subject=%ED%A0%80'],
    ['/?subject=%'],
    ['/?subject=%zz%4'],
    ['/?subject=%00'],
    ['/?subject=a%0D%0Ab'],
    ['/??subject=john'],
    ['/?subject=who?'],
    ['/somewhere?subject=john'],
    ['/?subject=john', 'HEAD'],
    ['/?subject=john', 'POST', 'subject=george'],
    ['/', 'PUT', 'x'],
    ['/', 'DELETE'],
    ['/', 'OPTIONS'],
  ])('%j is answered alike', async (question) => {
    const [ours, theirs] = await answers(...question)
    expect(ours).toEqual(theirs)
    expect(ours.code).toBe(200)
  })

  test('any query is answered alike', async () => {
    const pieces = ['subject=', '&', '=', ';', '+', '?', '%26', '%3C', '%C3%A9', '%C3', '%9F%98']
    const query = piecesOf([...pieces, '%EF%BB%BF', '%', '%z', '%00', '%0A', 'a', 'b'])
    await sameFor(answers, query, (text) => `/?subject=${text}`)
  })
})

describe.runIf(hasPython)('dispatch', () => {
  const answers = both('dispatch')
  test.for<Question>([
    ['/'],
    ['//'],
    ['/?x=y'],
    ['/hello'],
    ['/hello/'],
    ['//hello'],
    ['/hello//'],
    ['/hello/john'],
    ['/hello/john/'],
    ['/hello/a/b'],
    ['/hello/a%2Fb'],
    ['/hello%2Fjohn'],
    ['/%68ello/john'],
    ['/hello/hello'],
    ['/hello/../john'],
    ['/hello/a+b'],
    ['/hello/a%20b'],
    ['/hello/john?subject=george'],
    ['/hello/john;x=y'],
    ['/hello/%3Cb%3E'],
    ['/hello/%22%27%26'],
    ['/hello/<b>"it\'s"'],
    ['/hello/caf%C3%A9'],
    ['/hello/%F0%9F%98%80'],
    ['/hello/%E9'],
    ['/hello/%zz'],
    ['/hello/a%0Ab'],
    ['/hello%0A'],
    ['/hello/%0D'],
    ['/hello/%3Fx'],
    ['/nope'],
    ['/Hello'],
    ['/othello'],
    ['/helloo'],
    ['/hello', 'HEAD'],
    ['/nope', 'HEAD'],
    ['/hello/john', 'POST', 'subject=george'],
    ['/nope', 'DELETE'],
  ])('%j is answered alike', async (question) => {
    const [ours, theirs] = await answers(...question)
    expect(ours).toEqual(theirs)
  })

  test('any path is answered alike', async () => {
    const pieces = ['hello', 'hello/', '/', '%2F', '%3C', '"', "'", '%26', '%C3%A9', '%C3', '%0A']
    const path = piecesOf([...pieces, '%0D', '%00', '%', '%zz', '..', '+', ';', 'a', '?'])
    await sameFor(answers, path, (text) => `/${text}`)
  })
})

/** Generates text from some pieces. */
const piecesOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))

function sameFor(
  answers: ReturnType<typeof both>,
  text: fc.Arbitrary<string>,
  target: (text: string) => string,
): Promise<void> {
  const property = fc.asyncProperty(text, async (one) => {
    const [ours, theirs] = await answers(target(one))
    expect(ours).toEqual(theirs)
  })
  return fc.assert(property, { numRuns: 100 })
}

/** Normalizes tracebacks, in which the two languages differ in the order of calls and the name of the error. */
const TRACEBACK = /Traceback \(most recent call (?:first|last)\):\n(?=[^]*\bgreeting\b)[^]*$/

const withoutTraceback = ({ code, reason, type, body }: RawAnswer): RawAnswer => ({
  code,
  reason,
  type,
  body: body.replace(/Traceback \(most recent call (first|last)\):[^]*$/, 'a traceback'),
})

describe.runIf(hasPython).each(['middleware', 'corrected'] as const)('%s', (name) => {
  const answers = both(name)
  test.for<Question>([
    ['/'],
    ['/?subject=george'],
    ['/?subject='],
    ['/?subject=george&subject=john'],
    ['/?subject=caf%C3%A9'],
    ['/?subject=%3Cb%3E%26'],
    ['/?subject=john', 'HEAD'],
    ['/?subject=george', 'POST', 'subject=john'],
  ])('%j is answered alike', async (question) => {
    const [ours, theirs] = await answers(...question)
    expect(ours).toEqual(theirs)
  })

  test.for<Question>([
    ['/?subject=john'],
    ['/?subject=john&subject=george'],
    ['/anywhere?subject=%6Aohn'],
    ['/?subject=john', 'POST', 'subject=george'],
  ])('%j is answered alike, except for the traceback', async (question) => {
    const [ours, theirs] = await answers(...question)
    expect(withoutTraceback(ours)).toEqual(withoutTraceback(theirs))
    expect(ours.code).toBe(name === 'corrected' ? 500 : 200)
    for (const { body } of [ours, theirs]) {
      expect(body).toMatch(TRACEBACK)
      expect(body).toMatch(/(?:Error|Exception): Cannot be john\n/)
    }
  })
})

describe.runIf(hasPython).each([
  ['at-once', 500, 'a traceback'],
  ['late', 200, 'first bytes\na traceback'],
  ['corrected-at-once', 500, 'a traceback'],
  ['corrected-late', 200, 'first bytes\n'],
] as const)('an error, %s', (name, code, body) => {
  const answers = both(name)
  test('is answered alike', async () => {
    const [ours, theirs] = (await answers('/')).map(withoutTraceback)
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({ code, body })
  })
})

describe.runIf(hasPython)('environ', () => {
  const answers = both('environ')

  /** Reads the numbers of keys in the README of the example, for a request with curl's three headers. */
  const counts = (server: RegExp): number => {
    const page = readFileSync(join(folder, '../../examples/01-hello-gateway/README.md'), 'utf8')
    const row = page.split('\n').find((line) => server.test(line))
    return Number(/\| (\d+)/.exec(row ?? '')?.[1])
  }
  const linesOf = ({ body }: RawAnswer): string[] => body.trimEnd().split('\n')

  test('lacks the keys of wsgiref that PEP 3333 does not require', async () => {
    const [ours, theirs] = (await answers('/')).map(linesOf)
    const keys = new Set(ours?.map((line) => /^\d+\. (\S+):/.exec(line)?.[1]))
    expect(theirs?.filter((key) => !keys.has(key))).toEqual([
      'CONTENT_LENGTH',
      'CONTENT_TYPE',
      'GATEWAY_INTERFACE',
      'REMOTE_HOST',
      'SERVER_SOFTWARE',
    ])
  })

  test('has as many keys as its README says', async () => {
    const [ours, theirs] = (await answers('/')).map(linesOf)
    // This request has one header, `Host`.
    expect(ours).toHaveLength(counts(/^\| `makeServer`/) - 2)
    expect(theirs).toHaveLength(counts(/^\| Python/) - 2)
  })
})
