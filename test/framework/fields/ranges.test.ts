import { type RequestRange, RequestedRangeNotSatisfiable } from 'phial'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestWith } from './support.ts'

const read = (value: string): RequestRange | undefined => requestWith('Range', value).range

describe('Range', () => {
  test.each([
    ['bytes=0-499', [{ start: 0, end: 500 }]],
    ['bytes=500-', [{ start: 500, end: 1000 }]],
    ['bytes=-200', [{ start: 800, end: 1000 }]],
    ['bytes=-2000', [{ start: 0, end: 1000 }]],
    ['bytes=990-2000', [{ start: 990, end: 1000 }]],
    [
      'Bytes= 0-0, -1',
      [
        { start: 0, end: 1 },
        { start: 999, end: 1000 },
      ],
    ],
    ['bytes=0-1,5000-,7-5', [{ start: 0, end: 2 }]],
  ])('resolves %s for 1,000 bytes', (value, spans) => {
    expect(read(value)?.unit).toBe('bytes')
    expect(read(value)?.within(1000)).toEqual(spans)
  })

  test.each(['bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=1-2-3', 'bytes=0-1,,2-3', '=0-1'])(
    'ignores a malformed header: %s',
    (value) => {
      expect(read(value)).toBeUndefined()
    },
  )

  test.each(['bytes=1000-', 'bytes=-0', 'bytes=5-2'])(
    'is a 416 if no range is satisfiable: %s',
    (value) => {
      expect(() => read(value)?.within(1000)).toThrow(RequestedRangeNotSatisfiable)
    },
  )

  test('never returns a range outside of the content', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('0123456789-, =bytes')) })
    fc.assert(
      fc.property(text, fc.nat(5000), (value, length) => {
        let spans: readonly { start: number; end: number }[] = []
        try {
          spans = read(`bytes=${value}`)?.within(length) ?? []
        } catch (error) {
          expect(error).toBeInstanceOf(RequestedRangeNotSatisfiable)
        }
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(length)
        }
      }),
    )
  })
})
