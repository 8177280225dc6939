import {
  call,
  GatewayError,
  run,
  rules,
  setupTestingDefaults,
  type Application,
  type HeaderList,
  type ResponseWriter,
  type Rule,
  type StartResponse,
} from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { bytes } from './support/bytes.ts'
import { drive, driveToEnd, ok, SERVER_ERROR, testEnviron } from './support/drive.ts'

const failing = new Error('broken')

/** Returns an application that calls `startResponse` with any arguments, as untyped code may. */
const untyped =
  (
    answer: (startResponse: (...args: unknown[]) => (chunk: unknown) => unknown) => unknown,
  ): Application =>
  (_environ, startResponse) =>
    answer(startResponse as never) as ReturnType<Application>

describe('startResponse', () => {
  test('with excInfo, before the first bytes, replaces status and headers', () => {
    const { calls, errors } = drive(function* answer(_environ, startResponse) {
      ok(startResponse, ['Content-Length', '99'])
      yield bytes('')
      startResponse('503 Service Unavailable', [['Retry-After', '1']], failing)
      yield bytes('sorry')
    })
    expect(calls).toEqual([
      ['writeHead', '503 Service Unavailable', [['Retry-After', '1']]],
      ['write', 'sorry'],
      ['end'],
    ])
    expect(errors).toEqual([])
  })

  test('with excInfo may be the first call', () => {
    const { calls } = drive((_environ, startResponse) => {
      startResponse('500 Oops', [], failing)
      return [bytes('sorry')]
    })
    expect(calls).toEqual([
      ['writeHead', '500 Oops', [['Content-Length', '5']]],
      ['end', 'sorry'],
    ])
  })

  test('with excInfo, after the first bytes, rethrows the error, and the response is aborted', () => {
    const caught: unknown[] = []
    const { calls, errors } = drive(function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      try {
        startResponse('500 Oops', [], failing)
      } catch (error) {
        caught.push(error)
        throw error
      }
    })
    expect(caught[0]).toBe(failing)
    expect(errors[0]).toBe(failing)
    expect(calls.map(([name]) => name)).toEqual(['writeHead', 'write', 'destroy'])
  })

  test('rethrows excInfo even if it is not an Error', () => {
    const { errors } = drive(function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      startResponse('500 Oops', [], 0)
    })
    expect(errors).toEqual([0])
  })

  test.each([[undefined], [null]])('is rejected a second time with %s as excInfo', (excInfo) => {
    const { calls, errors } = drive((_environ, startResponse) => {
      ok(startResponse)
      startResponse('200 OK', [], excInfo)
      return []
    })
    expect(errors).toMatchObject([{ rule: 'APP-2' }])
    expect(calls).toEqual(SERVER_ERROR)
  })

  test('is rejected a second time even if the first call was rejected', () => {
    const refused: unknown[] = []
    const { calls, errors } = drive((_environ, startResponse) => {
      for (const status of ['nonsense', '200 OK']) {
        try {
          startResponse(status, [])
        } catch (error) {
          refused.push(error)
        }
      }
      return [bytes('one')]
    })
    expect(refused).toMatchObject([{ rule: 'APP-3' }, { rule: 'APP-2' }])
    expect(errors).toMatchObject([{ rule: 'APP-15' }])
    expect(calls).toEqual(SERVER_ERROR)
  })

  test('that is rejected keeps the previous status and headers', () => {
    const { calls } = drive((_environ, startResponse) => {
      ok(startResponse)
      expect(() => startResponse('nonsense', [], failing)).toThrow(GatewayError)
      return [bytes('one')]
    })
    expect(calls[0]).toEqual([
      'writeHead',
      '200 OK',
      [
        ['Content-Type', 'text/plain'],
        ['Content-Length', '3'],
      ],
    ])
  })

  test('may be called by a generator, before its first bytes', async () => {
    const { calls } = await driveToEnd(async function* answer(_environ, startResponse) {
      yield bytes('')
      ok(startResponse)
      yield bytes('one')
    })
    expect(calls.slice(1)).toEqual([['write', 'one'], ['end']])
  })
})

