/** Cases for middleware, which observe it from both sides. */
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

/** Applications of every form, as inner applications. */
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

/** Applications that fail, by the moment at which they fail. */
const failing: Readonly<Record<string, Application>> = {
  'before startResponse': () => {
    throw new Error('inner error')
  },
  'after startResponse': (_environ, startResponse) => {
    ok(startResponse)
    throw new Error('inner error')
  },
  'after the first bytes': function* answer(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    throw new Error('inner error')
  },
}

/** Calls an application and returns the error, if any, as a text. */
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

/** A body that counts how often a chunk is requested and how often it is closed. */
class Counted {
  /** Whether the inner application has returned the body. Middleware may defer the call until its first chunk is requested. */
  isReturned = false
  requested = 0
  closes = 0
  readonly #chunks: string[]

  constructor(...chunks: string[]) {
    this.#chunks = chunks
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    return {
      next: () => {
        this.requested++
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

/** Calls a middleware around a body, as a server would, and returns the body of the middleware. */
async function around(middleware: Middleware, body: Counted): Promise<Body> {
  const app = middleware((_environ, startResponse) => {
    body.isReturned = true
    ok(startResponse)
    return body
  })
  return app(setupTestingDefaults({}), () => () => undefined)
}

/** The cases for middleware: at least one for each MID rule. */
export const middlewareCases: readonly MiddlewareCase[] = [
  {
    rule: 'MID-1',
    name: 'calls the inner application as a server does',
    check: (middleware) => firstBreach((app) => middleware(validator(app))),
  },
  {
    rule: 'MID-2',
    name: 'complies with the APP rules',
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
    name: 'yields a chunk before it requests the next inner chunk',
    check: async (middleware) => {
      const inner = new Counted('one', 'two', 'three')
      const chunks = new Chunks(await around(middleware, inner))
      const { done } = await chunks.next()
      await chunks.close()
      return done !== true && inner.requested > 1
        ? `${inner.requested} chunks were requested before one was yielded`
        : undefined
    },
  },
  ...[0, 1, Infinity].map((count) => ({
    rule: 'MID-5',
    name: `closes the inner body once after ${count === Infinity ? 'its end' : `${count} chunks`}`,
    check: async (middleware: Middleware) => {
      const inner = new Counted('one', 'two', 'three')
      const chunks = new Chunks(await around(middleware, inner))
      for (let taken = 0; taken < count; taken++) {
        if ((await chunks.next()).done === true) break
      }
      await chunks.close()
      return differs('the number of calls of close()', inner.closes, inner.isReturned ? 1 : 0)
    },
  })),
  {
    rule: 'MID-6',
    name: 'sends chunks of write before the body',
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
        : `the chunks were ${JSON.stringify(seen)}`
    },
  },
  ...Object.entries(failing).map(([when, app]) => ({
    rule: 'MID-7',
    name: `does not swallow an error ${when}`,
    check: async (middleware: Middleware) => {
      const answer = await call(middleware(app)).catch(() => undefined)
      return answer === undefined || answer.statusCode >= 500
        ? undefined
        : `the response was ${answer.status} and looked complete`
    },
  })),
]
