import { expect, test } from 'vitest'
import { read } from '../../house/workspace.ts'
import { entries } from '../surface.ts'

test('TypeDoc reads every module that the packages export', () => {
  const named = read('docs/site/typedoc.json').matchAll(/"\.\.\/\.\.\/(packages\/.*\.ts)"/g)
  const paths = [...named].map(([, path = '']) => path)
  expect(new Set(paths)).toEqual(new Set(entries().map(({ path }) => path)))
})