describe('Content-Length', () => {
  const announcing = (length: number, ...chunks: string[]): Application =>
    function* answer(_environ, startResponse) {
      ok(startResponse, ['Content-Length', String(length)])
      for (const chunk of chunks) yield bytes(chunk)
    }
  const asArray =
    (length: number, ...chunks: string[]): Application =>
    (_environ, startResponse) => {
      ok(startResponse, ['Content-Length', String(length)])
      return chunks.map(bytes)
    }

  test.each([
    ['a generator', announcing],
    ['an array', asArray],
  ])('greater than the body of %s is reported, and the connection closed', (_name, make) => {
    const { calls, errors } = drive(make(9, 'four'))
    expect(calls.slice(1)).toEqual([
      ['write', 'four'],
      ['destroy', errors[0]],
    ])
    expect(errors).toMatchObject([
      {
        rule: 'APP-18',
        message: expect.stringContaining('the body has 4 bytes, but Content-Length is 9'),
      },
    ])
  })

  test('greater than a single chunk closes the connection, even if the client is slow', async () => {
    const { calls, errors } = await driveToEnd(asArray(9, 'four'), { room: async () => undefined })
    expect(calls.slice(1)).toEqual([
      ['write', 'four'],
      ['destroy', errors[0]],
    ])
    expect(errors).toMatchObject([{ rule: 'APP-18' }])
  })

  test('greater than an empty body closes the connection', () => {
    for (const app of [asArray(3), asArray(3, ''), announcing(3)]) {
      const { calls, errors } = drive(app)
      expect(calls.map(([name]) => name)).toEqual(['writeHead', 'destroy'])
      expect(errors).toMatchObject([{ rule: 'APP-18' }])
    }
  })

  test.each([
    ['a generator', announcing(5, 'four', 'five', 'never')],
    ['an array', asArray(5, 'four', 'five')],
  ])('less than the body of %s discards the excess bytes, and is reported once', (_name, app) => {
    const { calls, errors } = drive(app)
    expect(calls.slice(1)).toEqual([['write', 'four'], ['write', 'f'], ['end']])
    expect(errors).toMatchObject([
      {
        rule: 'APP-17',
        message: expect.stringContaining('the body has at least 8 bytes, but Content-Length is 5'),
      },
    ])
  })

  test('less than a single chunk discards the excess bytes', () => {
    const { calls, errors } = drive(asArray(3, 'four'))
    expect(calls.slice(1)).toEqual([['write', 'fou'], ['end']])
    expect(errors).toMatchObject([{ rule: 'APP-17' }])
  })

  test('of 0 discards the whole body', () => {
    const { calls, errors } = drive(asArray(0, 'four'))
    expect(calls).toEqual([
      [
        'writeHead',
        '200 OK',
        [
          ['Content-Type', 'text/plain'],
          ['Content-Length', '0'],
        ],
      ],
      ['end'],
    ])
    expect(errors).toMatchObject([{ rule: 'APP-17' }])
  })

  test('includes the bytes of write', () => {
    const { calls, errors } = drive((_environ, startResponse) => {
      void startResponse('200 OK', [['Content-Length', '5']])(bytes('four'))
      return [bytes('five')]
    })
    expect(calls.slice(1)).toEqual([['write', 'four'], ['write', 'f'], ['end']])
    expect(errors).toMatchObject([{ rule: 'APP-17' }])
  })

  test('stops the iteration once it is exceeded', () => {
    const asked: string[] = []
    drive(function* answer(_environ, startResponse) {
      ok(startResponse, ['Content-Length', '3'])
      for (const chunk of ['one', 'two', 'three']) {
        asked.push(chunk)
        yield bytes(chunk)
      }
    })
    expect(asked).toEqual(['one', 'two'])
  })
})

