import { run, setupTestingDefaults, type Application, type Body } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { bytes } from './support/bytes.ts'
import { drive, driveToEnd, ok, type DriveOptions } from './support/drive.ts'

/** Returns an application with the body, and a counter of its close() calls. */
function closing(body: () => Body): { app: Application; closed: () => number } {
  let closed = 0
  return {
    app: (_environ, startResponse) => {
      ok(startResponse)
      return Object.assign(body(), { close: () => void (closed += 1) })
    },
    closed: () => closed,
  }
}

const iterable = (make: () => Iterator<Uint8Array>): Body => ({ [Symbol.iterator]: make })
const iterableLater = (make: () => AsyncIterator<Uint8Array>): Body => ({
  [Symbol.asyncIterator]: make,
})

function* two(): Generator<Uint8Array> {
  yield bytes('one')
  yield bytes('two')
}
function* broken(): Generator<Uint8Array> {
  yield bytes('one')
  throw new Error('halfway')
}
async function* twoLater(): AsyncGenerator<Uint8Array> {
  yield* two()
}
async function* brokenLater(): AsyncGenerator<Uint8Array> {
  yield* broken()
}

const odd = (chunk: unknown): Body => [chunk as Uint8Array, bytes('two')]

describe('close', () => {
  const leaving = (): DriveOptions => {
    const client = new AbortController()
    return { signal: client.signal, room: async () => client.abort() }
  }

  const ways: Record<string, [body: () => Body, options?: () => DriveOptions]> = {
    'an empty array': [() => []],
    'an array of one chunk': [() => [bytes('one')]],
    'an array of two chunks': [() => [bytes('one'), bytes('two')]],
    'an iterable that ends': [() => iterable(two)],
    'an iterable that throws': [() => iterable(broken)],
    'an asynchronous iterable that ends': [() => iterableLater(twoLater)],
    'an asynchronous iterable that throws': [() => iterableLater(brokenLater)],
    'a generator': [() => two()],
    'a body whose iterator cannot be made': [
      () =>
        iterable(() => {
          throw new Error('no iterator')
        }),
    ],
    'a chunk of text': [() => odd('text')],
    'an array to HEAD': [() => [bytes('one')], () => ({ method: 'HEAD' })],
    'an iterable to HEAD': [() => iterable(two), () => ({ method: 'HEAD' })],
    'an asynchronous iterable to HEAD': [() => iterableLater(twoLater), () => ({ method: 'HEAD' })],
    'an iterable whose client leaves': [() => iterable(two), leaving],
    'an asynchronous iterable whose client leaves': [() => iterableLater(twoLater), leaving],
    'a transport that throws': [
      () => iterable(two),
      () => ({
        room: () => {
          throw new Error('no wire')
        },
      }),
    ],
  }

  test.each(Object.entries(ways))('is called once for %s', async (_name, [body, options]) => {
    const { app, closed } = closing(body)
    await driveToEnd(app, options?.())
    expect(closed()).toBe(1)
  })

  test.each(Object.entries(ways))(
    'is called once for %s, returned as a promise',
    async (_name, [body, options]) => {
      const { app, closed } = closing(body)
      await driveToEnd(async (...args) => app(...args), options?.())
      expect(closed()).toBe(1)
    },
  )

  test('is called if startResponse was never called', async () => {
    let closed = 0
    await driveToEnd(() => Object.assign([bytes('one')], { close: () => void (closed += 1) }))
    expect(closed).toBe(1)
  })

  test('is called if the last bytes could not be sent', async () => {
    let closed = 0
    const failing = new Error('no wire')
    const errors: unknown[] = []
    for (const chunks of [[bytes('one')], [bytes('one'), bytes('two')]]) {
      closed = 0
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await run(
        (_environ, startResponse) => {
          ok(startResponse)
          return Object.assign(chunks, { close: () => void (closed += 1) })
        },
        setupTestingDefaults({}),
        {
          writeHead: () => undefined,
          write: () => undefined,
          end: () => Promise.reject(failing),
          destroy: () => undefined,
        },
        (error) => errors.push(error),
      )
      expect(closed).toBe(1)
    }
    expect(errors).toEqual([failing, failing])
  })

  test('is called if a chunk of write could not be sent', async () => {
    let closed = 0
    const failing = new Error('no wire')
    const { errors } = await driveToEnd(
      (_environ, startResponse) => {
        void startResponse('200 OK', [])(bytes('ahead'))
        return Object.assign([bytes('body')], { close: () => void (closed += 1) })
      },
      { room: () => Promise.reject(failing) },
    )
    expect(closed).toBe(1)
    expect(errors).toEqual([failing])
  })

  test('runs after the response has ended, and run waits for it', async () => {
    const notes: string[] = []
    const mayClose = deferred()
    const { calls, done } = drive((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign([bytes('one')], {
        close: async () => {
          notes.push('closing')
          await mayClose.promise
          notes.push('closed')
        },
      })
    })
    expect(calls.at(-1)).toEqual(['end', 'one'])
    expect(notes).toEqual(['closing'])
    mayClose.resolve()
    await done
    expect(notes).toEqual(['closing', 'closed'])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('not closed')
      },
    ],
    ['rejects', () => Promise.reject(new Error('not closed'))],
  ])('that %s is reported, and the response stays complete', async (_name, close) => {
    const { calls, errors } = await driveToEnd((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign([bytes('one')], { close })
    })
    expect(calls.at(-1)).toEqual(['end', 'one'])
    expect(errors).toEqual([new Error('not closed')])
  })

  test('runs even if return() throws', async () => {
    let closed = 0
    const { errors } = await driveToEnd(
      (_environ, startResponse) => {
        ok(startResponse)
        return {
          *[Symbol.iterator]() {
            try {
              yield* two()
            } finally {
              // oxlint-disable-next-line no-unsafe-finally -- as a faulty application does
              throw new Error('not returned')
            }
          },
          close: () => void (closed += 1),
        }
      },
      { method: 'HEAD' },
    )
    expect(closed).toBe(1)
    expect(errors).toEqual([new Error('not returned')])
  })
})

