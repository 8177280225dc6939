import { describe, expect, test } from 'vitest'
import { weigh, type Weight } from './weigh.ts'
import { type Package, packages, read } from './workspace.ts'

interface Row extends Weight {
  name: string
  /** The text cells of the row: what it does, why, … */
  cells: string[]
}

const number = (text: string): number => Number(text.replaceAll(',', ''))

/** Returns the rows of the table: a name in backticks, text cells, then `1,234 kB` and a count. */
function rowsOf(page: string): Row[] {
  const rows = page.matchAll(/^\| `([^`]+)` \|(.*)\| ([\d,]+) kB \| (\d+) \|$/gm)
  return [...rows].map(([, name = '', cells = '', size = '', count = '']) => ({
    name,
    cells: cells.split('|').map((cell) => cell.trim()),
    kilobytes: number(size),
    packages: number(count),
  }))
}

const isOurs = (name: string): boolean => packages.some(({ manifest }) => manifest.name === name)

/** Returns the third-party runtime dependencies of the public packages, each with the packages that use it. */
const runtime = new Map<string, Package[]>()
for (const item of packages) {
  const { dependencies, optionalDependencies } = item.manifest
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (!isOurs(name)) runtime.set(name, [...(runtime.get(name) ?? []), item])
}

const rows = rowsOf(read('docs/dependencies.md'))

describe('docs/dependencies.md', () => {
  test('has exactly one row for each runtime dependency', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...runtime.keys()].sort())
  })

  test('lists for each one the packages that use it, its purpose and the reason for it', () => {
    for (const { name, cells } of rows) {
      const owners = runtime.get(name)?.map(({ manifest }) => `\`${manifest.name}\``)
      expect(cells[0], name).toBe(owners?.join(', '))
      expect(cells.length, name).toBe(3)
      expect(
        cells.filter((cell) => cell.length < 4),
        name,
      ).toEqual([])
    }
  })

  // The size of a binary depends on the machine. The table has the sizes on the machine of CI.
  const measured = process.platform === 'linux' && process.arch === 'x64'
  test.runIf(measured).for(rows)('has the right size of $name', (row) => {
    const { kilobytes, packages: count } = weigh(row.name, runtime.get(row.name)?.[0]?.path ?? '')
    expect(count, `${row.name} is ${count} packages`).toBe(row.packages)
    expect(kilobytes, `${row.name} is ${kilobytes} kB`).toBeGreaterThanOrEqual(row.kilobytes * 0.95)
    expect(kilobytes, `${row.name} is ${kilobytes} kB`).toBeLessThanOrEqual(row.kilobytes * 1.05)
  })
})

test('parses a row', () => {
  const [row] = rowsOf('| `a` | core | eats | is small | 1,234 kB | 2 |\n| b | not a row |')
  expect(row).toEqual({
    name: 'a',
    cells: ['core', 'eats', 'is small'],
    kilobytes: 1234,
    packages: 2,
  })
})
