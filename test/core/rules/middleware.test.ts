import {
  compose,
  cors,
  dispatcher,
  proxyFix,
  rateLimit,
  requestId,
  securityHeaders,
  validator,
  type Middleware,
} from '@phial/core'
import { middlewareCases, runCase } from '@phial/core/conformance'
import { describe, expect, test } from 'vitest'
import { around, TEXT, wrongly } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

const forward: Middleware = around((app, environ, startResponse) => app(environ, startResponse))

/** Makes every text louder, chunk by chunk: middleware that does something with the body, and keeps every rule. */
const shout: Middleware = around(async (app, environ, startResponse) => {
  const loud = (chunk: Uint8Array): Uint8Array =>
    bytes(new TextDecoder().decode(chunk).toUpperCase())
  const body = await app(environ, (...args) => {
    const write = startResponse(...args)
    return (chunk) => write(loud(chunk))
  })
  const chunks =
    Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const step = await chunks.next()
        return step.done === true ? step : { done: false, value: loud(step.value) }
      },
      return: async () => {
        await chunks.return?.()
        return { done: true, value: undefined }
      },
    }),
    close: () => body.close?.(),
  }
})

const good: Record<string, Middleware> = {
  forward,
  shout,
  validator,
  proxyFix: proxyFix(),
  dispatcher: (app) => dispatcher(app, {}),
  compose: compose(shout, validator, proxyFix()),
  securityHeaders: securityHeaders(),
  cors: cors({ origins: '*' }),
  requestId: requestId(),
  rateLimit: rateLimit({ limit: 1000 }),
  'rateLimit, by a store that takes its time': rateLimit({
    limit: 1000,
    store: { hit: async () => ({ count: 1, resetsIn: 1 }) },
  }),
}

describe('the conformance cases pass', () => {
  for (const [name, middleware] of Object.entries(good)) {
    test.each(middlewareCases)(`${name}: $rule $name`, async (one) => {
      expect((await runCase(one, middleware)).found).toBeUndefined()
    })
  }
})

const bad: readonly (readonly [rule: string, what: string, middleware: Middleware])[] = [
  ['MID-1', 'forgets startResponse', around((app, environ) => wrongly<(environ: unknown) => never>(app)(environ))],
  ['MID-1', 'hands over half an environ', around((app, { PATH_INFO }, startResponse) => app(wrongly({ PATH_INFO }), startResponse))],
  ['MID-2', 'closes the connection', around((app, environ, startResponse) =>
    app(environ, (status, headers, ...excInfo) => startResponse(status, [...headers, ['Connection', 'close']], ...excInfo)))],
  ['MID-2', 'adds to the body and not to its length', around(async (app, environ, startResponse) => [...(await collect(app(environ, startResponse))), bytes('!')])],
  ['MID-3', 'drops excInfo', around((app, environ, startResponse) => app(environ, (status, headers) => startResponse(status, headers)))],
  ['MID-4', 'waits for the whole body', around(async (app, environ, startResponse) => collect(app(environ, startResponse)))],
  ['MID-5', 'forgets to close', around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    return (function* forgetful() { yield* body as Iterable<Uint8Array> })()
  })],
  ['MID-5', 'closes twice', around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    const close = (): void => { body.close?.(); body.close?.() }
    return Object.assign((function* eager() { yield* body as Iterable<Uint8Array> })(), { close })
  })],
  ['MID-6', 'sends what is written last', around(async (app, environ, startResponse) => {
    const late: Uint8Array[] = []
    const body = await app(environ, (...args) => (startResponse(...args), (chunk) => void late.push(chunk)))
    return [...(await collect(body)), ...late]
  })],
  ['MID-7', 'answers an error as if it were none', around((app, environ, startResponse) => {
    try {
      return app(environ, startResponse)
    } catch {
      startResponse('200 OK', [TEXT])
      return [bytes('all is well')]
    }
  })],
] // prettier-ignore

async function collect(
  body: ReturnType<Middleware> extends never ? never : unknown,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await body) as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return chunks
}

test('there is middleware that breaks each rule', () => {
  expect(new Set(bad.map(([rule]) => rule))).toEqual(
    new Set(middlewareCases.map(({ rule }) => rule)),
  )
})

describe('the conformance cases find middleware', () => {
  test.each(bad)('%s that %s', async (rule, _what, middleware) => {
    const findings = await Promise.all(middlewareCases.map((one) => runCase(one, middleware, 300)))
    expect(
      findings.filter(({ found }) => found !== undefined).map((finding) => finding.rule),
    ).toContain(rule)
  })
})
