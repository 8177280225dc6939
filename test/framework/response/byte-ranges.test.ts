import { Readable } from 'node:stream'
import fc from 'fast-check'
import { request, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const TEXT = 'abcdefghij'

const bodies: Record<string, () => string | Uint8Array> = {
  text: () => TEXT,
  bytes: () => new TextEncoder().encode(TEXT),
}

/** Requests ranges of the ten letters. */
async function ask(
  range: string,
  body: string | Uint8Array | Readable = TEXT,
  method = 'GET',
): Promise<globalThis.Response> {
  const app = make()
  app.get('/', () => {
    const response = new Response(body, { headers: { 'Content-Type': 'text/plain' } })
    return response.makeConditional(request, { acceptRanges: true, completeLength: 10 })
  })
  return app.testClient().request('/', { method, headers: { Range: range } })
}

/** The parts of a multipart response: the range and the bytes of each. */
async function partsOf(response: globalThis.Response): Promise<[range: string, text: string][]> {
  const [, boundary = ''] =
    /^multipart\/byteranges; boundary=([\w-]+)$/.exec(response.headers.get('content-type') ?? '') ??
    []
  const text = await response.text()
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  const [before, ...pieces] = text.split(`\r\n--${boundary}`)
  expect([before, pieces.pop()]).toEqual(['', '--\r\n'])
  return pieces.map((piece) => {
    const [, range = '', bytes = ''] =
      /^\r\nContent-Type: text\/plain\r\nContent-Range: bytes (.+)\r\n\r\n([^]*)$/.exec(piece) ?? []
    return [range, bytes]
  })
}

describe.each(Object.entries(bodies))('several ranges of %s', (_, body) => {
  test.each([
    ['bytes=0-1,4-5', [['0-1/10', 'ab'], ['4-5/10', 'ef']]],
    ['bytes=-1, 0-0', [['9-9/10', 'j'], ['0-0/10', 'a']]],
    ['bytes=0-3,2-4,20-', [['0-3/10', 'abcd'], ['2-4/10', 'cde']]],
  ])('%s', async (range, parts) => {
    const response = await ask(range, body())
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBeNull()
    expect(await partsOf(response)).toEqual(parts)
  }) // prettier-ignore
})

test('sends a single range if only one of several is within the body', async () => {
  const response = await ask('bytes=2-3,20-')
  expect([response.status, await response.text()]).toEqual([206, 'cd'])
  expect(response.headers.get('content-range')).toBe('bytes 2-3/10')
})

test.each([
  ['bytes=0-9,0-0', 'more than the whole'],
  [`bytes=${'0-0,'.repeat(100)}0-0`, 'very many'],
])('%s: %s returns the whole body', async (range) => {
  const response = await ask(range)
  expect([response.status, await response.text()]).toEqual([200, TEXT])
})

test('sends one range of a stream, and the whole stream for several ranges', async () => {
  const stream = (): Readable => Readable.from(['abc', 'def', 'ghij'])
  const one = await ask('bytes=2-4', stream())
  expect([one.status, await one.text()]).toEqual([206, 'cde'])
  const several = await ask('bytes=0-1,4-5', stream())
  expect([several.status, await several.text()]).toEqual([200, TEXT])
})

test('returns 416 for malformed ranges, and the whole body for another unit', async () => {
  for (const range of ['bytes=x', 'bytes=1', 'bytes=0-1;2-3']) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await ask(range)
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10'])
  }
  expect((await ask('lines=x')).status).toBe(200)
  expect((await ask('bytes=x', TEXT, 'HEAD')).status).toBe(200)
})

test('sends the bytes of each range, wherever it is', async () => {
  const range = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)])
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 2, maxLength: 4 }), async (ranges) => {
      const response = await ask(`bytes=${ranges.map((one) => one.join('-')).join()}`)
      const texts = ranges.map(([first = 0, last = 0]) => TEXT.slice(first, last + 1))
      if (texts.join('').length > 10) expect(await response.text()).toBe(TEXT)
      else expect((await partsOf(response)).map(([, text]) => text)).toEqual(texts)
    }),
  )
})
