import { expect, test } from 'vitest'
import { groups, sidebar } from '../../../docs/site/sidebar.ts'
import { files } from '../../house/workspace.ts'

interface Item {
  text?: string
  link?: string
  items?: Item[]
}

/** Returns all items of the sidebar, at every level. */
const flat = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flat(item.items ?? [])])

const items = flat(sidebar()['/'] as Item[])

test('each page of docs is in one group of docs/site/sidebar.ts', () => {
  const pages = files('docs', '.md').flatMap(
    (path) => /^docs\/((?:guide\/)?[^/]+)\.md$/.exec(path)?.[1] ?? [],
  )
  expect(Object.values(groups).flat().sort()).toEqual(pages.sort())
})

test('the guide comes first, then other frameworks, deployment and the reference', () => {
  const names = (sidebar()['/'] as Item[]).map(({ text }) => text)
  expect(names.slice(1, 5)).toEqual(['Guide', 'Coming from …', 'Deployment', 'Reference'])
})

test('the sidebar contains the chapters, the rules, the examples and the packages', () => {
  const found = items.map(({ link }) => link)
  const chapters = files('docs/learn', '.md').map(
    (path) => `/${path.replace(/(README)?\.md$/, '')}`,
  )
  const wanted = [
    '/readme',
    '/packages/core/SPEC',
    '/docs/reference/api/',
    '/examples/',
    '/packages/core/',
  ]
  expect(found).toEqual(expect.arrayContaining([...chapters, ...wanted]))
})

test('each item has the title of its page', () => {
  expect(items).toContainEqual({ text: 'Serving a site', link: '/docs/serving' })
})
