import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  type Application,
  type ApplicationLike,
  type Body,
  call,
  type CallOptions,
  type HeaderList,
  validator,
} from '@phial/core'
import { middlewareCases, runCase } from '@phial/core/conformance'
import { compression, type CompressionOptions } from '@phial/server/compression'
import { describe, expect, test } from 'vitest'
import { Phial } from 'phial'
import { bytes, serving } from '../support/server.ts'

const TEXT = 'The same line again and again.\n'.repeat(100)

/** Creates an application with this response. */
const answering =
  (
    body: Body,
    headers: HeaderList = [['Content-Type', 'text/plain']],
    status = '200 OK',
  ): Application =>
  (_environ, startResponse) => {
    startResponse(status, headers)
    return body
  }

interface Seen {
  readonly status: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly encoding: string | undefined
  /** The decoded body. */
  readonly text: string
  readonly size: number
}

/** Sends a request that accepts gzip and Brotli by default. */
async function ask(
  app: ApplicationLike,
  asked: Omit<CallOptions, 'headers'> & { readonly headers?: Record<string, string> } = {},
  options: CompressionOptions = {},
): Promise<Seen> {
  const headers = { 'Accept-Encoding': 'gzip, br', ...asked.headers }
  const wrapped = validator(compression(options)(typeof app === 'function' ? validator(app) : app))
  const answer = await call(wrapped, { ...asked, headers })
  const said = Object.fromEntries(
    answer.headers.map(([name, value]) => [name.toLowerCase(), value]),
  )
  const encoding = said['content-encoding']
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? '']
  const size = answer.body.byteLength
  const text = Buffer.from(size > 0 && decode ? decode(answer.body) : answer.body).toString()
  return { status: answer.status, headers: said, encoding, text, size }
}

const whole = answering([bytes(TEXT)])

describe('a complete body', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0.1, gzip', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['', undefined],
    ['nonsense;;;', undefined],
  ])('with Accept-Encoding: %s is encoded as %s', async (accept, encoding) => {
    const seen = await ask(whole, { headers: { 'Accept-Encoding': accept } })
    expect([seen.encoding, seen.text]).toEqual([encoding, TEXT])
    expect(seen.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(seen.size) }) // prettier-ignore
    if (encoding !== undefined) expect(seen.size).toBeLessThan(TEXT.length / 5)
  })

  test('may have one chunk or many, a declared length or none, and may be a promise', async () => {
    const parts = [TEXT.slice(0, 500), TEXT.slice(500)].map(bytes)
    const later: Application = async (environ, startResponse) => whole(environ, startResponse)
    const long: HeaderList = [['Content-Type', 'text/plain'], ['Content-Length', String(TEXT.length)]] // prettier-ignore
    for (const app of [answering(parts), answering([bytes(TEXT)], long), later]) {
      // oxlint-disable-next-line no-await-in-loop
      const seen = await ask(app)
      expect([seen.encoding, seen.text]).toEqual(['br', TEXT])
      expect(seen.headers['content-length']).toBe(String(seen.size))
    }
  })

  test('gets a weak ETag, and no Accept-Ranges', async () => {
    const headers: HeaderList = [['Content-Type', 'text/plain'], ['ETag', '"1"'], ['Accept-Ranges', 'bytes'], ['Vary', 'Cookie']] // prettier-ignore
    const seen = await ask(answering([bytes(TEXT)], headers))
    expect(seen.headers).toMatchObject({ etag: 'W/"1"' })
    expect(seen.headers).not.toHaveProperty('accept-ranges')
    const weak: HeaderList = [
      ['Content-Type', 'text/plain'],
      ['ETag', 'W/"1"'],
    ]
    expect((await ask(answering([bytes(TEXT)], weak))).headers['etag']).toBe('W/"1"')
    const plain = await ask(answering([bytes(TEXT)], headers), { headers: { 'Accept-Encoding': 'identity' } }) // prettier-ignore
    expect(plain.headers['etag']).toBe('"1"')
  })

  test('may be an error page', async () => {
    const app = answering([bytes(TEXT)], [['Content-Type', 'text/html']], '404 Not Found')
    expect(await ask(app)).toMatchObject({ status: '404 Not Found', encoding: 'br', text: TEXT })
  })

  test('for HEAD has the same headers, except for the unknown length', async () => {
    const long: HeaderList = [['Content-Type', 'text/plain'], ['Content-Length', String(TEXT.length)]] // prettier-ignore
    const seen = await ask(answering([], long), { method: 'HEAD' })
    expect(seen).toMatchObject({ encoding: 'br', size: 0, headers: { vary: 'Accept-Encoding' } })
    expect(seen.headers).not.toHaveProperty('content-length')
    const short: HeaderList = [
      ['Content-Type', 'text/plain'],
      ['Content-Length', '5'],
    ]
    const small = await ask(answering([], short), { method: 'HEAD' })
    expect([small.encoding, small.headers['content-length']]).toEqual([undefined, '5'])
  })
})

