import { describe, expect, test } from 'vitest'
import {
  bytes,
  choice,
  commaList,
  count,
  list,
  mode,
  seconds,
  text,
  toggle,
  variables,
} from '../../../packages/server/src/settings/kinds.ts'

describe.each([
  ['text', text('X'), [['a', 'a']], ['', 1, undefined]],
  ['choice', choice('a', 'b'), [['b', 'b']], ['c', '', 1]],
  [
    'count',
    count(1),
    [
      ['1', 1],
      ['007', 7],
      [2, 2],
    ],
    ['0', 0, '-1', '1.5', 1.5, '', ' 1', '1e3', NaN, true, '9'.repeat(20)],
  ],
  [
    'seconds',
    seconds,
    [
      ['0', 0],
      ['1.5', 1.5],
      [0.25, 0.25],
      ['2147483', 2_147_483],
    ],
    ['-1', '1s', '', 'Infinity', Infinity, NaN, 2_147_484, '.'],
  ],
  [
    'bytes',
    bytes,
    [
      ['0', 0],
      ['8190', 8190],
      ['2k', 2048],
      ['3M', 3_145_728],
      ['1g', 1_073_741_824],
      [7, 7],
    ],
    ['-1', '1.5', 1.5, 'k', '1kb', '', '9'.repeat(17), true],
  ],
  [
    'mode',
    mode,
    [
      ['022', 0o22],
      ['7', 7],
      ['0o077', 0o77],
      [0o22, 0o22],
    ],
    ['8', '22x', '1777', '', -1, 512, 1.5, true],
  ],
  [
    'toggle',
    toggle,
    [
      [true, true],
      [false, false],
    ],
    ['true', 1, undefined],
  ],
  [
    'list',
    list('X'),
    [
      ['a', ['a']],
      [
        ['a', 'b,c'],
        ['a', 'b,c'],
      ],
    ],
    ['', [], [1], ['a', '']],
  ],
  [
    'commaList',
    commaList('X'),
    [
      ['a, b,', ['a', 'b']],
      [
        ['a', 'b,c'],
        ['a', 'b', 'c'],
      ],
      ['', []],
      [[], []],
    ],
    [1, ['a', 1], undefined, null],
  ],
  [
    'variables',
    variables,
    [
      [['A=b', 'C=d=e', 'F='], { A: 'b', C: 'd=e', F: '' }],
      [{ A: 'b' }, { A: 'b' }],
    ],
    [['A'], ['=a'], ['A B=c'], { A: 1 }, 'A=b', null],
  ],
] as const)('%s', (_name, kind, good, bad) => {
  test.each(good as unknown as [unknown, unknown][])('accepts %j', (given, value) => {
    expect(kind.read(given)).toEqual(value)
  })
  test.each([...bad].map((given): [unknown] => [given]))('rejects %j', (given) => {
    expect(kind.read(given)).toBeUndefined()
  })
})

test('each kind describes its values and its type', () => {
  expect(choice('a', 'b', 'c')).toMatchObject({
    takes: 'a, b or c',
    type: "'a' | 'b' | 'c'",
    value: 'a|b|c',
  })
  expect(count(2).takes).toBe('a whole number, 2 or more')
})
