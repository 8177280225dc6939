import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  PAGE,
  settingsTables,
  signalsTable,
  TYPES,
  typesText,
  withTables,
} from '../../../packages/server/pages/settings.ts'
import { flagOf, settings, table } from '../../../packages/server/src/settings/table.ts'

test('types.ts and the page are up to date with the table (`pnpm settings` writes them)', () => {
  expect(readFileSync(TYPES, 'utf8')).toBe(typesText())
  const page = readFileSync(PAGE, 'utf8')
  expect(page).toContain(settingsTables())
  expect(page).toContain(signalsTable())
  expect(withTables(page)).toBe(page)
})

test('names, options and letters are unique', () => {
  const rows = Object.values(table).flatMap((rows) => Object.entries(rows))
  expect(settings.size).toBe(rows.length)
  const flags = rows.map(([name, setting]) => flagOf(name, setting))
  expect(new Set(flags).size).toBe(flags.length)
  const letters = rows.flatMap(([, { short }]) => short ?? [])
  expect(new Set(letters).size).toBe(letters.length)
})

test.each([...settings])('the default of %s is valid', (_name, { kind, fallback, check }) => {
  if (fallback === undefined) return
  expect(kind.read(fallback)).toEqual(fallback)
  expect(check?.(fallback as never)).toBeUndefined()
})
