import { expect, test } from 'vitest'
import {
  defaultTemplate,
  templateNames,
  templates,
} from '../../packages/create-phial/src/templates.ts'
import { read } from '../house/workspace.ts'

test('the README of the package has the same table', () => {
  const rows = read('packages/create-phial/README.md').matchAll(/^\| `([a-z]+)` \| ([^|]+) \| \[/gm)
  expect([...rows].map(([, name, hint]) => ({ name, hint }))).toEqual(templates)
})

test('the default template exists', () => {
  expect(templateNames).toContain(defaultTemplate)
})
