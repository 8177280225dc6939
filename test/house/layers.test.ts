import { expect, test } from 'vitest'
import { layerOf, layersOf, upwardImports } from './layers.ts'
import { read, sources } from './workspace.ts'

const ROOT = 'packages/framework/src/'
const framework = sources().filter((path) => path.startsWith(ROOT))
const layers = layersOf(read('packages/framework/README.md'))

test('each layer of the framework imports only lower layers, including types', () => {
  const wrong = framework.flatMap((path) =>
    upwardImports(path.slice(ROOT.length), read(path), layers),
  )
  expect(wrong).toEqual([])
})

test('the table in the README lists exactly the existing folders and files', () => {
  const present = new Set(framework.map((path) => layerOf(path.slice(ROOT.length))))
  expect([...layers.keys()].toSorted()).toEqual([...present].toSorted())
})

test.each([
  [
    'context.ts',
    "import type { Phial } from './app.ts'",
    ['context.ts imports ./app.ts, which is not in a lower layer'],
  ],
  [
    'routing/tree.ts',
    "export type { g } from '../context.ts'",
    ['routing/tree.ts imports ../context.ts, which is not in a lower layer'],
  ],
  [
    'answer/send.ts',
    "import { render } from '../templating/templates.ts'",
    ['answer/send.ts imports ../templating/templates.ts, which is not in a lower layer'],
  ],
  ['new/a.ts', '', ['new/a.ts is in no layer: add `new` to the table']],
  [
    'app.ts',
    "import { a } from './context.ts'\nimport { b } from './answer/hooks.ts'\nimport fs from 'node:fs'",
    [],
  ],
  ['answer/send.ts', "import { a } from './hooks.ts'", []],
])('checks the import in %s: %s', (path, source, expected) => {
  expect(upwardImports(path, source, layers)).toEqual(expected)
})
