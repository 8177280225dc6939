import { expect, test } from 'vitest'
import { callsIn } from '../../../packages/cli/src/check/calls.ts'
import { textOf, type Value } from '../../../packages/cli/src/check/values.ts'

const valueOf = (code: string): Value | undefined =>
  callsIn({ path: 'a.ts', source: `urlFor(${code})`, known: ['urlFor'] })[0]?.args[0]

test.for<[code: string, value: unknown]>([
  ["'a'", 'a'],
  ['`a`', 'a'],
  ['7', 7],
  ['null', null],
  ["('a' as const)", 'a'],
  ["'a' satisfies string", 'a'],
])('evaluates %s', ([code, value]) => {
  expect(valueOf(code)).toEqual({ kind: 'literal', value })
})

test.for(['a', '`${a}`', "'a' + b", '...a', 'a()'])('does not evaluate %s', (code) => {
  expect(valueOf(code)).toEqual({ kind: 'unknown' })
})

test('evaluates arrays and objects as far as possible', () => {
  expect(valueOf("['a', b, ...c, , 1]")).toMatchObject({
    items: [
      { value: 'a' },
      { kind: 'unknown' },
      { kind: 'unknown' },
      { kind: 'unknown' },
      { value: 1 },
    ],
  })
  const whole = valueOf("{ a: 1, 'b-c': x, d }")
  expect(whole).toMatchObject({ isWhole: true })
  expect(whole?.kind === 'object' && [...whole.entries.keys()]).toEqual(['a', 'b-c', 'd'])
  expect(valueOf('{ a: 1, ...x }')).toMatchObject({ isWhole: false })
  expect(valueOf('{ [a]: 1 }')).toMatchObject({ isWhole: false })
})

test('textOf returns strings only', () => {
  expect(textOf(valueOf("'a'"))).toBe('a')
  expect(textOf(valueOf('1'))).toBeUndefined()
  expect(textOf(undefined)).toBeUndefined()
})
