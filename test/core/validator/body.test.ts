import { call, validator, type Application, type Body } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes, textOf } from '../support/bytes.ts'
import { driveToEnd, ok, testEnviron } from '../support/drive.ts'

/** An application with that body, under the validator, and a count of how often it was closed. */
function closing(
  body: Body,
  close: () => unknown = () => undefined,
): { app: Application; closed: () => number } {
  let closed = 0
  return {
    app: validator((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign(body, {
        close: () => {
          closed += 1
          return close()
        },
      })
    }),
    closed: () => closed,
  }
}

/** What the validator gives a server for an application's body. */
const served = (app: Application): Body => app(testEnviron(), () => () => undefined) as Body

const iterator = (body: Body): Iterator<Uint8Array> =>
  (body as Iterable<Uint8Array>)[Symbol.iterator]()
const iteratorLater = (body: Body): AsyncIterator<Uint8Array> =>
  (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()

const two = (): Body => ({
  *[Symbol.iterator]() {
    yield bytes('one')
    yield bytes('two')
  },
})
const twoLater = (): Body => ({
  async *[Symbol.asyncIterator]() {
    yield bytes('one')
    yield bytes('two')
  },
})

describe('the application’s body is closed once', () => {
  const bodies: [what: string, body: () => Body][] = [
    ['an array', () => [bytes('one')]],
    ['an iterable', two],
    ['an asynchronous iterable', twoLater],
    ['a body that is refused at once', () => ({}) as Body],
    ['an array with a chunk that is refused', () => ['text' as unknown as Uint8Array]],
    ['an iterable with a chunk that is refused', () => new Set(['text']) as unknown as Body],
  ]

  test.each(bodies)('%s', async (_what, body) => {
    for (const method of ['GET', 'HEAD']) {
      const { app, closed } = closing(body())
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await driveToEnd(validator(app), { method })
      expect(closed()).toBe(1)
    }
  })

  test('when the server breaks the iteration off and then closes it', async () => {
    const sync = closing(two())
    const body = served(sync.app)
    const chunks = iterator(body)
    chunks.next()
    chunks.return?.()
    expect(sync.closed()).toBe(1)
    body.close?.()
    expect(sync.closed()).toBe(1)

    const later = closing(twoLater())
    const laterBody = served(later.app)
    const laterChunks = iteratorLater(laterBody)
    await laterChunks.next()
    await laterChunks.return?.()
    await laterBody.close?.()
    expect(later.closed()).toBe(1)
  })

  test('even if closing it fails', async () => {
    for (const close of [
      () => {
        throw new Error('not closed')
      },
      () => Promise.reject(new Error('not closed')),
    ])
      for (const body of [[bytes('one')], two(), twoLater()]) {
        const { app, closed } = closing(body, close)
        // oxlint-disable-next-line no-await-in-loop -- one after another
        const { errors } = await driveToEnd(app, { method: 'HEAD' })
        expect(errors).toContainEqual(new Error('not closed'))
        expect(closed()).toBe(1)
      }
  })
})

describe('chunks', () => {
  test('are the application’s own', async () => {
    const chunk = bytes('one')
    for (const body of [[chunk], new Set([chunk])]) {
      const [given] = served(closing(body).app) as Iterable<Uint8Array>
      expect(given).toBe(chunk)
    }
  })

  test('that break a rule cut the answer off after those that do not', async () => {
    const { calls, errors } = await driveToEnd(
      validator(function* app(_environ, startResponse) {
        ok(startResponse, ['Content-Length', '4'])
        yield bytes('one')
        yield bytes('two')
      }),
    )
    expect(errors).toMatchObject([{ rule: 'APP-17' }])
    expect(calls.map(([name]) => name)).toEqual(['writeHead', 'write', 'destroy'])
  })

  test('of a synchronous body are asked for without a promise', () => {
    const chunks = iterator(served(closing(two()).app))
    const steps = [chunks.next(), chunks.next(), chunks.next()]
    expect(steps.map(({ done, value }) => (done === true ? 'done' : textOf(value)))).toEqual([
      'one', 'two', 'done',
    ]) // prettier-ignore
  })

  test('that are missing are not missed when the client has left', async () => {
    const client = new AbortController()
    const { errors } = await driveToEnd(
      validator(async function* app(_environ, startResponse) {
        ok(startResponse, ['Content-Length', '6'])
        yield bytes('one')
        yield bytes('two')
      }),
      { signal: client.signal, room: async () => client.abort() },
    )
    expect(errors).toEqual([])
  })
})

describe('a server is told', () => {
  test('that it asks after the end', () => {
    const chunks = iterator(served(closing(two()).app))
    while (chunks.next().done !== true);
    expect(() => chunks.next()).toThrow(/^SRV-5: .*after the end/)
  })

  test('that it asks after closing', () => {
    const body = served(closing(two()).app)
    const chunks = iterator(body)
    body.close?.()
    expect(() => chunks.next()).toThrow(/^SRV-5: .*after close/)
  })

  test('that it asks while a chunk is on its way', async () => {
    const chunks = iteratorLater(served(closing(twoLater()).app))
    const first = chunks.next()
    await expect(chunks.next()).rejects.toThrow(/^SRV-5: .*while another was pending/)
    expect((await first).done).toBe(false)
  })

  test('that it closes twice', () => {
    for (const body of [[bytes('one')], two(), twoLater()]) {
      const given = served(closing(body).app)
      void given.close?.()
      expect(() => given.close?.()).toThrow(/^SRV-6: /)
    }
  })
})

test('an application whose body was closed has no more to write', () => {
  let write: (chunk: Uint8Array) => unknown = () => undefined
  const body = served(
    validator((_environ, startResponse) => {
      write = startResponse('200 OK', [['Content-Type', 'text/plain']])
      return two()
    }),
  )
  iterator(body).next()
  write(bytes('in time'))
  void body.close?.()
  expect(() => write(bytes('late'))).toThrow(/^APP-20: /)
})

test('an application without startResponse is refused at its first bytes, or its end', async () => {
  await expect(call(validator(() => [bytes('one')]))).rejects.toMatchObject({ rule: 'APP-15' })
  await expect(call(validator(() => new Set([])))).rejects.toMatchObject({ rule: 'APP-16' })
})