describe('does not compress', () => {
  const left: Record<string, Application> = {
    'a stream': function* stream(_environ, startResponse) {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      yield bytes(TEXT)
    },
    'a stream whose head is sent before it': answering([bytes(TEXT)].values()),
    'an asynchronous stream': async function* stream(_environ, startResponse) {
      startResponse('200 OK', [['Content-Type', 'text/event-stream']])
      yield bytes(TEXT)
    },
    'a small body': answering([bytes('small')]),
    'a small body in many chunks': answering(Array.from({ length: 10 }, () => bytes('small'))),
    'an image': answering([bytes(TEXT)], [['Content-Type', 'image/png']]),
    'a body without a type': answering([bytes(TEXT)], [['Content-Type', '']]),
    'partial content': answering([bytes(TEXT)], [['Content-Type', 'text/plain'], ['Content-Range', 'bytes 0-3099/9999']], '206 Partial Content'), // prettier-ignore
    'a body with no-transform': answering([bytes(TEXT)], [['Content-Type', 'text/plain'], ['Cache-Control', 'public, no-transform']]), // prettier-ignore
    'a body that is written with write': (_environ, startResponse) => {
      void startResponse('200 OK', [['Content-Type', 'text/plain']])(bytes(TEXT.slice(0, 2000)))
      return [bytes(TEXT.slice(2000))]
    },
  }

  test.each(Object.entries(left))('%s', async (name, app) => {
    const seen = await ask(app)
    expect(seen.encoding).toBeUndefined()
    expect(seen.text).toBe(/small/.test(name) ? 'small'.repeat(name.endsWith('chunks') ? 10 : 1) : TEXT) // prettier-ignore
    expect(seen.headers['vary']).toBeUndefined()
  })

  test('a body that is already compressed', async () => {
    const headers: HeaderList = [
      ['Content-Type', 'text/plain'],
      ['Content-Encoding', 'zstd'],
    ]
    const seen = await ask(answering([bytes(TEXT)], headers))
    expect([seen.encoding, seen.text]).toEqual(['zstd', TEXT])
  })

  test('a 304 response', async () => {
    const seen = await ask(answering([], [['ETag', '"1"']], '304 Not Modified'))
    expect([seen.status, seen.headers['etag']]).toEqual(['304 Not Modified', '"1"'])
  })

  test('a stream, whose chunks are passed on immediately', async () => {
    let asked = 0
    const app = answering(
      (function* stream() {
        for (; asked < 3; asked += 1) yield bytes(TEXT)
      })(),
    )
    const seen: number[] = []
    const headers = { 'Accept-Encoding': 'br' }
    await call(compression()(app), { headers, onChunk: () => void seen.push(asked) })
    expect(seen).toEqual([0, 1, 2])
  })
})

test('threshold is the minimum size', async () => {
  expect((await ask(answering([bytes('small')]), {}, { threshold: 5 })).encoding).toBe('br')
  expect((await ask(answering([bytes('small')]), {}, { threshold: 6 })).encoding).toBeUndefined()
  expect((await ask(whole, {}, { threshold: Infinity })).encoding).toBeUndefined()
})

describe('an error of the application is reported by the validator', () => {
  test.each<[string, Application, string]>([
    ['a header', answering([bytes(TEXT)], [['Content-Type', 'text/plain'], ['Connection', 'close']]), 'APP-7'],
    ['a list', answering([bytes(TEXT)], 'none' as never), 'APP-'],
    ['a pair', answering([bytes(TEXT)], [['a']] as never), 'APP-'],
    ['a chunk', answering(['text'] as never), 'APP-'],
    ['a length', answering([bytes(TEXT)], [['Content-Type', 'text/plain'], ['Content-Length', '9999']]), 'APP-'],
    ['no startResponse', () => [bytes(TEXT)], 'APP-'],
    ['startResponse again', (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      return [bytes(TEXT)]
    }, 'APP-'],
  ])('%s', async (_, app, rule) => {
    const headers = { 'Accept-Encoding': 'br' }
    await expect(call(compression()(app), { headers })).rejects.toThrow(new RegExp(`^${rule}`))
  }) // prettier-ignore
})

test('closes the inner body once, compressed or not, and if the head is rejected', async () => {
  for (const [type, text] of [['text/plain', TEXT], ['image/png', TEXT], ['text/plain', 'small'], ['a\nb', TEXT], ['text/plain\n', TEXT]] as const) {
    let closes = 0
    const body = Object.assign([bytes(text)], { close: () => void (closes += 1) })
    const app = compression()(answering(body, [['Content-Type', type]]))
    // oxlint-disable-next-line no-await-in-loop
    await call(app, { headers: { 'Accept-Encoding': 'br' } }).catch(() => undefined)
    expect(closes).toBe(1)
  } // prettier-ignore
})

describe('follows every rule for middleware', () => {
  const takes = compression({ threshold: 0 })
  const eager: typeof takes = (app) => {
    const inner = takes(app)
    return (environ, startResponse) => {
      environ['HTTP_ACCEPT_ENCODING'] = 'br'
      return inner(environ, startResponse)
    }
  }

  test.each(middlewareCases)('$rule $name', async (one) => {
    expect((await runCase(one, compression())).found).toBeUndefined()
  })

  test.each(middlewareCases)('compressing everything: $rule $name', async (one) => {
    expect((await runCase(one, eager)).found).toBeUndefined()
  })
})

test('works around the framework, with a real server and a real client', async () => {
  const site = new Phial(import.meta.url)
  site.get('/', () => TEXT)
  site.get('/stream', function* stream() {
    yield TEXT
  })
  await using running = await serving(compression()(site))
  const origin = `http://127.0.0.1:${running.port}`
  const page = await fetch(origin, { headers: { 'Accept-Encoding': 'br' } })
  expect([page.headers.get('content-encoding'), await page.text()]).toEqual(['br', TEXT])
  const stream = await fetch(`${origin}/stream`)
  expect([stream.headers.get('content-encoding'), await stream.text()]).toEqual([null, TEXT])
})
