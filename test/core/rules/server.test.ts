import {
  call,
  GatewayError,
  validator,
  type Application,
  type Environ,
  type HeaderList,
  type InputStream,
  type Middleware,
} from '@phial/core'
import { runCase, serverCases, type Client } from '@phial/core/conformance'
import { describe, expect, test, vi } from 'vitest'
import { callClient } from '../support/clients.ts'
import { around, badServers, hello, wrongly } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

vi.spyOn(console, 'error').mockImplementation(() => undefined)

describe('the validator rejects a server', () => {
  test.each(badServers)('%s that %s', async (rule, _what, serve) => {
    const served = async (): Promise<unknown> => serve(validator(hello))
    await expect(served()).rejects.toSatisfy(
      (error) => error instanceof GatewayError && error.rule === rule,
    )
  })
})

const withEnviron = (change: (environ: Environ) => Environ): Middleware =>
  around((app, environ, startResponse) => app(change(environ), startResponse))

const withHeaders = (change: (headers: HeaderList) => HeaderList): Middleware =>
  around((app, environ, startResponse) =>
    app(environ, (status, headers, ...excInfo) =>
      startResponse(status, change(headers), ...excInfo),
    ),
  )

const withInput = (change: (input: InputStream) => Partial<InputStream>): Middleware =>
  withEnviron((environ) => {
    const input = environ['wsgi.input']
    environ['wsgi.input'] = {
      read: (size) => input.read(size),
      readline: (size) => input.readline(size),
      readlines: (hint) => input.readlines(hint),
      [Symbol.asyncIterator]: () => input[Symbol.asyncIterator](),
      ...change(input),
    }
    return environ
  })

const shared: { environ?: Environ } = {}

/** Middleware that makes a correct server break a rule that only a client can observe. */
const faults: Record<string, Middleware> = {
  'SRV-7': around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    return (async function* unclosed() {
      const chunks =
        Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
      for (let step = await chunks.next(); step.done !== true; step = await chunks.next())
        yield step.value
    })()
  }),
  'SRV-8': around(async (app, environ, startResponse) => {
    const all: Uint8Array[] = []
    for await (const chunk of await app(environ, startResponse)) all.push(chunk)
    return all
  }),
  'SRV-9': around((app, environ, startResponse) => {
    let started = false
    return app(environ, (...args) => {
      if (started) return () => undefined
      started = true
      return startResponse(...args)
    })
  }),
  'SRV-10': around((app, environ, startResponse) => {
    let started = false
    return app(environ, (status, headers) => {
      if (started) throw new Error('another error')
      started = true
      return startResponse(status, headers)
    })
  }),
  'SRV-11': around(async (app, environ, startResponse) => {
    try {
      return await app(environ, startResponse)
    } catch (error) {
      startResponse('500 Oops', [['Content-Type', 'text/plain']])
      return [bytes(String(error))]
    }
  }),
  'SRV-12': withHeaders((headers) => {
    const cookies = headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value)
    return [
      ...headers.filter(([name]) => name !== 'Set-Cookie'),
      ['Set-Cookie', cookies.join(', ')],
    ]
  }),
  'SRV-13': around(async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    return (function* uncounted() {
      yield* body as Iterable<Uint8Array>
    })()
  }),
  'SRV-14': withHeaders((headers) => headers.filter(([name]) => name !== 'Content-Length')),
  'SRV-15': withHeaders((headers) => headers.filter(([name]) => name !== 'Content-Length')),
  'SRV-17': around(async (app, environ, startResponse) => {
    const late: Uint8Array[] = []
    const body = await app(environ, (...args) => {
      startResponse(...args)
      return (chunk) => void late.push(chunk)
    })
    return [...(body as Iterable<Uint8Array>), ...late]
  }),
  'SRV-18': withHeaders((headers) =>
    headers.filter(([name, value]) => name.startsWith('Content-') && value !== ''),
  ),
  'SRV-19': withEnviron((environ) =>
    Object.assign(environ, { PATH_INFO: environ.RAW_URI?.split('?')[0] }),
  ),
  'SRV-20': withEnviron((environ) => Object.assign(environ, { HTTP_X_TRUSTED: 'yes' })),
  'SRV-21': withEnviron((environ) => (shared.environ ??= { ...environ })),
  'SRV-22': withInput((input) => ({
    read: async (size) => (size === undefined ? input.read() : bytes('more')),
  })),
  'SRV-23': withInput((input) => ({ read: (size) => input.read(size).catch(() => bytes('')) })),
  'SRV-24': withInput((input) => ({
    read: async () => (await input[Symbol.asyncIterator]().next()).value ?? bytes(''),
  })),
  'SRV-25': withEnviron((environ) =>
    Object.assign(environ, { 'phial.signal': new AbortController().signal }),
  ),
  'SRV-26': around((app, environ, startResponse) => {
    const body: unknown = app(environ, startResponse)
    return wrongly(body instanceof Promise || Symbol.asyncIterator in Object(body) ? [] : body)
  }),
  'SRV-27': around(async (app, environ, startResponse) => {
    let start = (): unknown => undefined
    const body = await app(environ, (...args) => {
      start = () => startResponse(...args)
      return () => undefined
    })
    return (async function* headWithTheFirstChunk() {
      for await (const chunk of body) {
        start()
        start = () => undefined
        yield chunk
      }
    })()
  }),
  'SRV-28': withInput((input) => ({
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: true, value: await input.read(0) }),
    }),
  })),
  'SRV-29': around((app, environ, startResponse) =>
    app(environ, (status, headers, ...excInfo) => {
      const isOffered = environ['phial.upgrade'] !== undefined && status.startsWith('200')
      return startResponse(isOffered ? '426 Upgrade Required' : status, headers, ...excInfo)
    }),
  ),
}

/** A faulty server that responds to HEAD as to GET. Middleware cannot simulate it. */
const ignoresHead =
  (app: Application): Client =>
  (request) =>
    callClient(app)(request.method === 'HEAD' ? { ...request, method: 'GET' } : request)

const startFaulty = (rule: string, app: Application): Client =>
  rule === 'SRV-16' ? ignoresHead(app) : callClient(faults[rule]?.(app) ?? app)

describe('the conformance cases detect a server that breaks', () => {
  const byRule = new Map(
    serverCases.map(({ rule }) => [rule, serverCases.filter((one) => one.rule === rule)]),
  )
  test.each([...byRule])('%s', async (rule, cases) => {
    const found = await Promise.all(
      cases.map((one) => runCase(one, startFaulty(rule, one.app()), 300)),
    )
    expect(found.some((finding) => finding.rule === rule && finding.found !== undefined)).toBe(true)
  })
})

test('accepts a correct server', async () => {
  await expect(call(hello)).resolves.toMatchObject({ statusCode: 200 })
})