describe('a response without a body', () => {
  const TEXT: HeaderList = [['Content-Type', 'text/plain']]

  test('to HEAD has the head of GET, with the length of the array', () => {
    const { calls, done } = drive(
      (_environ, startResponse) => {
        ok(startResponse)
        return [bytes('hello')]
      },
      { method: 'HEAD' },
    )
    expect(done).toBeUndefined()
    expect(calls).toEqual([['writeHead', '200 OK', [...TEXT, ['Content-Length', '5']]], ['end']])
  })

  test('to HEAD keeps the declared Content-Length for any body', () => {
    for (const body of [[], [bytes('much too much')], [bytes('a'), bytes('b')]]) {
      const { calls, errors } = drive(
        (_environ, startResponse) => {
          ok(startResponse, ['Content-Length', '5'])
          return body
        },
        { method: 'HEAD' },
      )
      expect(calls).toEqual([['writeHead', '200 OK', [...TEXT, ['Content-Length', '5']]], ['end']])
      expect(errors).toEqual([])
    }
  })

  test('to HEAD has no Content-Length if the length is unknown', () => {
    const { calls } = drive(
      (_environ, startResponse) => {
        ok(startResponse)
        return []
      },
      { method: 'HEAD' },
    )
    expect(calls).toEqual([['writeHead', '200 OK', TEXT], ['end']])
  })

  test('to HEAD requests no chunks after the first bytes', async () => {
    const asked: string[] = []
    const { calls } = await driveToEnd(
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        for (const chunk of ['', 'one', 'two']) {
          asked.push(chunk)
          yield bytes(chunk)
        }
      },
      { method: 'HEAD' },
    )
    expect(asked).toEqual(['', 'one'])
    expect(calls).toEqual([['writeHead', '200 OK', TEXT], ['end']])
  })

  test('to HEAD discards the bytes of write', () => {
    const { calls } = drive(
      (_environ, startResponse) => {
        void startResponse('200 OK', [])(bytes('ahead'))
        return []
      },
      { method: 'HEAD' },
    )
    expect(calls).toEqual([['writeHead', '200 OK', []], ['end']])
  })

  test.each(['204 No Content', '304 Not Modified'])(
    'with %s has no bytes and no Content-Length',
    (status) => {
      for (const body of [[], [bytes('one')], [bytes('one'), bytes('two')]]) {
        const { calls, errors } = drive((_environ, startResponse) => {
          startResponse(status, [['ETag', '"1"']])
          return body
        })
        expect(calls).toEqual([['writeHead', status, [['ETag', '"1"']]], ['end']])
        expect(errors).toEqual([])
      }
    },
  )

  test('with 205 has no bytes and Content-Length: 0', () => {
    for (const body of [[], [bytes('one')], [bytes('one'), bytes('two')]]) {
      const { calls, errors } = drive((_environ, startResponse) => {
        startResponse('205 Reset Content', [['Content-Length', '3']])
        return body
      })
      expect(calls).toEqual([
        ['writeHead', '205 Reset Content', [['Content-Length', '0']]],
        ['end'],
      ])
      expect(errors).toEqual([])
    }
  })

  test('with 204 loses its Content-Length, and with 304 keeps it', () => {
    for (const [status, kept] of [
      ['204 No Content', []],
      ['304 Not Modified', [['content-length', '7']]],
    ] as const) {
      const { calls } = drive((_environ, startResponse) => {
        startResponse(status, [['content-length', '7']])
        return []
      })
      expect(calls).toEqual([['writeHead', status, kept], ['end']])
    }
  })
})

