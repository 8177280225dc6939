import {
  asApplication,
  call,
  compose,
  dispatcher,
  errorStream,
  proxyFix,
  run,
  setupTestingDefaults,
  toFetch,
  validator,
  type Application,
  type ApplicationLike,
  type Middleware,
} from '@phial/core'
import { describe, expect, test, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { bytes } from './support/bytes.ts'
import { drive, driveToEnd, ok, RecordingTransport, SERVER_ERROR } from './support/drive.ts'

const TEXT: [string, string] = ['Content-Type', 'text/plain']

describe('a 101 response', () => {
  const offered = { environ: { 'phial.upgrade': 'echo' } }

  test('sends its head before the first chunk, without Content-Length', async () => {
    const waiting = deferred()
    const { calls, done } = drive(async function* conversation(_environ, startResponse) {
      startResponse('101 Switching Protocols', [['X-Case', 'head']])
      await waiting.promise
      yield bytes('one')
    }, offered)
    const head = [['writeHead', '101 Switching Protocols', [['X-Case', 'head']]], ['flushHeaders']]
    expect(calls).toEqual(head)
    waiting.resolve()
    await done
    expect(calls).toEqual([...head, ['write', 'one'], ['end']])
  })

  test('gets no Content-Length for a body of one chunk', () => {
    const { calls } = drive((_environ, startResponse) => {
      startResponse('101 Switching Protocols', [])
      return [bytes('one')]
    }, offered)
    expect(calls).toEqual([
      ['writeHead', '101 Switching Protocols', []],
      ['flushHeaders'],
      ['write', 'one'],
      ['end'],
    ])
  })

  test('cannot be replaced: an error after it closes the connection', () => {
    const broken = new Error('broken')
    const { calls, errors } = drive((_environ, startResponse) => {
      startResponse('101 Switching Protocols', [])
      startResponse('500 Oops', [TEXT], broken)
      return []
    }, offered)
    expect(calls.at(-1)).toEqual(['destroy', broken])
    expect(errors).toEqual([broken])
  })
})

describe('an array', () => {
  test('of one chunk is sent without a promise, with one head and one end', () => {
    const { calls, done } = drive((_environ, startResponse) => {
      ok(startResponse)
      return [bytes('hello')]
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT, ['Content-Length', '5']]],
      ['end', 'hello'],
    ])
  })

  test.each([
    ['no chunk', []],
    ['one empty chunk', [bytes('')]],
  ])('of %s is sent without a promise, with Content-Length: 0', (_name, body) => {
    const { calls, done } = drive((_environ, startResponse) => {
      ok(startResponse)
      return body
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual([['writeHead', '200 OK', [TEXT, ['Content-Length', '0']]], ['end']])
  })

  test('of several chunks is written chunk by chunk, without Content-Length and without a promise', () => {
    const { calls, done } = drive((_environ, startResponse) => {
      ok(startResponse)
      return [bytes(''), bytes('one'), bytes(''), bytes('two')]
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT]],
      ['write', 'one'],
      ['write', 'two'],
      ['end'],
    ])
  })

  test('keeps the Content-Length that the application set', () => {
    const { calls, errors } = drive((_environ, startResponse) => {
      startResponse('200 OK', [['content-length', '5']])
      return [bytes('hello')]
    })
    expect(calls).toEqual([
      ['writeHead', '200 OK', [['content-length', '5']]],
      ['end', 'hello'],
    ])
    expect(errors).toEqual([])
  })

  test('does not read the signal of the writer', () => {
    const calls: string[] = []
    const done = run(
      (_environ, startResponse) => {
        ok(startResponse)
        return [bytes('hello')]
      },
      setupTestingDefaults({}),
      {
        writeHead: (status) => void calls.push(status),
        write: () => undefined,
        end: () => void calls.push('end'),
        destroy: () => undefined,
        get signal(): AbortSignal {
          throw new Error('The signal was read')
        },
      },
    )
    expect(done).toBeUndefined()
    expect(calls).toEqual(['200 OK', 'end'])
  })

  test('does not modify the headers of the application', () => {
    const headers: [string, string][] = [TEXT]
    drive((_environ, startResponse) => {
      startResponse('200 OK', headers)
      return [bytes('hello')]
    })
    expect(headers).toEqual([TEXT])
  })
})

