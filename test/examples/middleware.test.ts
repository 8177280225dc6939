import { call, GatewayError, validator, type Application, type CallOptions } from '@phial/core'
import { middlewareCases, runCase } from '@phial/core/conformance'
import { describe, expect, test, vi } from 'vitest'
import {
  application,
  errorPage,
  corrected,
  correctedErrorPage,
} from '../../examples/03-middleware/middleware.ts'
import { served } from './support/served.ts'

// The corrected page writes to wsgi.errors, which `call` prints.
vi.spyOn(console, 'error').mockImplementation(() => undefined)

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const john: CallOptions = { query: { subject: 'john' } }
const TRACEBACK = /^Traceback \(most recent call first\):\nError: Cannot be john\n +at greeting /

const failsAtOnce: Application = () => {
  throw new Error('at once')
}
const failsLater: Application = async () => {
  await Promise.resolve()
  throw new Error('at once')
}
const failsLate: Application = function* answer(_environ, startResponse) {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  yield bytes('first bytes\n')
  throw new Error('late')
}
const throwsNothing: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  // oxlint-disable-next-line only-throw-error, no-throw-literal -- anything can be thrown
  throw undefined
}

/** Creates a body that counts calls of `close()`, and may fail at its second chunk. */
function counted(fails: boolean): { app: Application; closes: () => number } {
  let closes = 0
  function* chunks(): Generator<Uint8Array> {
    yield bytes('one')
    if (fails) throw new Error('late')
    yield bytes('two')
  }
  const app: Application = (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    return { [Symbol.iterator]: chunks, close: () => void closes++ }
  }
  return { app, closes: () => closes }
}

describe('as in the article', () => {
  test('passes a greeting on', async () => {
    expect((await call(validator(application), {})).text()).toBe('Hello world')
    expect((await call(application, { query: 'subject=jo' })).text()).toBe('Hello jo')
  })

  test('sends the traceback as the body, with status 200', async () => {
    const answer = await call(application, john)
    expect([answer.status, answer.headers[0]]).toEqual([
      '200 OK',
      ['Content-Type', 'text/plain; charset=utf-8'],
    ])
    expect(answer.text()).toMatch(TRACEBACK)
  })

  test('keeps the status because APP-2 rejects the second call', async () => {
    const refusals: unknown[] = []
    const watched: Application = (environ, startResponse) =>
      application(environ, (...args) => {
        try {
          return startResponse(...args)
        } catch (error) {
          refusals.push(error)
          throw error
        }
      })
    await call(watched, john)
    expect(refusals).toEqual([expect.any(GatewayError)])
    expect(refusals).toEqual([expect.objectContaining({ rule: 'APP-2' })])
  })

  test.for([failsAtOnce, failsLater])(
    'answers 500 to an error before startResponse',
    async (app) => {
      const answer = await call(validator(errorPage(app)), {})
      expect(answer.status).toBe('500 Internal Server Error')
      expect(answer.text()).toContain('Error: at once')
    },
  )

  test('appends an error after the first bytes to them', async () => {
    const answer = await call(errorPage(failsLate), {})
    expect(answer.status).toBe('200 OK')
    expect(answer.text()).toMatch(/^first bytes\nTraceback .*\nError: late\n/)
  })
})

describe('corrected', () => {
  test('passes a greeting on, with its length', async () => {
    const answer = await call(validator(corrected), {})
    expect(answer.text()).toBe('Hello world')
    expect(answer.headers).toContainEqual(['Content-Length', '11'])
  })

  test('sends the traceback as the body, with status 500', async () => {
    const answer = await call(validator(corrected), john)
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toMatch(TRACEBACK)
  })

  test.for([failsAtOnce, failsLater])(
    'answers 500 to an error before startResponse',
    async (app) => {
      const answer = await call(validator(correctedErrorPage(app)), {})
      expect(answer.status).toBe('500 Internal Server Error')
      expect(answer.text()).toContain('Error: at once')
    },
  )

  test('handles a thrown undefined', async () => {
    const answer = await call(validator(correctedErrorPage(throwsNothing)), {})
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('undefined')
  })

  test('throws an error after the first bytes to the server', async () => {
    const chunks: Uint8Array[] = []
    const onChunk = (chunk: Uint8Array): void => void chunks.push(chunk)
    const answer = call(validator(correctedErrorPage(failsLate)), { onChunk })
    await expect(answer).rejects.toThrow('late')
    expect(Buffer.concat(chunks).toString()).toBe('first bytes\n')
  })
})

test('a client detects that the connection was closed early', async () => {
  const server = await served(correctedErrorPage(failsLate))
  const response = await fetch(`http://127.0.0.1:${server.port}/`)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
  await server.close()
})

describe.for([
  ['the article’s middleware', errorPage],
  ['the corrected middleware', correctedErrorPage],
] as const)('%s closes the inner body', ([, middleware]) => {
  test.for([false, true])('once, if the body fails: %j', async (fails) => {
    const { app, closes } = counted(fails)
    await call(middleware(app), {}).catch(() => undefined)
    expect(closes()).toBe(1)
  })

  test('once, if the client disconnects', async () => {
    const { app, closes } = counted(false)
    const client = new AbortController()
    await call(middleware(app), { signal: client.signal, onChunk: () => client.abort() })
    expect(closes()).toBe(1)
  })
})

/** The rules for middleware, including the one against swallowed errors after startResponse. */
describe('the rules for middleware', () => {
  test.for(middlewareCases)('$rule: the corrected middleware $name', async (one) => {
    expect((await runCase(one, correctedErrorPage)).found).toBeUndefined()
  })

  test('the article’s middleware breaks MID-7 after startResponse', async () => {
    const findings = await Promise.all(middlewareCases.map((one) => runCase(one, errorPage)))
    expect(findings.flatMap(({ rule, name, found }) => (found ? [`${rule} ${name}`] : []))).toEqual(
      [
        'MID-7 does not swallow an error after startResponse',
        'MID-7 does not swallow an error after the first bytes',
      ],
    )
  })
})
