import { validator, type Application, type StartResponse } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { driveToEnd, ok, testEnviron } from '../support/drive.ts'

const failing = new Error('broken')
const TYPE: [string, string] = ['Content-Type', 'text/plain']

const breaches: [what: string, app: Application, rule: string, options?: { method: string }][] = [
  ['a Status header', (_environ, startResponse) => {
    ok(startResponse, ['Status', '200'])
    return []
  }, 'APP-9'],
  ['no Content-Type', (_environ, startResponse) => {
    startResponse('200 OK', [])
    return []
  }, 'APP-10'],
  ['a Content-Type with 204', (_environ, startResponse) => {
    startResponse('204 No Content', [TYPE])
    return []
  }, 'APP-10'],
  ['a second startResponse', (_environ, startResponse) => {
    ok(startResponse)
    ok(startResponse)
    return []
  }, 'APP-2'],
  ['a second startResponse after a rejected one', (_environ, startResponse) => {
    try {
      startResponse('nonsense', [])
    } catch {
      ok(startResponse)
    }
    return []
  }, 'APP-2'],
  ['text in write', (_environ, startResponse) => {
    void startResponse('200 OK', [TYPE])('text' as unknown as Uint8Array)
    return []
  }, 'APP-14'],
  ['more bytes of write and body than Content-Length', (_environ, startResponse) => {
    void startResponse('200 OK', [TYPE, ['Content-Length', '5']])(bytes('four'))
    return [bytes('five')]
  }, 'APP-17'],
  ['too few bytes of write and body', (_environ, startResponse) => {
    void startResponse('200 OK', [TYPE, ['Content-Length', '9']])(bytes('four'))
    return [bytes('five')]
  }, 'APP-18'],
  ['bytes with 304', (_environ, startResponse) => {
    startResponse('304 Not Modified', [])
    return [bytes('one')]
  }, 'APP-19'],
  ['write from within the body', function* app(_environ, startResponse) {
    const write = startResponse('200 OK', [TYPE])
    void write(bytes('one'))
    yield bytes('two')
  }, 'APP-21'],
  ['an ignored error of startResponse', function* app(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    try {
      startResponse('500 Oops', [TYPE], failing)
    } catch {
      yield bytes('as if nothing had happened')
    }
  }, 'APP-22'],
] // prettier-ignore

test.each(breaches)('rejects %s', async (_what, app, rule) => {
  const { errors } = await driveToEnd(validator(app))
  expect(errors[0]).toMatchObject({ name: 'GatewayError', rule })
})

describe('accepts', () => {
  test('excInfo before the first bytes, followed by a response', async () => {
    const { errors } = await driveToEnd(
      validator((_environ, startResponse) => {
        ok(startResponse, ['Content-Length', '99'])
        startResponse('500 Oops', [TYPE, ['Content-Length', '5']], failing)
        return [bytes('sorry')]
      }),
    )
    expect(errors).toEqual([])
  })

  test('a response to HEAD without the declared bytes', async () => {
    const { errors } = await driveToEnd(
      validator((_environ, startResponse) => {
        ok(startResponse, ['Content-Length', '99'])
        return []
      }),
      { method: 'HEAD' },
    )
    expect(errors).toEqual([])
  })

  test('an error of startResponse that is not caught', async () => {
    const { errors } = await driveToEnd(
      validator(function* app(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        startResponse('500 Oops', [TYPE], failing)
      }),
    )
    expect(errors).toEqual([failing])
  })
})

test('rejects write after the end', async () => {
  let write: (chunk: Uint8Array) => unknown = () => undefined
  await driveToEnd(
    validator((_environ, startResponse) => {
      write = startResponse('200 OK', [TYPE])
      return [bytes('one')]
    }),
  )
  expect(() => write(bytes('late'))).toThrow(/^APP-20: /)
})

test('passes the arguments of startResponse on, and the chunks of write', () => {
  const seen: unknown[] = []
  const server: StartResponse = (...args) => {
    seen.push(args)
    return (chunk) => void seen.push(chunk)
  }
  const chunk = bytes('one')
  const headers = [TYPE]
  void validator((_environ, startResponse) => {
    void startResponse('200 OK', headers, failing)(chunk)
    return []
  })(testEnviron(), server)
  expect(seen).toEqual([['200 OK', headers, failing], chunk])
})