describe('a body', () => {
  const whole = [['writeHead', '200 OK', [TEXT]], ['write', 'one'], ['write', 'two'], ['end']]

  test('of a generator is sent synchronously, without a promise', () => {
    const { calls, done } = drive(function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      yield bytes('two')
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual(whole)
  })

  test('of an asynchronous generator is sent chunk by chunk', async () => {
    const { calls } = await driveToEnd(async function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      await turn()
      yield bytes('two')
    })
    expect(calls).toEqual(whole)
  })

  test('of an asynchronous iterable that is not a generator is sent', async () => {
    const { calls } = await driveToEnd((_environ, startResponse) => {
      ok(startResponse)
      const chunks = [bytes('one'), bytes('two')].values()
      return { [Symbol.asyncIterator]: () => ({ next: async () => chunks.next() }) }
    })
    expect(calls).toEqual(whole)
  })

  test('that is a promise of an array is sent with one head and one end', async () => {
    const { calls } = await driveToEnd(async (_environ, startResponse) => {
      await turn()
      ok(startResponse)
      return [bytes('hello')]
    })
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT, ['Content-Length', '5']]],
      ['end', 'hello'],
    ])
  })

  test('without bytes is sent with Content-Length: 0', async () => {
    const { calls } = await driveToEnd(async function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('')
    })
    expect(calls).toEqual([['writeHead', '200 OK', [TEXT, ['Content-Length', '0']]], ['end']])
  })

  test('does not send the head before the first bytes', async () => {
    const more = deferred()
    const requested = deferred()
    const driven = drive(async function* answer(_environ, startResponse) {
      ok(startResponse)
      yield bytes('')
      requested.resolve()
      await more.promise
      yield bytes('one')
    })
    await requested.promise
    await turn()
    expect(driven.calls).toEqual([])
    more.resolve()
    await driven.done
    expect(driven.calls).toHaveLength(3)
  })
})

describe('back-pressure', () => {
  const bodies: Record<string, (note: (text: string) => void) => Application> = {
    'an array': (note) => (_environ, startResponse) => {
      ok(startResponse)
      const chunks = [bytes('one'), bytes('two')]
      return new Proxy(chunks, {
        get(target, key, receiver) {
          if (key === '0' || key === '1') note(`requested ${key}`)
          return Reflect.get(target, key, receiver) as unknown
        },
      })
    },
    'a generator': (note) =>
      function* answer(_environ, startResponse) {
        ok(startResponse)
        note('requested 0')
        yield bytes('one')
        note('requested 1')
        yield bytes('two')
      },
    'an asynchronous generator': (note) =>
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        note('requested 0')
        yield bytes('one')
        note('requested 1')
        yield bytes('two')
      },
  }

  test.each(Object.entries(bodies))('delays the next chunk of %s', async (_name, make) => {
    const notes: string[] = []
    const written = deferred()
    const room = deferred()
    const driven = drive(
      make((note) => notes.push(note)),
      {
        room: (text) => {
          notes.push(`wrote ${text}`)
          if (text !== 'one') return undefined
          written.resolve()
          return room.promise
        },
      },
    )
    await written.promise
    await turn()
    expect(notes).toEqual(['requested 0', 'wrote one'])
    room.resolve()
    await driven.done
    expect(notes).toEqual(['requested 0', 'wrote one', 'requested 1', 'wrote two'])
    expect(driven.calls.at(-1)).toEqual(['end'])
  })

  test('of write delays the body', async () => {
    const room = deferred()
    const driven = drive(
      (_environ, startResponse) => {
        void startResponse('200 OK', [TEXT])(bytes('ahead'))
        return [bytes('body')]
      },
      { room: (text) => (text === 'ahead' ? room.promise : undefined) },
    )
    await turn()
    expect(driven.calls.map(([name]) => name)).toEqual(['writeHead', 'write'])
    room.resolve()
    await driven.done
    expect(driven.calls.slice(1)).toEqual([['write', 'ahead'], ['write', 'body'], ['end']])
  })
})

