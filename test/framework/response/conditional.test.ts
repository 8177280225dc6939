import { Readable } from 'node:stream'
import fc from 'fast-check'
import { request, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const TEXT = 'abcdefghij'
const day = new Date('2026-01-02T03:04:05Z')
const earlier = new Date(day.getTime() - 1000).toUTCString()
const later = new Date(day.getTime() + 1000).toUTCString()
const same = day.toUTCString()

/** Requests a text with a tag and a date, or a stream of it. */
async function ask(
  headers: Record<string, string>,
  { etag = '"1"', method = 'GET', isStream = false, acceptRanges = true, completeLength = 10 } = {},
): Promise<globalThis.Response> {
  const app = make()
  app.route('/', { methods: ['GET', 'PUT'] }, () => {
    const response = new Response(isStream ? Readable.from(['abc', 'def', 'ghij']) : TEXT)
    response.etag = etag
    response.lastModified = day
    response.vary.add('Cookie')
    return response.makeConditional(request, { acceptRanges, completeLength })
  })
  return app.testClient().request('/', { method, headers })
}

describe('makeConditional', () => {
  test.each<[Record<string, string>, number]>([
    [{}, 200],
    [{ 'If-None-Match': '"1"' }, 304],
    [{ 'If-None-Match': 'W/"1"' }, 304],
    [{ 'If-None-Match': '"2", "1"' }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"2"' }, 200],
    [{ 'If-None-Match': '"2"', 'If-Modified-Since': later }, 200],
    [{ 'If-Modified-Since': same }, 304],
    [{ 'If-Modified-Since': later }, 304],
    [{ 'If-Modified-Since': earlier }, 200],
    [{ 'If-Modified-Since': 'yesterday' }, 200],
    [{ 'If-Match': '"1"' }, 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': '"2"' }, 412],
    [{ 'If-Match': 'W/"1"' }, 412],
    [{ 'If-Match': '"1"', 'If-Unmodified-Since': earlier }, 200],
    [{ 'If-Unmodified-Since': earlier }, 412],
    [{ 'If-Unmodified-Since': same }, 200],
    [{ 'If-Match': '"1"', 'If-None-Match': '"1"' }, 304],
  ])('responds to %j with %i', async (headers, status) => {
    expect((await ask(headers)).status).toBe(status)
    expect((await ask(headers, { method: 'HEAD' })).status).toBe(status)
    expect((await ask(headers, { method: 'PUT' })).status).toBe(200)
  })

  test('keeps the headers that caches need in a 304, without those of the body', async () => {
    const { headers, status } = await ask({ 'If-None-Match': '"1"' })
    expect(status).toBe(304)
    const names = ['etag', 'last-modified', 'vary', 'content-length', 'content-type']
    expect(names.map((name) => headers.get(name))).toEqual(['"1"', same, 'Cookie', null, null])
  })

  test('does not match a weak tag strongly', async () => {
    expect((await ask({ 'If-None-Match': '"1"' }, { etag: 'W/"1"' })).status).toBe(304)
    expect((await ask({ 'If-Match': 'W/"1"' }, { etag: 'W/"1"' })).status).toBe(412)
  })
})

describe('a range request', () => {
  test.each<[Record<string, string>, number, string, string | null]>([
    [{ Range: 'bytes=0-0' }, 206, 'a', 'bytes 0-0/10'],
    [{ Range: 'bytes=2-4' }, 206, 'cde', 'bytes 2-4/10'],
    [{ Range: 'bytes=7-' }, 206, 'hij', 'bytes 7-9/10'],
    [{ Range: 'bytes=-2' }, 206, 'ij', 'bytes 8-9/10'],
    [{ Range: 'bytes=-20' }, 206, TEXT, 'bytes 0-9/10'],
    [{ Range: 'lines=0-1' }, 200, TEXT, null],
    [{ Range: 'bytes=2-4', 'If-Range': '"1"' }, 206, 'cde', 'bytes 2-4/10'],
    [{ Range: 'bytes=2-4', 'If-Range': same }, 206, 'cde', 'bytes 2-4/10'],
    [{ Range: 'bytes=2-4', 'If-Range': '"2"' }, 200, TEXT, null],
    [{ Range: 'bytes=2-4', 'If-Range': later }, 200, TEXT, null],
    [{ Range: 'bytes=2-4', 'If-Range': 'nonsense' }, 200, TEXT, null],
  ])('with %j gets %i', async (headers, status, text, range) => {
    for (const isStream of [false, true]) {
      const response = await ask(headers, { isStream })
      expect([response.status, await response.text()]).toEqual([status, text])
      expect(response.headers.get('content-range')).toBe(range)
      expect(response.headers.get('content-length')).toBe(String(text.length))
      expect(response.headers.get('accept-ranges')).toBe('bytes')
    }
  })

  test('returns 416 outside of the body', async () => {
    const response = await ask({ Range: 'bytes=10-' })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */10')
  })

  test('returns the whole body for HEAD, and for a response without ranges', async () => {
    const Range = 'bytes=2-4'
    expect((await ask({ Range }, { method: 'HEAD' })).status).toBe(200)
    const whole = await ask({ Range }, { acceptRanges: false })
    expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, null])
  })

  test('sends a range of a stream, for any size of chunks', async () => {
    const lengths = fc.array(fc.nat(6), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(20), fc.nat(20), async (sizes, one, other) => {
        const chunks = sizes.map((size, at) => String(at).repeat(size))
        const whole = chunks.join('')
        const [first, last] = [Math.min(one, other), Math.max(one, other)]
        const app = make()
        app.get('/', () =>
          new Response(chunks.values()).makeConditional(request, {
            acceptRanges: true,
            completeLength: whole.length,
          }),
        )
        const headers = { Range: `bytes=${first}-${last}` }
        const response = await app.testClient().get('/', { headers })
        if (first >= whole.length && whole !== '') expect(response.status).toBe(416)
        else expect(await response.text()).toBe(whole.slice(first, last + 1))
      }),
    )
  })
})

describe('addEtag', () => {
  test('sets a hash of the bytes, and keeps an existing tag', () => {
    const tag = (body: string | Uint8Array, weak = false): string | undefined => {
      const response = new Response(body)
      response.addEtag({ weak })
      return response.etag
    }
    expect(tag('é')).toBe(tag(new TextEncoder().encode('é')))
    expect(tag('a')).not.toBe(tag('b'))
    expect(tag('a')).toMatch(/^"[\w-]{27}"$/)
    expect(tag('a', true)).toBe(`W/${String(tag('a'))}`)
    const response = new Response('a', { headers: { ETag: '"mine"' } })
    response.addEtag()
    expect(response.etag).toBe('"mine"')
  })

  test('throws an error for a stream that says what to do', () => {
    expect(() => new Response(['a'].values()).addEtag()).toThrow('Set response.etag')
  })
})
