import { StartError } from '@phial/server'
import { expect, test } from 'vitest'
import { count } from '../../../packages/server/src/settings/kinds.ts'
import { readValue, row } from '../../../packages/server/src/settings/setting.ts'

test('a row is a setting', () => {
  const kind = count(0)
  expect(row(kind, 1, 'help', { short: 'x' })).toEqual({
    kind,
    fallback: 1,
    help: 'help',
    short: 'x',
  })
})

test('kind, default and check have to agree', () => {
  // @ts-expect-error a number is wanted
  row(count(0), 'x', 'help')
  // @ts-expect-error a check gets what the kind reads
  row(count(0), 1, 'help', { check: (value: string) => value })
})

const even = row(count(0), 0, '', { check: (n) => (n % 2 ? 'it is odd' : undefined) })
const fault = (why: string): StartError => new StartError(1, `x: ${why}`)

test('a value is read, and what is wrong with it is told', () => {
  expect(readValue(even, '4', fault)).toBe(4)
  expect(() => readValue(even, 'a', fault)).toThrow('x: expected a whole number, 0 or more')
  expect(() => readValue(even, '3', fault)).toThrow('x: it is odd')
})