describe('write', () => {
  test('sends the head and its chunk before the body', () => {
    const { calls, done } = drive((_environ, startResponse) => {
      const write = startResponse('200 OK', [TEXT])
      void write(bytes(''))
      void write(bytes('ahead'))
      return [bytes('body')]
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT]],
      ['flushHeaders'],
      ['write', 'ahead'],
      ['write', 'body'],
      ['end'],
    ])
  })

  test('with an empty chunk sends only the head, once, so the body has no Content-Length', () => {
    const { calls } = drive((_environ, startResponse) => {
      const write = startResponse('200 OK', [TEXT])
      void write(bytes(''))
      void write(bytes(''))
      return [bytes('body')]
    })
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT]],
      ['flushHeaders'],
      ['write', 'body'],
      ['end'],
    ])
  })

  test('with an empty chunk makes it too late to replace the head', async () => {
    const error = new Error('too late')
    const { calls, errors } = await driveToEnd(async (_environ, startResponse) => {
      await startResponse('200 OK', [TEXT])(bytes(''))
      startResponse('500 Oops', [], error)
      return []
    })
    expect(calls.map(([call]) => call)).toEqual(['writeHead', 'flushHeaders', 'destroy'])
    expect(errors).toEqual([error])
  })

  test('with an empty chunk sends nothing to a disconnected client', () => {
    const { calls } = drive(
      (_environ, startResponse) => {
        void startResponse('200 OK', [TEXT])(bytes(''))
        return []
      },
      { signal: AbortSignal.abort() },
    )
    expect(calls).not.toContainEqual(['flushHeaders'])
  })

  test('throws after the response has ended', () => {
    let write: (chunk: Uint8Array) => unknown = () => undefined
    const { calls } = drive((_environ, startResponse) => {
      write = startResponse('200 OK', [TEXT])
      return [bytes('body')]
    })
    expect(() => write(bytes('late'))).toThrow(/^APP-20: write was called after the response ended/)
    expect(calls.at(-1)).toEqual(['end', 'body'])
  })
})

describe('an error', () => {
  const failing = new Error('broken')

  test('thrown by the application results in 500 without its details', () => {
    const { calls, errors, done } = drive(() => {
      throw failing
    })
    expect(done).toBeUndefined()
    expect(calls).toEqual(SERVER_ERROR)
    expect(errors).toEqual([failing])
  })

  test('that rejects the promise of the application results in 500', async () => {
    const { calls, errors } = await driveToEnd(() => Promise.reject(failing))
    expect(calls).toEqual(SERVER_ERROR)
    expect(errors).toEqual([failing])
  })

  test('before the first bytes replaces the status and headers', async () => {
    const { calls } = await driveToEnd(async function* answer(_environ, startResponse) {
      ok(startResponse, ['Set-Cookie', 'secret'])
      yield bytes('')
      throw failing
    })
    expect(calls).toEqual(SERVER_ERROR)
  })

  test('results in an empty body for HEAD', () => {
    const { calls } = drive(
      () => {
        throw failing
      },
      { method: 'HEAD' },
    )
    expect(calls).toEqual([SERVER_ERROR[0], ['end']])
  })

  test.each([
    [
      'a generator',
      function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        throw failing
      } satisfies Application,
    ],
    [
      'an asynchronous generator',
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        throw failing
      } satisfies Application,
    ],
    [
      'the application after write',
      ((_environ, startResponse) => {
        void startResponse('200 OK', [TEXT])(bytes('one'))
        throw failing
      }) satisfies Application,
    ],
  ])('of %s after the first bytes closes the connection', async (_name, app) => {
    const { calls, errors } = await driveToEnd(app)
    expect(calls).toEqual([
      ['writeHead', '200 OK', [TEXT]],
      ['write', 'one'],
      ['destroy', failing],
    ])
    expect(errors).toEqual([failing])
  })

  test('of the writer is reported, and the connection closed', async () => {
    const { calls, errors } = await driveToEnd(
      function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        yield bytes('two')
      },
      { room: () => Promise.reject(failing) },
    )
    expect(calls.slice(1)).toEqual([
      ['write', 'one'],
      ['destroy', failing],
    ])
    expect(errors).toEqual([failing])
  })

  test('is logged to wsgi.errors with stack and causes if there is no onError', () => {
    const log: string[] = []
    const environ = setupTestingDefaults({ 'wsgi.errors': errorStream((text) => log.push(text)) })
    const done = run(
      () => {
        throw new Error('outer', { cause: failing })
      },
      environ,
      new RecordingTransport(),
    )
    expect(done).toBeUndefined()
    expect(log.join('')).toMatch(
      /^Exception on "\/" \[GET\]\nError: outer\n +at [^]*driver\.test[^]*Caused by: Error: broken\n +at /,
    )
  })
})

