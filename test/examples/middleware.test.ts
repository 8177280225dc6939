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

// What the corrected page writes to wsgi.errors: `call` prints that.
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

/** A body that counts how often it is closed, and may fail at its second chunk. */
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

describe('as the article does it', () => {
  test('a greeting passes', async () => {
    expect((await call(validator(application), {})).text()).toBe('Hello world')
    expect((await call(application, { query: 'subject=jo' })).text()).toBe('Hello jo')
  })

  test('the traceback is the body, and the status stays 200', async () => {
    const answer = await call(application, john)
    expect([answer.status, answer.headers[0]]).toEqual([
      '200 OK',
      ['Content-Type', 'text/plain; charset=utf-8'],
    ])
    expect(answer.text()).toMatch(TRACEBACK)
  })

  test('that is because APP-2 refuses the second call', async () => {
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

  test.for([failsAtOnce, failsLater])('an error before startResponse gets its 500', async (app) => {
    const answer = await call(validator(errorPage(app)), {})
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('Error: at once')
  })

  test('an error after the first bytes is appended to them', async () => {
    const answer = await call(errorPage(failsLate), {})
    expect(answer.status).toBe('200 OK')
    expect(answer.text()).toMatch(/^first bytes\nTraceback .*\nError: late\n/)
  })
})

describe('corrected', () => {
  test('a greeting passes, and its length is known', async () => {
    const answer = await call(validator(corrected), {})
    expect(answer.text()).toBe('Hello world')
    expect(answer.headers).toContainEqual(['Content-Length', '11'])
  })

  test('the traceback is the body of a 500', async () => {
    const answer = await call(validator(corrected), john)
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toMatch(TRACEBACK)
  })

  test.for([failsAtOnce, failsLater])('so it is before startResponse', async (app) => {
    const answer = await call(validator(correctedErrorPage(app)), {})
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('Error: at once')
  })

  test('what is thrown may be nothing', async () => {
    const answer = await call(validator(correctedErrorPage(throwsNothing)), {})
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('undefined')
  })

  test('after the first bytes, the error goes to the server', async () => {
    const chunks: Uint8Array[] = []
    const onChunk = (chunk: Uint8Array): void => void chunks.push(chunk)
    const answer = call(validator(correctedErrorPage(failsLate)), { onChunk })
    await expect(answer).rejects.toThrow('late')
    expect(Buffer.concat(chunks).toString()).toBe('first bytes\n')
  })
})

test('a client can tell that the connection was cut', async () => {
  const server = await served(correctedErrorPage(failsLate))
  const response = await fetch(`http://127.0.0.1:${server.port}/`)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
  await server.close()
})

describe.for([
  ['the article’s', errorPage],
  ['the corrected one', correctedErrorPage],
] as const)('%s closes the body within', ([, middleware]) => {
  test.for([false, true])('once, whether it fails: %j', async (fails) => {
    const { app, closes } = counted(fails)
    await call(middleware(app), {}).catch(() => undefined)
    expect(closes()).toBe(1)
  })

  test('once, when the client leaves', async () => {
    const { app, closes } = counted(false)
    const client = new AbortController()
    await call(middleware(app), { signal: client.signal, onChunk: () => client.abort() })
    expect(closes()).toBe(1)
  })
})

/** What the rule against swallowed errors asks once the application has spoken. */
describe('the rules for middleware', () => {
  test.for(middlewareCases)('$rule: the corrected one $name', async (one) => {
    expect((await runCase(one, correctedErrorPage)).found).toBeUndefined()
  })

  test('the article’s breaks MID-7, once the application has spoken', async () => {
    const findings = await Promise.all(middlewareCases.map((one) => runCase(one, errorPage)))
    expect(findings.flatMap(({ rule, name, found }) => (found ? [`${rule} ${name}`] : []))).toEqual(
      [
        'MID-7 does not swallow an error after startResponse',
        'MID-7 does not swallow an error after the first bytes',
      ],
    )
  })
})
