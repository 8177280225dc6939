import { call, validator, type Application, type Body } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes, textOf } from '../support/bytes.ts'
import { driveToEnd, ok, testEnviron } from '../support/drive.ts'

/** Returns an application with the body, under the validator, and a counter of its close() calls. */
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

/** Returns the body that the validator passes to a server. */
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
    ['a rejected body', () => ({}) as Body],
    ['an array with a rejected chunk', () => ['text' as unknown as Uint8Array]],
    ['an iterable with a rejected chunk', () => new Set(['text']) as unknown as Body],
  ]

  test.each(bodies)('%s', async (_what, body) => {
    for (const method of ['GET', 'HEAD']) {
      const { app, closed } = closing(body())
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await driveToEnd(validator(app), { method })
      expect(closed()).toBe(1)
    }
  })

  test('if the server ends the iteration early and then closes the body', async () => {
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

  test('even if close() fails', async () => {
    for (const close of [
      () => {
        throw new Error('not closed')
      },
      () => Promise.reject(new Error('not closed')),
    ])
      for (const body of [[bytes('one')], two(), twoLater()]) {
        const { app, closed } = closing(body, close)
        // oxlint-disable-next-line no-await-in-loop -- sequentially
        const { errors } = await driveToEnd(app, { method: 'HEAD' })
        expect(errors).toContainEqual(new Error('not closed'))
        expect(closed()).toBe(1)
      }
  })
})

describe('chunks', () => {
  test('are passed on unchanged', async () => {
    const chunk = bytes('one')
    for (const body of [[chunk], new Set([chunk])]) {
      const [given] = served(closing(body).app) as Iterable<Uint8Array>
      expect(given).toBe(chunk)
    }
  })

  test('that break a rule abort the response after the previous ones', async () => {
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

  test('of a synchronous body are returned synchronously', () => {
    const chunks = iterator(served(closing(two()).app))
    const steps = [chunks.next(), chunks.next(), chunks.next()]
    expect(steps.map(({ done, value }) => (done === true ? 'done' : textOf(value)))).toEqual([
      'one', 'two', 'done',
    ]) // prettier-ignore
  })

  test('may be missing if the client disconnects', async () => {
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

describe('a server gets an error', () => {
  test('if it requests a chunk after the end', () => {
    const chunks = iterator(served(closing(two()).app))
    while (chunks.next().done !== true);
    expect(() => chunks.next()).toThrow(/^SRV-5: .*after the end/)
  })

  test('if it requests a chunk after closing', () => {
    const body = served(closing(two()).app)
    const chunks = iterator(body)
    body.close?.()
    expect(() => chunks.next()).toThrow(/^SRV-5: .*after close/)
  })

  test('if it requests a chunk while another is pending', async () => {
    const chunks = iteratorLater(served(closing(twoLater()).app))
    const first = chunks.next()
    await expect(chunks.next()).rejects.toThrow(/^SRV-5: .*while another was pending/)
    expect((await first).done).toBe(false)
  })

  test('if it closes the body twice', () => {
    for (const body of [[bytes('one')], two(), twoLater()]) {
      const given = served(closing(body).app)
      void given.close?.()
      expect(() => given.close?.()).toThrow(/^SRV-6: /)
    }
  })
})

test('rejects write after the body was closed', () => {
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

test('rejects an application without startResponse at its first bytes or at its end', async () => {
  await expect(call(validator(() => [bytes('one')]))).rejects.toMatchObject({ rule: 'APP-15' })
  await expect(call(validator(() => new Set([])))).rejects.toMatchObject({ rule: 'APP-16' })
})