describe('a client that disconnects', () => {
  /** Yields one chunk, and then waits until the test continues it. */
  function waiting(): {
    app: Application
    requested: Promise<void>
    notes: string[]
    wake: () => void
  } {
    const notes: string[] = []
    const requested = deferred()
    const more = deferred()
    const app: Application = (_environ, startResponse) => {
      ok(startResponse)
      let chunks = 0
      return {
        [Symbol.asyncIterator]: () => ({
          async next() {
            chunks += 1
            if (chunks > 1) {
              requested.resolve()
              await more.promise
            }
            return { done: false as const, value: bytes('one') }
          },
        }),
        close: () => notes.push('closed'),
      }
    }
    return { app, requested: requested.promise, notes, wake: () => more.resolve() }
  }

  test('while a chunk is pending ends the wait and closes the body without an error', async () => {
    const leaving = new AbortController()
    const { app, requested, notes } = waiting()
    const driven = drive(app, { signal: leaving.signal })
    await requested
    leaving.abort()
    await driven.done
    expect(notes).toEqual(['closed'])
    expect(driven.errors).toEqual([])
    expect(driven.calls.map(([name]) => name)).toEqual(['writeHead', 'write', 'destroy'])
  })

  test('while the application produces a chunk also ends the wait', async () => {
    const leaving = new AbortController()
    const notes: string[] = []
    const { errors } = await driveToEnd(
      (_environ, startResponse) => {
        ok(startResponse)
        let chunks = 0
        return {
          [Symbol.asyncIterator]: () => ({
            next() {
              chunks += 1
              if (chunks === 1) return Promise.resolve({ done: false, value: bytes('one') })
              leaving.abort()
              return new Promise<never>(() => undefined)
            },
          }),
          close: () => notes.push('closed'),
        }
      },
      { signal: leaving.signal },
    )
    expect(notes).toEqual(['closed'])
    expect(errors).toEqual([])
  })

  test('causes no further chunks to be requested', async () => {
    const leaving = new AbortController()
    const notes: string[] = []
    const { errors } = await driveToEnd(
      function* answer(_environ, startResponse) {
        try {
          ok(startResponse)
          for (const chunk of ['one', 'two', 'three']) {
            notes.push(chunk)
            yield bytes(chunk)
          }
        } finally {
          notes.push('finally')
        }
      },
      {
        signal: leaving.signal,
        room: async (text) => {
          if (text === 'two') leaving.abort()
        },
      },
    )
    expect(notes).toEqual(['one', 'two', 'finally'])
    expect(errors).toEqual([])
  })

  test('before a promised body has arrived causes the body to be closed unread', async () => {
    const leaving = new AbortController()
    const body = deferred<Uint8Array[] & { close: () => void }>()
    const notes: string[] = []
    const driven = drive(
      (_environ, startResponse) => {
        ok(startResponse)
        return body.promise
      },
      { signal: leaving.signal },
    )
    leaving.abort()
    body.resolve(Object.assign([bytes('late')], { close: () => void notes.push('closed') }))
    await driven.done
    expect(notes).toEqual(['closed'])
    expect(driven.errors).toEqual([])
    expect(driven.calls.some(([name, text]) => name === 'write' || text === 'late')).toBe(false)
  })

  test('suppresses an AbortError and the reason of the signal', async () => {
    for (const reason of [undefined, new Error('the socket closed')]) {
      const leaving = new AbortController()
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      const { errors } = await driveToEnd(
        async function* answer(_environ, startResponse) {
          ok(startResponse)
          yield bytes('one')
          leaving.abort(reason)
          leaving.signal.throwIfAborted()
        },
        { signal: leaving.signal },
      )
      expect(errors).toEqual([])
    }
  })

  test('does not suppress other errors of the application', async () => {
    const leaving = new AbortController()
    const failing = new Error('broken')
    const { errors } = await driveToEnd(
      async () => {
        leaving.abort()
        throw failing
      },
      { signal: leaving.signal },
    )
    expect(errors).toEqual([failing])
  })

  test('does not suppress an AbortError while the client is connected', async () => {
    const aborted = new DOMException('The upstream was aborted', 'AbortError')
    const { errors } = await driveToEnd(() => Promise.reject(aborted), {
      signal: new AbortController().signal,
    })
    expect(errors).toEqual([aborted])
  })

  test('before the first chunk causes no unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const { errors } = await driveToEnd(
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        await turn()
        yield Promise.reject(new Error('broken'))
      },
      { signal: AbortSignal.abort() },
    )
    await turn()
    await turn()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(errors).toEqual([])
  })

  test('has one listener for all chunks, which is removed after the response', async () => {
    const leaving = new AbortController()
    let listeners = 0
    let added = 0
    const { signal } = leaving
    const counting = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener' || key === 'removeEventListener') {
          return (type: string, listener: () => void) => {
            added += key === 'addEventListener' ? 1 : 0
            listeners += key === 'addEventListener' ? 1 : -1
            target[key](type, listener)
          }
        }
        return Reflect.get(target, key) as unknown
      },
    })
    await driveToEnd(
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        yield bytes('two')
        expect(listeners).toBe(1)
      },
      { signal: counting },
    )
    expect([added, listeners]).toEqual([1, 0])
  })
})

