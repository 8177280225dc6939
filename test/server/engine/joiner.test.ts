import { expect, test } from 'vitest'
import { Joiner, joined } from '../../../packages/server/src/engine/joiner.ts'

const join = (joiner: Joiner, head: string, count: number, tail: string): Buffer =>
  joiner.join(head.length + count + tail.length, head, new Uint8Array(count).fill(200), tail)

test('text, bytes and text', () => {
  expect(join(new Joiner(), 'h\xe9', 2, '.').toString('latin1')).toBe('h\xe9\xc8\xc8.')
  expect(joined(4, 'h', new Uint8Array(2).fill(65), '.').toString()).toBe('hAA.')
  expect(join(new Joiner(), '', 500_000, '').equals(Buffer.alloc(500_000, 200))).toBe(true)
})

test('its memory is used again, unless it is kept', () => {
  const joiner = new Joiner()
  const first = join(joiner, 'first', 1, '')
  expect(join(joiner, 'other', 1, '').buffer).toBe(first.buffer)
  joiner.keep(first)
  const third = join(joiner, 'third', 1, '')
  expect(third.buffer).not.toBe(first.buffer)
  expect(first.toString('latin1', 0, 5)).toBe('other')
})
