import { rules, type Application } from '@phial/core'
import { checkApplication, isFaultless, verdictText, type Check } from '@phial/core/conformance'
import { expect, test } from 'vitest'
import { badApplications, hello, TEXT } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

const ids = (check: Check, wanted: string): string[] =>
  check.verdicts.filter(({ verdict }) => verdict === wanted).map(({ rule }) => rule.id)

const writesLate: Application = (_environ, startResponse) => {
  const write = startResponse('200 OK', [TEXT])
  setImmediate(() => void write(bytes('late')))
  return []
}

/** Does all that a rule speaks of, rightly. */
const thorough: Application = async function* answer(environ, startResponse) {
  environ['wsgi.errors'].write(`${environ.REQUEST_METHOD}\n`)
  if (environ['HTTP_IF_NONE_MATCH'] === '"1"') {
    startResponse('304 Not Modified', [])
    return
  }
  await environ['wsgi.input'].read()
  const write = startResponse('200 OK', [TEXT, ['ETag', '"1"'], ['Content-Length', '10']])
  yield bytes('')
  if (environ.PATH_INFO === '/fails') startResponse('500 Oops', [TEXT], new Error('in time'))
  void write
  yield bytes('hello')
  yield bytes('world')
}

test('each bad application is found, by the rule that it breaks', async () => {
  const shelf = [...badApplications, ['APP-20', 'writes after the end', writesLate] as const]
  const checks = await Promise.all(
    shelf.map(async ([rule, what, app]) => ({ rule, what, check: await checkApplication(app) })),
  )
  const missed = checks.filter(({ rule, check }) => !ids(check, 'broken').includes(rule))
  expect(missed.map(({ rule, what }) => `${rule} that ${what}`)).toEqual([])
  // And none but that one, except where an application is refused first and then starts again.
  const more = checks.filter(({ check }) => ids(check, 'broken').length > 1)
  expect(more.map(({ what, check }) => [what, ...ids(check, 'broken')])).toEqual([
    ['starts again after a refusal', 'APP-2', 'APP-3'],
  ])
  expect(new Set(shelf.map(([rule]) => rule))).toEqual(
    new Set(rules.map(({ id }) => id).filter((id) => id.startsWith('APP-'))),
  )
})

test('what was not done is not seen, and no fault', async () => {
  const check = await checkApplication(hello)
  expect(ids(check, 'broken')).toEqual([])
  expect(ids(check, 'unseen')).toEqual(
    ['8', '11', '12', '17', '18', '19', '20', '21', '22', '23', '24'].map(
      (number) => `APP-${number}`,
    ),
  )
  expect(isFaultless(check)).toBe(true)
  expect(check.verdicts.find(({ rule }) => rule.id === 'APP-11')?.found).toBe(
    'no method of wsgi.input was called',
  )
})

test('what was done is seen', async () => {
  const check = await checkApplication(thorough)
  expect(check.faults).toEqual([])
  expect(ids(check, 'broken')).toEqual([])
  expect(ids(check, 'unseen')).toEqual(['APP-20', 'APP-21', 'APP-22', 'APP-23', 'APP-24'])
})

test('a breach is told with its request, what came, the rule, and what to do', async () => {
  const closes: Application = (environ, startResponse) => {
    const more: [string, string][] =
      environ.REQUEST_METHOD === 'POST' ? [['Connection', 'close']] : []
    startResponse('200 OK', [TEXT, ...more])
    return []
  }
  const { verdicts } = await checkApplication(closes)
  expect(verdicts.filter(({ verdict }) => verdict === 'broken').map(verdictText)).toEqual([
    expect.stringMatching(
      /^broken {2}APP-7 {3}POST \/, a form: the application set Connection\. Only the server .* Remove the header\. /,
    ),
  ])
})

test('a breach that the application catches itself is found', async () => {
  const swallows: Application = (_environ, startResponse) => {
    try {
      startResponse('200', [])
    } catch {
      startResponse('500 Oops', [TEXT], new Error('refused'))
    }
    return []
  }
  expect(ids(await checkApplication(swallows), 'broken')).toEqual(['APP-3'])
})

test('an application is asked for the paths that it is told', async () => {
  const asked = new Set<string>()
  const listens: Application = (environ, startResponse) => {
    asked.add(environ.PATH_INFO)
    return hello(environ, startResponse)
  }
  await checkApplication(listens, { paths: ['/upload', '/a?b=c'] })
  expect(asked).toContain('/upload')
  expect(asked).toContain('/a')
  expect(asked).not.toContain('/')
})

test('an application that throws or never answers is at fault; one that a client broke off is not', async () => {
  const throws: Application = async (environ, startResponse) => {
    if (environ.REQUEST_METHOD === 'BREW') throw new TypeError('no tea\nfor you')
    if (environ.REQUEST_METHOD === 'OPTIONS') return new Promise<never>(() => undefined)
    await environ['wsgi.input'].read()
    return hello(environ, startResponse)
  }
  const check = await checkApplication(throws, { within: 50 })
  expect(check.faults).toEqual([
    'OPTIONS /: nothing came within 50 ms',
    expect.stringMatching(
      /^BREW \/: the application threw TypeError: no tea \(at .*check-application.*\)$/,
    ),
  ])
  expect(isFaultless(check)).toBe(false)
})

test('an answer without an end is left after a while, and is no fault', async () => {
  let closes = 0
  const endless: Application = async function* answer(environ, startResponse) {
    try {
      startResponse('200 OK', [TEXT])
      yield bytes('one')
      await new Promise((resolve) => environ['phial.signal']?.addEventListener('abort', resolve))
    } finally {
      closes++
    }
  }
  const torrent: Application = function* answer(_environ, startResponse) {
    startResponse('200 OK', [TEXT])
    for (;;) yield new Uint8Array(2 ** 20)
  }
  const [quiet, loud] = await Promise.all([
    checkApplication(endless, { within: 20 }),
    checkApplication(torrent),
  ])
  expect([quiet.faults, loud.faults]).toEqual([[], []])
  expect(closes).toBeGreaterThan(10)
  expect(ids(quiet, 'unseen')).toContain('APP-18')
})
