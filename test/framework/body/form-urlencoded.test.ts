import fc from 'fast-check'
import { request } from 'phial'
import { expect, test } from 'vitest'
import { parseUrlencoded } from '../../../packages/framework/src/body/form.ts'
import { echo } from './support.ts'

test.each([
  [
    'a=1&a=2',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['%C3%A9=x+y%26', [['é', 'x y&']]],
  ['', []],
  [
    '&&a&=b&%zz=%',
    [
      ['a', ''],
      ['', 'b'],
      ['%zz', '%'],
    ],
  ],
  ['__proto__=x', [['__proto__', 'x']]],
])('parses %j', async (body, entries) => {
  const client = echo(async () => [...(await request.formData())]).testClient()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
  expect(await (await client.post('/', { body, headers })).json()).toEqual({ said: entries })
})

const limits = {
  maxContentLength: 1e6,
  maxUploadSize: 1e6,
  maxFileSize: 1e6,
  maxFormMemorySize: 1e6,
  maxFormParts: 1000,
}

test('parses any bytes as the platform does', () => {
  const piece = fc.constantFrom(
    'a',
    '=',
    '&',
    '+',
    '%',
    '?',
    '%C3',
    '%A9',
    '%E2%82%AC',
    '%ef%bb%bf',
    '%4',
    'a+%41'.repeat(300),
    'é',
    '€',
    '\u{1f600}',
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join('')))
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 20 })), (bytes) => {
      // The platform parses a string that starts with `?` as a query, not as a form. It misreads raw characters next to
      // malformed escapes.
      const ascii = Array.from(bytes, (byte) =>
        byte < 128 ? String.fromCharCode(byte) : `%${byte.toString(16)}`,
      )
      const platform = new URLSearchParams(`?${ascii.join('')}`)
      expect([...parseUrlencoded(bytes, limits)]).toEqual([...platform])
    }),
  )
})

test('throws a 413 for more parts than the limit, counting empty parts', () => {
  expect(() => parseUrlencoded(Buffer.from('&&&'), { ...limits, maxFormParts: 3 })).toThrow(
    '3 parts',
  )
  expect([...parseUrlencoded(Buffer.from('&&a'), { ...limits, maxFormParts: 3 })]).toHaveLength(1)
})
