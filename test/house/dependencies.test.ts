import { describe, expect, test } from 'vitest'
import { weigh, type Weight } from './weigh.ts'
import { type Package, packages, read } from './workspace.ts'

interface Row extends Weight {
  name: string
  /** Everything that a reader is told: does, why, … */
  cells: string[]
}

const number = (text: string): number => Number(text.replaceAll(',', ''))

/** The rows of the table: a name in backquotes, what is said, then `1,234 kB` and a count. */
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

/** The runtime dependencies of the public packages that are not ours, each with the packages that have it. */
const runtime = new Map<string, Package[]>()
for (const item of packages) {
  const { dependencies, optionalDependencies } = item.manifest
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (!isOurs(name)) runtime.set(name, [...(runtime.get(name) ?? []), item])
}

const rows = rowsOf(read('docs/dependencies.md'))

describe('docs/dependencies.md', () => {
  test('has one row for each runtime dependency, and no other', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...runtime.keys()].sort())
  })

  test('says of each which packages have it, what it does, and why this one', () => {
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

  // The size of a binary differs by machine; the table gives those of the one that CI runs on.
  const measured = process.platform === 'linux' && process.arch === 'x64'
  test.runIf(measured).for(rows)('weighs $name rightly', (row) => {
    const { kilobytes, packages: count } = weigh(row.name, runtime.get(row.name)?.[0]?.path ?? '')
    expect(count, `${row.name} is ${count} packages`).toBe(row.packages)
    expect(kilobytes, `${row.name} is ${kilobytes} kB`).toBeGreaterThanOrEqual(row.kilobytes * 0.95)
    expect(kilobytes, `${row.name} is ${kilobytes} kB`).toBeLessThanOrEqual(row.kilobytes * 1.05)
  })
})

test('a row is read as it is written', () => {
  const [row] = rowsOf('| `a` | core | eats | is small | 1,234 kB | 2 |\n| b | no row |')
  expect(row).toEqual({
    name: 'a',
    cells: ['core', 'eats', 'is small'],
    kilobytes: 1234,
    packages: 2,
  })
})
