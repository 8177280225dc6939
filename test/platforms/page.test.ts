import { join } from 'node:path'
import { expect, test } from 'vitest'
import { read, root } from '../house/workspace.ts'
import { redraw } from './page.ts'

const PAGE = 'docs/embedding.md'

// `npx vitest run --root test -u platforms/page` writes the tables.
test('the tables of docs/embedding.md match what the platform tests expect', async () => {
  await expect(redraw(read(PAGE))).toMatchFileSnapshot(join(root, PAGE))
})

test('redraw throws if the page has no markers', () => {
  expect(() => redraw('# Embedding\n')).toThrow('Expected the page to contain')
})
