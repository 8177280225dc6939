import { expect, test } from 'vitest'
import {
  defaultTemplate,
  templateNames,
  templates,
} from '../../packages/create-phial/src/templates.ts'
import { read } from '../house/workspace.ts'

test('the page of the package has the same table', () => {
  const rows = read('packages/create-phial/README.md').matchAll(/^\| `([a-z]+)` \| ([^|]+) \| \[/gm)
  expect([...rows].map(([, name, hint]) => ({ name, hint }))).toEqual(templates)
})

test('the usual one is one of them', () => {
  expect(templateNames).toContain(defaultTemplate)
})