describe('any thrown value', () => {
  const hostile = Object.defineProperties(new Error('hostile'), {
    stack: { get: () => { throw new Error('no stack') } },
    cause: { get: () => { throw new Error('no cause') } },
    name: { get: () => { throw new Error('no name') } },
  }) // prettier-ignore
  const untouchable = new Proxy(new Error('proxy'), {
    getPrototypeOf: () => { throw new Error('no prototype') },
    get: () => { throw new Error('no property') },
  }) // prettier-ignore

  test.each([
    ['an error whose properties throw', hostile],
    ['a proxy that throws', untouchable],
    ['null', null],
  ])('%s results in 500 and is logged', (_what, error) => {
    const log: string[] = []
    const environ = setupTestingDefaults({ 'wsgi.errors': errorStream((text) => log.push(text)) })
    const transport = new RecordingTransport()
    void run(() => { throw error }, environ, transport) // prettier-ignore
    expect(transport.calls).toEqual(SERVER_ERROR)
    expect(log.join('')).toMatch(/^Exception on "\/" \[GET\]\n./)
  })

  test.each([
    ['deleted', (environ: object) => Reflect.deleteProperty(environ, 'wsgi.errors')],
    ['broken', (environ: object) => Reflect.set(environ, 'wsgi.errors', { write: () => { throw new Error('full') } })],
  ])('results in 500 and is logged to the console if wsgi.errors is %s', (_what, spoil) => {
    const console = vi.spyOn(globalThis.console, 'error').mockReturnValue()
    const transport = new RecordingTransport()
    const app: Application = (environ) => {
      spoil(environ)
      throw new Error('broken')
    }
    void run(app, setupTestingDefaults({}), transport)
    expect(transport.calls).toEqual(SERVER_ERROR)
    expect(console.mock.calls.join()).toContain('Error: broken')
    console.mockRestore()
  }) // prettier-ignore

  test('is handled even if onError throws', () => {
    const console = vi.spyOn(globalThis.console, 'error').mockReturnValue()
    const transport = new RecordingTransport()
    void run(() => { throw new Error('broken') }, setupTestingDefaults({}), transport, () => {
      throw new Error('reporter')
    }) // prettier-ignore
    expect(transport.calls).toEqual(SERVER_ERROR)
    expect(console.mock.calls.join()).toContain('Error: reporter')
    console.mockRestore()
  })
})

