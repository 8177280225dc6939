import {
  call,
  GatewayError,
  run,
  rules,
  setupTestingDefaults,
  type HeaderList,
  type Rule,
} from '@phial/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const startRules = rules.filter(
  (rule): rule is Rule & Rule<'start'> => rule.at === 'start' && rule.by === 'driver',
)

/** Returns the first rule of the table that a call of `startResponse` breaks. */
function breachOf(args: readonly unknown[]): string | undefined {
  const [status, headers, excInfo] = args
  const start = { args: args.length, status, headers, excInfo, again: false, offered: undefined }
  return startRules.find((rule) => rule.check(start) !== undefined)?.id
}

/** Returns the rule with which the driver rejects such a call. */
function rejection(args: readonly unknown[]): string | undefined {
  let rule: string | undefined
  void run(
    (_environ, startResponse) => {
      try {
        ;(startResponse as (...args: readonly unknown[]) => unknown)(...args)
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        rule = error.rule
      }
      return []
    },
    setupTestingDefaults({}),
    {
      writeHead: () => undefined,
      write: () => undefined,
      end: () => undefined,
      destroy: () => undefined,
    },
    (error) => {
      if (!(error instanceof GatewayError)) throw error
    },
  )
  return rule
}

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('\t', ' ', '\r', '\n', '\0', '\u007f', '\u0080', 'ÿ', 'Ā', ':', 'a'),
    maxLength: 4,
  }),
)
const status = fc.oneof(
  fc.constantFrom(
    '200 OK',
    '200 ',
    '200',
    '099 Low',
    '199 Low',
    '599 ',
    '600 High',
    '2000 OK',
    '200  OK',
    ' 200 OK',
    '20O OK',
  ),
  fc.tuple(fc.integer({ min: 90, max: 700 }), text).map(([code, reason]) => `${code} ${reason}`),
  text,
  fc.anything(),
)
const name = fc.oneof(
  fc.constantFrom(
    'Content-Type', 'X-A', 'Connection', 'keep-alive', 'Proxy-Connection', 'TE', 'Trailer', 'Trailers',
    'Transfer-Encoding', 'Upgrade', 'Proxy-Authenticate', 'Proxy-Authorization', 'content-length', 'Content-Length', 'Status', 'constructor', '__proto__', '',
  ),
  text,
) // prettier-ignore
const value = fc.oneof(
  fc.constantFrom('', '0', '12', '007', '-1', '1e3', '9'.repeat(16), '12, 12', 'a\tb', 'a\r\nb'),
  text,
)
const plainHeaders = fc.array(fc.tuple(name, value), { maxLength: 4 })
const headers = fc.oneof(
  plainHeaders,
  fc.array(
    fc.oneof(
      fc.tuple(name, value),
      fc.anything(),
      fc.tuple(name, value, text),
      fc.tuple(name, fc.anything()),
    ),
  ),
  fc.sparseArray(fc.tuple(name, value), { maxLength: 3 }),
  fc.anything(),
)
const calls = fc.oneof(
  fc.tuple(status, headers),
  fc.tuple(fc.constant('200 OK'), headers),
  fc.tuple(status, headers, fc.anything()),
  fc.tuple(fc.constant('200 OK'), plainHeaders, fc.anything(), fc.anything()),
  fc.array(fc.anything(), { maxLength: 5 }),
)

test('the driver rejects a head exactly if the table of rules does, with the same rule', () => {
  fc.assert(
    fc.property(calls, (args) => {
      expect(rejection(args)).toBe(breachOf(args))
    }),
    { numRuns: 3000 },
  )
})

test('rejects or accepts a repeated name in the same way', () => {
  for (const [name, rule] of [
    ['Connection', 'APP-7'],
    ['bad name', 'APP-5'],
    ['X-Fine', undefined],
  ] as const) {
    expect(rejection(['200 OK', [[name, 'a']]])).toBe(rule)
    expect(rejection(['200 OK', [[name, 'a']]])).toBe(rule)
  }
})

test('still checks names after very many different ones', () => {
  for (let at = 0; at < 600; at++)
    expect(rejection(['200 OK', [[`X-Made-Up-${at}`, 'a']]])).toBeUndefined()
  expect(rejection(['200 OK', [['X-Late', 'a']]])).toBeUndefined()
  expect(rejection(['200 OK', [['X Late', 'a']]])).toBe('APP-5')
  expect(rejection(['200 OK', [['Upgrade', 'a']]])).toBe('APP-7')
})

test('does not send changes to the header list after startResponse', async () => {
  const headers: HeaderList = [['Content-Type', 'text/plain']]
  const { headers: sent } = await call((_environ, startResponse) => {
    startResponse('200 OK', headers)
    headers.push(['X-Injected', 'a\r\nX-Evil: yes'])
    for (const pair of headers) pair[1] = 'b\r\nX-Evil: yes'
    return []
  })
  expect(sent).toEqual([
    ['Content-Type', 'text/plain'],
    ['Content-Length', '0'],
  ])
})
