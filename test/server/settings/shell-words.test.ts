import { expect, test } from 'vitest'
import { shellWords } from '../../../packages/server/src/settings/shell-words.ts'

test.each([
  ['', []],
  ['  ', []],
  [' -b  a:1\tx ', ['-b', 'a:1', 'x']],
  [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
  [`app:make("x","y")`, ['app:make(x,y)']],
  [`'app:make("x")'`, ['app:make("x")']],
  [`"a\\"b\\\\c\\d" 'e\\f'`, ['a"b\\c\\d', 'e\\f']],
  [`a'b'"c"`, ['abc']],
  [`'' ""`, ['', '']],
])('%s', (text, words) => {
  expect(shellWords(text, 'X')).toEqual(words)
})

test.each([`'a`, `"a`, `a "b`, 'a\\'])('no end: %s', (text) => {
  expect(() => shellWords(text, 'X')).toThrow(
    expect.objectContaining({ exitCode: 2, message: `X has a quote without an end: ${text}` }),
  )
})
