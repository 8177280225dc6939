import { describe, expect, test } from 'vitest'
import { formatEvent } from '../../../packages/framework/src/live/event.ts'

const format = (event: unknown): string => formatEvent(event, (value) => JSON.stringify(value))

test.each([
  ['text', 'hello', 'data: hello\n\n'],
  ['empty text', '', 'data: \n\n'],
  ['lines with any line break', 'a\nb\r\nc\rd', 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
  ['data that is text', { data: 'a\nb' }, 'data: a\ndata: b\n\n'],
  ['data that is an object', { data: { a: '\n' } }, 'data: {"a":"\\n"}\n\n'],
  ['data that is null', { data: null }, 'data: null\n\n'],
  ['data that is a list', { data: [1] }, 'data: [1]\n\n'],
  [
    'all fields',
    { data: 'x', event: 'tick', id: 7, retry: 3000, comment: 'a\nb' },
    ': a\n: b\nevent: tick\nid: 7\nretry: 3000\ndata: x\n\n',
  ],
  ['an empty id, which resets the last id', { id: '', data: 1 }, 'id: \ndata: 1\n\n'],
  ['no data', { retry: 0 }, 'retry: 0\n\n'],
])('formats %s', (_, event, text) => {
  expect(format(event)).toBe(text)
})

describe('throws for a value that is not an event:', () => {
  test.each([
    [{ name: 'Ann' }, /an object with "name"\. .*yield \{ data: value \}/],
    [{}, /an empty object/],
    [undefined, /yielded undefined/],
    [7, /yielded 7/],
    [[1], /yielded \[1\]/],
    [Promise.resolve('a'), /is an await missing/],
    [{ event: 'a\ndata: b' }, /without line breaks for event/],
    [{ id: 'a\0' }, /without line breaks for id/],
    [{ event: 7 }, /for event, received 7/],
    [{ retry: -1 }, /non-negative integer/],
    [{ retry: '5' }, /non-negative integer.*"5"/],
  ])('%j', (event, message) => {
    expect(() => format(event)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_PHIAL_EVENT_INVALID',
        message: expect.stringMatching(message) as string,
      }),
    )
  })
})
