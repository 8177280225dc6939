/** What a middleware has to do, whatever else it does: seen by standing on both of its sides. */
import { call, type CallOptions } from '../call.ts'
import { Chunks } from '../chunks.ts'
import { setupTestingDefaults } from '../url.ts'
import type { Application, Body, Middleware } from '../types.ts'
import { validator } from '../validator/validator.ts'
import type { MiddlewareCase } from './case.ts'
import { bytes, differs, ok, TEXT } from './support.ts'

const hello: Application = (_environ, startResponse) => {
  ok(startResponse)
  return [bytes('hello')]
}

/** Applications of every shape, for a middleware to stand around. */
const shapes: readonly Application[] = [
  hello,
  (_environ, startResponse) => {
    startResponse('204 No Content', [])
    return []
  },
  function* answer(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    yield bytes('two')
  },
  async (_environ, startResponse) => {
    await Promise.resolve()
    ok(startResponse, ['Content-Length', '5'])
    return [bytes('hello')]
  },
  async function* answer(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    yield bytes('two')
  },
]

/** Applications that fail, by when they do. */
const failing: Readonly<Record<string, Application>> = {
  'before startResponse': () => {
    throw new Error('from within')
  },
  'after startResponse': (_environ, startResponse) => {
    ok(startResponse)
    throw new Error('from within')
  },
  'after the first bytes': function* answer(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    throw new Error('from within')
  },
}

/** What went wrong on the way, if a rule did. */
async function breachOf(app: Application, options: CallOptions = {}): Promise<string | undefined> {
  try {
    await call(app, options)
  } catch (error) {
    return String(error)
  }
  return undefined
}

async function firstBreach(wrap: (app: Application) => Application): Promise<string | undefined> {
  for (const shape of shapes) {
    for (const method of ['GET', 'HEAD']) {
      const found = await breachOf(wrap(shape), { method })
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** A body that counts how often it was asked and closed. */
class Counted {
  /** Whether it was handed over: middleware may wait with the call until a chunk is asked for. */
  isOut = false
  asked = 0
  closes = 0
  readonly #chunks: string[]

  constructor(...chunks: string[]) {
    this.#chunks = chunks
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    return {
      next: () => {
        this.asked++
        const chunk = this.#chunks.shift()
        return chunk === undefined
          ? { done: true, value: undefined }
          : { done: false, value: bytes(chunk) }
      },
    }
  }

  readonly close = (): void => {
    this.closes++
  }
}

/** Calls a middleware around a body, as a server would, and hands over what it returned. */
async function around(middleware: Middleware, body: Counted): Promise<Body> {
  const app = middleware((_environ, startResponse) => {
    body.isOut = true
    ok(startResponse)
    return body
  })
  return app(setupTestingDefaults({}), () => () => undefined)
}

/** What a middleware has to do, whatever else it does: one case at least for each MID rule. */
export const middlewareCases: readonly MiddlewareCase[] = [
  {
    rule: 'MID-1',
    name: 'calls the application within as a server does',
    check: (middleware) => firstBreach((app) => middleware(validator(app))),
  },
  {
    rule: 'MID-2',
    name: 'answers as an application does',
    check: (middleware) => firstBreach((app) => validator(middleware(app))),
  },
  {
    rule: 'MID-3',
    name: 'passes excInfo on',
    check: async (middleware) => {
      const app = middleware(function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('')
        startResponse('503 Later', [[...TEXT]], new Error('not now'))
        yield bytes('sorry')
      })
      const { status } = await call(app)
      return status.startsWith('503') ? undefined : `the status was ${status}`
    },
  },
  {
    rule: 'MID-4',
    name: 'gives something for a chunk before it asks for the next one',
    check: async (middleware) => {
      const inner = new Counted('one', 'two', 'three')
      const chunks = new Chunks(await around(middleware, inner))
      const { done } = await chunks.next()
      await chunks.close()
      return done !== true && inner.asked > 1
        ? `${inner.asked} chunks were asked for before one was given`
        : undefined
    },
  },
  ...[0, 1, Infinity].map((count) => ({
    rule: 'MID-5',
    name: `closes the body within once, when ${count === Infinity ? 'it has ended' : `${count} chunks were taken`}`,
    check: async (middleware: Middleware) => {
      const inner = new Counted('one', 'two', 'three')
      const chunks = new Chunks(await around(middleware, inner))
      for (let taken = 0; taken < count; taken++) {
        if ((await chunks.next()).done === true) break
      }
      await chunks.close()
      return differs('how often close() was called', inner.closes, inner.isOut ? 1 : 0)
    },
  })),
  {
    rule: 'MID-6',
    name: 'keeps what is written ahead of the body',
    check: async (middleware) => {
      const seen: string[] = []
      const app = middleware((_environ, startResponse) => {
        const write = startResponse('200 OK', [[...TEXT]])
        void write(bytes('first'))
        return [bytes('second')]
      })
      await call(app, { onChunk: (chunk) => void seen.push(new TextDecoder().decode(chunk)) })
      const text = seen.join('').toLowerCase()
      const [first, second] = [text.indexOf('first'), text.indexOf('second')]
      return first < 0 || second < 0 || first < second
        ? undefined
        : `it came as ${JSON.stringify(seen)}`
    },
  },
  ...Object.entries(failing).map(([when, app]) => ({
    rule: 'MID-7',
    name: `does not swallow an error ${when}`,
    check: async (middleware: Middleware) => {
      const answer = await call(middleware(app)).catch(() => undefined)
      return answer === undefined || answer.statusCode >= 500
        ? undefined
        : `the answer was ${answer.status}, and seemed whole`
    },
  })),
]
