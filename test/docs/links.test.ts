import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, read, root } from '../house/workspace.ts'
import { blocksOf, linksOf } from './page.ts'

/** The anchor that GitHub generates for a heading. */
const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/ /g, '-')

function slugsOf(page: string): string[] {
  const prose = blocksOf(page).reduce((text, { code }) => text.replace(code, ''), page)
  return [...prose.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) => slug(heading))
}

/** The links of a page whose target does not exist. */
function broken(path: string, page: string): string[] {
  return linksOf(page).filter((link) => {
    const [to = '', anchor] = link.split('#')
    const target = to === '' ? path : join(dirname(path), decodeURI(to))
    if (!existsSync(join(root, target))) return true
    if (anchor === undefined || !target.endsWith('.md')) return false
    return !slugsOf(to === '' ? page : read(target)).includes(anchor)
  })
}

describe('links', () => {
  test('every relative link of every page has an existing target', () => {
    const found = files('.', '.md').flatMap((path) =>
      broken(path, read(path)).map((link) => `${path}: ${link}`),
    )
    expect(found).toEqual([])
  })

  test('only broken links are reported', () => {
    const page = [
      '# A heading: `x`',
      '[here](#a-heading-x) [there](../README.md) [out](https://example.org)',
      '[gone](gone.md) [lost](#nowhere)',
      '`[code](code.md)`',
      '[reference]: missing.md',
    ]
    expect(broken('docs/dependencies.md', page.join('\n'))).toEqual([
      'gone.md',
      '#nowhere',
      'missing.md',
    ])
  })
})
