import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoderOf, RawDecoder, type Decoder } from '../../../packages/server/src/engine/decoder.ts'
import { Reader } from '../../../packages/server/src/engine/reader.ts'
import { boundsOf } from '../../../packages/server/src/refusal.ts'
import { defaultLimits, type Limits } from '../../../packages/server/src/transport.ts'

function decode(text: string, length: number, limits: Partial<Limits> = {}): [string, Decoder] {
  const reader = new Reader()
  reader.push(Buffer.from(text, 'latin1'))
  const decoder = decoderOf(reader, length, boundsOf({ ...defaultLimits, ...limits }))
  return [drained(decoder), decoder]
}

const left = (reader: Reader): string => {
  let found = ''
  for (let piece = reader.take(9); piece; piece = reader.take(9)) found += piece.toString()
  return found
}

function drained(decoder: Decoder): string {
  let found = ''
  for (let piece = decoder.next(); piece; piece = decoder.next()) found += piece.toString('latin1')
  return found
}

test('a body ends after the declared length', () => {
  const [body, decoder] = decode('helloGET', 5)
  expect([body, decoder.isDone, decoder.left]).toEqual(['hello', true, 0])
  const [some, waiting] = decode('he', 5)
  expect([some, waiting.isDone, waiting.left]).toEqual(['he', false, 3])
})

test('a switched connection yields every byte until the client ends its side, and none before the switch', () => {
  const reader = new Reader()
  reader.push(Buffer.from('hello'))
  const raw = new RawDecoder(reader)
  expect([drained(raw), raw.isDone, raw.left]).toEqual(['', true, 0])
  raw.isOpen = true
  expect([raw.next(2)?.toString(), drained(raw), raw.isDone]).toEqual(['he', 'llo', false])
  reader.push(Buffer.from('!'))
  raw.hasEnded = true
  expect([raw.isDone, drained(raw), raw.isDone]).toEqual([false, '!', true])
})

describe('a body in chunks (RFC 9112 §7.1)', () => {
  test('ends after the trailers', () => {
    const [body, decoder] = decode('2\r\nhe\r\n3;a="b"\r\nllo\r\n0\r\nA: b\r\n\r\nGET', Infinity)
    expect([body, decoder.isDone, decoder.left]).toEqual(['hello', true, 0])
    const [, waiting] = decode('2\r\nhe\r\n0\r\n', Infinity)
    expect([waiting.isDone, waiting.left]).toEqual([false, Infinity])
  })

  test('may have the maximum length, and throws one byte above it', () => {
    expect(decode('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', Infinity, { body: 5 })[0]).toBe('abcde')
    expect(() => decode('3\r\nabc\r\n3\r\n', Infinity, { body: 5 })).toThrow('413')
    expect(() => decode('ffffffffff\r\n', Infinity, { body: 5 })).toThrow('413')
  })

  test('yields the same bytes for any split into packets', () => {
    const bodies = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }))
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(30)), (chunks, cuts) => {
        const lines = chunks.map((chunk) => `${chunk.length.toString(16)};x\r\n${chunk}\r\n`)
        const text = `${lines.join('')}0\r\nA: b\r\n\r\nrest`
        const reader = new Reader()
        const decoder = decoderOf(reader, Infinity, boundsOf(defaultLimits))
        let found = ''
        let at = 0
        for (const cut of [...cuts, text.length]) {
          reader.push(Buffer.from(text.slice(at, at + cut), 'latin1'))
          at += cut
          found += drained(decoder)
        }
        expect([found, decoder.isDone, left(reader)]).toEqual([chunks.join(''), true, 'rest'])
      }),
    )
  })
})