describe('a breach is reported with its rule, the description and the remedy', () => {
  const started = (body: unknown): Application =>
    untyped((startResponse) => {
      startResponse('200 OK', [])
      return body
    })
  const starting = (...args: unknown[]): Application =>
    untyped((startResponse) => {
      startResponse(...args)
      return []
    })

  const mistakes: [what: string, app: Application, rule: string, found: string, remedy: string][] = [
    ['no headers', starting('200 OK'), 'APP-1', 'was called with 1 argument', 'startResponse(status, headers)'],
    ['too many arguments', starting('200 OK', [], failing, 1), 'APP-1', 'was called with 4 arguments', 'startResponse(status, headers)'],
    ['a number for a status', starting(200, []), 'APP-3', 'the status is a number (200)', "'200 OK'"],
    ['a status without a space', starting('200', []), 'APP-3', 'the status is a string ("200")', "'200 OK'"],
    ['a status of 101 without an offered upgrade', starting('101 Switching Protocols', []), 'APP-24', 'no phial.upgrade', 'respond with an error'],
    ['a status of 100', starting('100 Continue', []), 'APP-3', 'Continue', "'200 OK'"],
    ['headers as an object', starting('200 OK', { 'Content-Type': 'text/plain' }), 'APP-4', 'the headers are a plain object', 'Object.entries(headers)'],
    ['headers as a Map', starting('200 OK', new Map()), 'APP-4', 'the headers are a Map', 'Object.entries(headers)'],
    ['a header as an object', starting('200 OK', [{ name: 'A' }]), 'APP-4', 'header 0 is a plain object', "['Content-Type', 'text/plain']"],
    ['a number for a value', starting('200 OK', [['A', 'b'], ['Content-Length', 5]]), 'APP-4', 'header 1 is [a string ("Content-Length"), a number (5)]', "['Content-Type', 'text/plain']"],
    ['a hole in the headers', starting('200 OK', Array.from({ length: 1 })), 'APP-4', 'header 0 is undefined', "['Content-Type', 'text/plain']"],
    ['a missing header in a sparse list', starting('200 OK', new Array(1)), 'APP-4', 'header 0 is undefined', "['Content-Type', 'text/plain']"],
    ['a space in a name', starting('200 OK', [['Content Type', 'a']]), 'APP-5', 'a string ("Content Type")', 'Remove spaces, colons'],
    ['CR LF in a value', starting('200 OK', [['Location', '/\r\nSet-Cookie: a=b']]), 'APP-6', 'the value of Location is a string ("/\\r\\nSet-Cookie: a=b")', 'Encode or reject'],
    ['text outside Latin-1 in a value', starting('200 OK', [['X-Name', 'Łódź']]), 'APP-6', 'X-Name', 'RFC 8187'],
    ['Connection', starting('200 OK', [['Connection', 'close']]), 'APP-7', 'the application set Connection', 'Remove the header'],
    ['transfer-encoding', starting('200 OK', [['transfer-encoding', 'chunked']]), 'APP-7', 'transfer-encoding', 'Remove the header'],
    ['a length with a sign', starting('200 OK', [['Content-Length', '+5']]), 'APP-8', 'Content-Length is a string ("+5")', 'the number of bytes'],
    ['two lengths', starting('200 OK', [['Content-Length', '5'], ['content-length', '5']]), 'APP-8', 'more than once', 'the number of bytes'],
    ['a string for a body', started('hello'), 'APP-13', 'the body is a string ("hello"), not an iterable of bytes', 'new TextEncoder().encode(text)'],
    ['a long string for a body', started('x'.repeat(100)), 'APP-13', `"${'x'.repeat(57)}…"`, 'new TextEncoder().encode(text)'],
    ['bytes for a body', started(bytes('hello')), 'APP-13', 'the body is a Uint8Array, which yields numbers when iterated', 'Return [bytes]'],
    ['a Buffer for a body', started(Buffer.from('hello')), 'APP-13', 'a Uint8Array', 'Return [bytes]'],
    ['no body', started(undefined), 'APP-13', 'the body is undefined', 'Return [bytes]'],
    ['null for a body', started(null), 'APP-13', 'the body is null', 'Return [bytes]'],
    ['a number for a body', started(42), 'APP-13', 'the body is a number (42)', 'Return [bytes]'],
    ['a plain object for a body', started({}), 'APP-13', 'the body is a plain object, which is not iterable', 'Return [bytes]'],
    ['a Response for a body', started(new Response('hello')), 'APP-13', 'a Response', 'Return [bytes]'],
    ['text in an array', started(['hello']), 'APP-14', 'a chunk is a string ("hello")', 'new TextEncoder().encode(text)'],
    ['text in a longer array', started(['hello', 'world']), 'APP-14', 'a chunk is a string ("hello")', 'new TextEncoder().encode(text)'],
    ['an ArrayBuffer', started([new ArrayBuffer(1)]), 'APP-14', 'a chunk is an ArrayBuffer', 'new TextEncoder'],
    ['a Uint16Array', started([new Uint16Array(1)]), 'APP-14', 'a chunk is a Uint16Array', 'new TextEncoder'],
    ['a promise in an array', started([Promise.resolve(bytes('hello')), bytes('')]), 'APP-14', 'a chunk is a Promise', 'new TextEncoder'],
    ['bytes before startResponse', untyped(() => [bytes('hello')]), 'APP-15', 'a chunk was sent before startResponse was called', 'Call startResponse first'],
    ['no startResponse', untyped(() => []), 'APP-16', 'the body ended without a successful call of startResponse', 'on every path through the application'],
    ['text for write', untyped((startResponse) => {
      startResponse('200 OK', [])('hello')
      return []
    }), 'APP-14', 'a chunk is a string ("hello")', 'new TextEncoder'],
  ] // prettier-ignore

  test.each(mistakes)('%s', (_what, app, rule, found, remedy) => {
    const { calls, errors } = drive(app)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(GatewayError)
    const { message, rule: broken } = errors[0] as GatewayError
    expect(broken).toBe(rule)
    expect(message.startsWith(`${rule}: `)).toBe(true)
    expect(message).toContain(found)
    expect(message).toContain(remedy)
    expect(calls).toEqual(SERVER_ERROR)
  })

  test.each(mistakes)('%s, from an asynchronous application', async (_what, app, rule) => {
    const { calls, errors } = await driveToEnd(async (...args) => app(...args))
    expect(errors).toMatchObject([{ rule }])
    expect(calls).toEqual(SERVER_ERROR)
  })

  test('text in the middle of a body closes the connection', async () => {
    const { calls, errors } = await driveToEnd(async function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      yield 'two' as unknown as Uint8Array
    })
    expect(errors).toMatchObject([{ rule: 'APP-14' }])
    expect(calls.slice(1)).toEqual([
      ['write', 'one'],
      ['destroy', errors[0]],
    ])
  })

  test('accepts a Uint8Array of another realm', async () => {
    const { runInNewContext } = await import('node:vm')
    const chunk = runInNewContext('Uint8Array.of(104, 105)') as Uint8Array
    expect(chunk).not.toBeInstanceOf(Uint8Array)
    const { calls } = drive((_environ, startResponse) => {
      ok(startResponse)
      return [chunk]
    })
    expect(calls.at(-1)).toEqual(['end', 'hi'])
  })
})

