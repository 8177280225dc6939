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

/** Exercises most rules and keeps them. */
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

test('reports each faulty application with the rule that it breaks', async () => {
  const applications = [
    ...badApplications,
    ['APP-20', 'calls write after the end', writesLate] as const,
  ]
  const checks = await Promise.all(
    applications.map(async ([rule, what, app]) => ({
      rule,
      what,
      check: await checkApplication(app),
    })),
  )
  const missed = checks.filter(({ rule, check }) => !ids(check, 'broken').includes(rule))
  expect(missed.map(({ rule, what }) => `${rule} that ${what}`)).toEqual([])
  // No other rule is broken, except if an application calls startResponse again after a rejected call.
  const more = checks.filter(({ check }) => ids(check, 'broken').length > 1)
  expect(more.map(({ what, check }) => [what, ...ids(check, 'broken')])).toEqual([
    ['calls startResponse again after a rejected call', 'APP-2', 'APP-3'],
  ])
  expect(new Set(applications.map(([rule]) => rule))).toEqual(
    new Set(rules.map(({ id }) => id).filter((id) => id.startsWith('APP-'))),
  )
})

test('reports a rule as unseen, not as broken, if nothing exercised it', async () => {
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

test('reports a rule as kept if it was exercised', async () => {
  const check = await checkApplication(thorough)
  expect(check.faults).toEqual([])
  expect(ids(check, 'broken')).toEqual([])
  expect(ids(check, 'unseen')).toEqual(['APP-20', 'APP-21', 'APP-22', 'APP-23', 'APP-24'])
})

test('reports a breach with its request, the rule and the remedy', async () => {
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

test('reports a breach that the application itself catches', async () => {
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

test('requests the given paths', async () => {
  const requested = new Set<string>()
  const listens: Application = (environ, startResponse) => {
    requested.add(environ.PATH_INFO)
    return hello(environ, startResponse)
  }
  await checkApplication(listens, { paths: ['/upload', '/a?b=c'] })
  expect(requested).toContain('/upload')
  expect(requested).toContain('/a')
  expect(requested).not.toContain('/')
})

test('reports a fault if an application throws or does not respond, but not for an aborted request', async () => {
  const throws: Application = async (environ, startResponse) => {
    if (environ.REQUEST_METHOD === 'BREW') throw new TypeError('no tea\nfor you')
    if (environ.REQUEST_METHOD === 'OPTIONS') return new Promise<never>(() => undefined)
    await environ['wsgi.input'].read()
    return hello(environ, startResponse)
  }
  const check = await checkApplication(throws, { within: 50 })
  expect(check.faults).toEqual([
    'OPTIONS /: no response within 50 ms',
    expect.stringMatching(
      /^BREW \/: the application threw TypeError: no tea \(at .*check-application.*\)$/,
    ),
  ])
  expect(isFaultless(check)).toBe(false)
})

test('disconnects from an endless response, which is not a fault', async () => {
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
  const [slow, large] = await Promise.all([
    checkApplication(endless, { within: 20 }),
    checkApplication(torrent),
  ])
  expect([slow.faults, large.faults]).toEqual([[], []])
  expect(closes).toBeGreaterThan(10)
  expect(ids(slow, 'unseen')).toContain('APP-18')
})
