import { join } from 'node:path'
import { expect, test } from 'vitest'
import { read, root } from '../house/workspace.ts'
import { redraw } from './page.ts'

const PAGE = 'docs/embedding.md'

// `npx vitest run --root test -u platforms/page` draws them anew.
test('the tables of the page are what the other tests here expect', async () => {
  await expect(redraw(read(PAGE))).toMatchFileSnapshot(join(root, PAGE))
})

test('a page without a place for them is an error', () => {
  expect(() => redraw('# Embedding\n')).toThrow('The page lacks')
})
