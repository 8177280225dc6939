import { expect, test } from 'vitest'
import {
  drawChanges,
  drawChunk,
  drawDetail,
  drawHeaders,
  size,
} from '../../../packages/xray/src/page/parts.ts'

test('formats sizes in bytes', () => {
  expect([0, 1, 2].map(size)).toEqual(['0 bytes', '1 byte', '2 bytes'])
})

test('draws a change as the removed and the added value', () => {
  const drawn = drawChanges([
    { key: 'A', before: 'x', after: 'y' },
    { key: 'B', before: undefined, after: '' },
    { key: 'C', before: 'z', after: undefined },
  ]).text
  expect(
    [...drawn.matchAll(/class="(gone|added)">\s*<th scope="row">(\w)/g)].map((one) => one.slice(1)),
  ).toEqual([
    ['gone', 'A'],
    ['added', 'A'],
    ['added', 'B'],
    ['gone', 'C'],
  ])
  expect(drawn).toContain('<i>empty</i>')
})

test('highlights new headers', () => {
  const drawn = drawHeaders(
    [
      ['A', '1'],
      ['B', '<2>'],
    ],
    'head',
    ([name]) => name === 'B',
  ).text
  expect(drawn.match(/class="added"/g)).toHaveLength(1)
  expect(drawn).toContain('&#60;2&#62;')
})

test.for([
  ['text', 4, '<pre>text</pre>'],
  ['text', 9, '<pre>text<i> …</i></pre>'],
  ['cut \uFFFD', 9, '<pre>cut <i> …</i></pre>'],
  ['a\0b', 3, '<i>3 bytes that are not text</i>'],
  ['', 0, '<i>no bytes</i>'],
] as const)('draws the chunk %j of %i bytes', ([text, bytes, drawn]) => {
  expect(drawChunk(text, bytes).text).toBe(drawn)
})

test('draws a note as a text, as JSON, or as a table with highlighted hits', () => {
  expect(drawDetail('de').text).toBe('<span>de</span>')
  expect(drawDetail({ a: 1 }).text).toContain('<pre>{')
  const table = drawDetail([
    { rule: '/', hit: true },
    { rule: '/a', hit: false },
  ]).text
  expect(table).toMatch(/class="hit ">\s*<td>\/</)
  expect(table).toMatch(/class=" miss">\s*<td>\/a</)
  expect(table).not.toContain('>hit<')
})
