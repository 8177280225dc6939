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

/** Correct middleware that transforms the body chunk by chunk, to upper case. */
const upperCase: Middleware = around(async (app, environ, startResponse) => {
  const upper = (chunk: Uint8Array): Uint8Array =>
    bytes(new TextDecoder().decode(chunk).toUpperCase())
  const body = await app(environ, (...args) => {
    const write = startResponse(...args)
    return (chunk) => write(upper(chunk))
  })
  const chunks =
    Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const step = await chunks.next()
        return step.done === true ? step : { done: false, value: upper(step.value) }
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
  upperCase,
  validator,
  proxyFix: proxyFix(),
  dispatcher: (app) => dispatcher(app, {}),
  compose: compose(upperCase, validator, proxyFix()),
  securityHeaders: securityHeaders(),
  cors: cors({ origins: '*' }),
  requestId: requestId(),
  rateLimit: rateLimit({ limit: 1000 }),
  'rateLimit, with an asynchronous store': rateLimit({
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
  ['MID-1', 'omits startResponse', around((app, environ) => wrongly<(environ: unknown) => never>(app)(environ))],
  ['MID-1', 'passes an incomplete environ on', around((app, { PATH_INFO }, startResponse) => app(wrongly({ PATH_INFO }), startResponse))],
  ['MID-2', 'closes the connection', around((app, environ, startResponse) =>
    app(environ, (status, headers, ...excInfo) => startResponse(status, [...headers, ['Connection', 'close']], ...excInfo)))],
  ['MID-2', 'extends the body but not its Content-Length', around(async (app, environ, startResponse) => [...(await collect(app(environ, startResponse))), bytes('!')])],
  ['MID-3', 'drops excInfo', around((app, environ, startResponse) => app(environ, (status, headers) => startResponse(status, headers)))],
  ['MID-4', 'buffers the whole body', around(async (app, environ, startResponse) => collect(app(environ, startResponse)))],
  ['MID-5', 'does not close the body', around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    return (function* forgetful() { yield* body as Iterable<Uint8Array> })()
  })],
  ['MID-5', 'closes the body twice', around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    const close = (): void => { body.close?.(); body.close?.() }
    return Object.assign((function* eager() { yield* body as Iterable<Uint8Array> })(), { close })
  })],
  ['MID-6', 'sends chunks of write last', around(async (app, environ, startResponse) => {
    const late: Uint8Array[] = []
    const body = await app(environ, (...args) => (startResponse(...args), (chunk) => void late.push(chunk)))
    return [...(await collect(body)), ...late]
  })],
  ['MID-7', 'responds to an error with 200', around((app, environ, startResponse) => {
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

test('there is faulty middleware for each rule', () => {
  expect(new Set(bad.map(([rule]) => rule))).toEqual(
    new Set(middlewareCases.map(({ rule }) => rule)),
  )
})

describe('the conformance cases detect middleware', () => {
  test.each(bad)('%s that %s', async (rule, _what, middleware) => {
    const findings = await Promise.all(middlewareCases.map((one) => runCase(one, middleware, 300)))
    expect(
      findings.filter(({ found }) => found !== undefined).map((finding) => finding.rule),
    ).toContain(rule)
  })
})
