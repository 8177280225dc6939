import { expect, test } from 'vitest'
import { count } from '../../../packages/server/src/settings/kinds.ts'
import { row } from '../../../packages/server/src/settings/setting.ts'

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
