import { expect, test } from 'vitest'
import { StartError } from '@phial/server'
import { readValue } from '../../../packages/server/src/settings/found.ts'
import { count } from '../../../packages/server/src/settings/kinds.ts'
import { row } from '../../../packages/server/src/settings/setting.ts'

const even = row(count(0), 0, '', { check: (n) => (n % 2 ? 'it is odd' : undefined) })
const fault = (why: string): StartError => new StartError(1, `x: ${why}`)

test('a value is read, and what is wrong with it is told', () => {
  expect(readValue(even, '4', fault)).toBe(4)
  expect(() => readValue(even, 'a', fault)).toThrow('x: it takes a whole number, 0 or more')
  expect(() => readValue(even, '3', fault)).toThrow('x: it is odd')
})
