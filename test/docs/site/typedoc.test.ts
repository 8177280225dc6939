import { expect, test } from 'vitest'
import { read } from '../../house/workspace.ts'
import { entries } from '../surface.ts'

test('TypeDoc reads every module that the packages export', () => {
  const named = [...read('docs/site/typedoc.json').matchAll(/"\.\.\/\.\.\/(packages\/.*\.ts)"/g)]
  expect(named.map(([, path]) => path).sort()).toEqual(
    entries()
      .map(({ path }) => path)
      .sort(),
  )
})
