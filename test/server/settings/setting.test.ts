import { StartError } from '@phial/server'
import { expect, test } from 'vitest'
import { count } from '../../../packages/server/src/settings/kinds.ts'
import { readValue, row } from '../../../packages/server/src/settings/setting.ts'

test('row() creates a setting', () => {
  const kind = count(0)
  expect(row(kind, 1, 'help', { short: 'x' })).toEqual({
    kind,
    fallback: 1,
    help: 'help',
    short: 'x',
  })
})

test('kind, default and check must have matching types', () => {
  // @ts-expect-error the default must be a number
  row(count(0), 'x', 'help')
  // @ts-expect-error the check must accept the type of the kind
  row(count(0), 1, 'help', { check: (value: string) => value })
})

const even = row(count(0), 0, '', { check: (n) => (n % 2 ? 'it is odd' : undefined) })
const fault = (why: string): StartError => new StartError(1, `x: ${why}`)

test('readValue parses a value, and throws for an invalid one', () => {
  expect(readValue(even, '4', fault)).toBe(4)
  expect(() => readValue(even, 'a', fault)).toThrow('x: expected a whole number, 0 or more')
  expect(() => readValue(even, '3', fault)).toThrow('x: it is odd')
})