describe('the iteration', () => {
  test('of a generator that ends early runs its finally block', async () => {
    for (const [make, options] of [
      [two, { method: 'HEAD' }],
      [twoLater, { method: 'HEAD' }],
    ] as const) {
      const notes: string[] = []
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await driveToEnd(async function* answer(_environ, startResponse) {
        try {
          ok(startResponse)
          yield* make()
        } finally {
          notes.push('finally')
        }
      }, options)
      expect(notes).toEqual(['finally'])
    }
  })

  test('of a generator whose client disconnects is awaited until its finally block has run', async () => {
    const client = new AbortController()
    const notes: string[] = []
    await driveToEnd(
      async function* answer(_environ, startResponse) {
        try {
          ok(startResponse)
          yield bytes('one')
          yield bytes('two')
        } finally {
          await turn()
          notes.push('finally')
        }
      },
      { signal: client.signal, room: async () => client.abort() },
    )
    expect(notes).toEqual(['finally'])
  })

  test.each(['ended', 'threw'])('that %s gets no call of return()', async (how) => {
    let returned = 0
    await driveToEnd((_environ, startResponse) => {
      ok(startResponse)
      return iterable(() => {
        const chunks = how === 'ended' ? two() : broken()
        return {
          next: () => chunks.next(),
          return: () => {
            returned += 1
            return { done: true, value: undefined }
          },
        }
      })
    })
    expect(returned).toBe(0)
  })

  test('does not begin if the response carries no body', async () => {
    const notes: string[] = []
    const client = new AbortController()
    await driveToEnd(
      async (_environ, startResponse) => {
        ok(startResponse)
        client.abort()
        return {
          [Symbol.asyncIterator]: () => {
            notes.push('requested')
            return twoLater()
          },
          close: () => notes.push('closed'),
        }
      },
      { signal: client.signal },
    )
    expect(notes).toEqual(['closed'])
  })

  test.each([
    ['synchronous', Symbol.iterator],
    ['asynchronous', Symbol.asyncIterator],
  ])(
    'of a %s body that is its own iterator is closed even if no chunk was requested',
    async (_name, key) => {
      const client = new AbortController()
      const notes: string[] = []
      await driveToEnd(
        async (_environ, startResponse) => {
          ok(startResponse)
          client.abort()
          return {
            [key]() {
              return this
            },
            next: () => notes.push('requested'),
            return: () => notes.push('returned'),
          } as unknown as Body
        },
        { signal: client.signal },
      )
      expect(notes).toEqual(['returned'])
    },
  )

  test('is asynchronous if a body supports both', async () => {
    const { calls } = await driveToEnd((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign(iterable(broken), iterableLater(twoLater))
    })
    expect(calls.slice(1)).toEqual([['write', 'one'], ['write', 'two'], ['end']])
  })
})