const answering =
  (text: string): Application =>
  (_environ, startResponse) => {
    ok(startResponse)
    return [bytes(text)]
  }

/** Middleware that calls its argument as a function, as most user code does. */
const calling: Middleware = (app) => (environ, startResponse) =>
  (app as Application)(environ, startResponse)

class Site {
  readonly #greeting: string
  constructor(greeting: string) {
    this.#greeting = greeting
  }
  wsgiApp(...[environ, startResponse]: Parameters<Application>): ReturnType<Application> {
    return answering(this.#greeting)(environ, startResponse)
  }
}

describe('an object with a wsgiApp', () => {
  const takers: Record<string, (app: ApplicationLike) => Promise<string>> = {
    call: async (app) => (await call(app)).text(),
    run: async (app) => {
      const transport = new RecordingTransport()
      await run(app, setupTestingDefaults({}), transport)
      return String(transport.calls.at(-1)?.[1])
    },
    asApplication: async (app) => (await call(asApplication(app))).text(),
    validator: async (app) => (await call(validator(app))).text(),
    compose: async (app) => (await call(compose()(app))).text(),
    'compose around middleware': async (app) => (await call(compose(validator)(app))).text(),
    'compose around middleware that calls its argument': async (app) =>
      (await call(compose(validator, calling)(app))).text(),
    proxyFix: async (app) => (await call(proxyFix()(app))).text(),
    dispatcher: async (app) => (await call(dispatcher(app, {}))).text(),
    'a dispatcher’s mount': async (app) =>
      (await call(dispatcher(answering('not here'), { '/a': app }), { path: '/a' })).text(),
    toFetch: async (app) => (await toFetch(app)(new Request('http://localhost/'))).text(),
  }

  test.each(Object.entries(takers))(
    'is accepted by %s, and wsgiApp is called as a method',
    async (_name, take) => {
      expect(await take(new Site('hello'))).toBe('hello')
    },
  )

  test('has its wsgiApp looked up at each request, so that it can be wrapped later', async () => {
    const site = { wsgiApp: answering('before') }
    const apps = [
      asApplication(site),
      validator(site),
      dispatcher(site, {}),
      compose()(site),
      compose(calling)(site),
    ]
    site.wsgiApp = answering('after')
    for (const app of apps)
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      expect((await call(app)).text()).toBe('after')
  })

  test('may be a function with a wsgiApp property', async () => {
    const both = Object.assign(answering('itself'), { wsgiApp: answering('its wsgiApp') })
    expect((await call(both)).text()).toBe('its wsgiApp')
    const data = Object.assign(answering('itself'), { wsgiApp: 1 })
    expect((await call(compose(calling)(data as unknown as Application))).text()).toBe('itself')
  })
})

test('asApplication returns a function unchanged', () => {
  const app = answering('hello')
  expect(asApplication(app)).toBe(app)
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, 'object'],
  [{ wsgiApp: 'text' }, 'object'],
  ['app', 'string'],
])('asApplication throws a TypeError that names the type of %j', (value, kind) => {
  const convert = (): unknown => asApplication(value as unknown as ApplicationLike)
  expect(convert).toThrow(TypeError)
  expect(convert).toThrow(`Received ${kind}. Pass`)
})