test('an error of write is reported once and causes no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const { calls, errors } = await driveToEnd(
    async (_environ, startResponse) => {
      const write = startResponse('200 OK', [])
      void write(bytes('one'))
      void write(bytes('two'))
      await turn()
      await turn()
      return [bytes('three')]
    },
    { room: (text) => (text === 'one' ? Promise.reject(failing) : Promise.resolve()) },
  )
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect(errors).toEqual([failing])
  expect(calls.at(-1)).toEqual(['destroy', failing])
})

test('write returns the promise of the writer, so that old code can apply back-pressure', async () => {
  const room = deferred()
  const answered: unknown[] = []
  await driveToEnd(
    async (_environ, startResponse: StartResponse) => {
      const write = startResponse('200 OK', [])
      const waiting = write(bytes('one'))
      answered.push(waiting instanceof Promise)
      room.resolve()
      await waiting
      return []
    },
    { room: () => room.promise },
  )
  expect(answered).toEqual([true])
})

test('the signal of a writer with onGone is not read', async () => {
  let leave: (() => void) | undefined
  let isGone = false
  const calls: string[] = []
  const writer: ResponseWriter = {
    writeHead: () => undefined,
    write: () => undefined,
    end: () => void calls.push('end'),
    destroy: () => void calls.push('destroy'),
    onGone: (callback) => {
      leave = callback
      calls.push(callback === undefined ? 'removed' : 'set')
    },
    get isGone() {
      return isGone
    },
    get signal(): AbortSignal {
      throw new Error('The signal was asked for')
    },
  }
  const never = deferred()
  const app: Application = async function* answer(_environ, startResponse) {
    ok(startResponse)
    try {
      yield bytes('one')
      await never.promise
    } finally {
      calls.push('returned')
    }
  }
  const done = run(app, testEnviron(), writer, () => undefined)
  await turn()
  isGone = true
  leave?.()
  never.resolve()
  await done
  expect(calls).toEqual(['set', 'destroy', 'removed', 'returned'])
})

const startRules = rules.filter(
  (rule): rule is Rule & Rule<'start'> => rule.at === 'start' && rule.by === 'driver',
)

/** The first rule of the table that a call of `startResponse` breaks. */
function breachOf(args: readonly unknown[]): string | undefined {
  const [status, headers, excInfo] = args
  const start = { args: args.length, status, headers, excInfo, again: false, offered: undefined }
  return startRules.find((rule) => rule.check(start) !== undefined)?.id
}

/** The rule with which the driver rejects such a call. */
function refusal(args: readonly unknown[]): string | undefined {
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

test('rejects a head exactly if the table of rules does, with the same rule', () => {
  fc.assert(
    fc.property(calls, (args) => {
      expect(refusal(args)).toBe(breachOf(args))
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
    expect(refusal(['200 OK', [[name, 'a']]])).toBe(rule)
    expect(refusal(['200 OK', [[name, 'a']]])).toBe(rule)
  }
})

test('still checks names after very many different ones', () => {
  for (let at = 0; at < 600; at++)
    expect(refusal(['200 OK', [[`X-Made-Up-${at}`, 'a']]])).toBeUndefined()
  expect(refusal(['200 OK', [['X-Late', 'a']]])).toBeUndefined()
  expect(refusal(['200 OK', [['X Late', 'a']]])).toBe('APP-5')
  expect(refusal(['200 OK', [['Upgrade', 'a']]])).toBe('APP-7')
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
