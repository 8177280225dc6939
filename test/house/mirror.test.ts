import { expect, test } from 'vitest'
import { mirror, mirrorOf } from './mirror.ts'
import { files, read, sources } from './workspace.ts'

test('every source file has a test in the same place', () => {
  const texts = Object.fromEntries(sources().map((path) => [path, read(path)]))
  expect(mirror(texts, new Set(files('test', '.test.ts')))).toEqual({ missing: [], idle: [] })
})

test('reports a missing test, and an excuse that is not needed', () => {
  const texts = {
    'packages/core/src/a/b.ts': 'export const x = 1',
    'packages/core/src/c.ts': 'run()',
    'packages/core/src/e/f.ts': 'run()',
  }
  const excuses = {
    'packages/core/src/c.ts': 'runs',
    'packages/core/src/d.ts': 'was deleted',
    'packages/core/src/e/': 'are data',
  }
  expect(mirror(texts, new Set(), excuses)).toEqual({
    missing: ['test/core/a/b.test.ts (for packages/core/src/a/b.ts)'],
    idle: ['packages/core/src/d.ts'],
  })
  expect(
    mirror(
      texts,
      new Set(['test/core/a/b.test.ts', 'test/core/c.test.ts', 'test/core/e/f.test.ts']),
      {},
    ),
  ).toEqual({
    missing: [],
    idle: [],
  })
})

test('files with only types or exports need no test', () => {
  const needsTest = (path: string, source: string): boolean => mirrorOf(path, source) !== undefined
  expect(needsTest('packages/core/src/index.ts', "export { a } from './a.ts'")).toBe(false)
  expect(
    needsTest('packages/core/src/t.ts', "import type { A } from './a.ts'\nexport type B = A"),
  ).toBe(false)
  expect(needsTest('packages/core/src/t.ts', 'export type A = 1\nexport const a: A = 1')).toBe(true)
})
