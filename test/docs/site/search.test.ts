import MiniSearch from 'minisearch'
import { createMarkdownRenderer } from 'vitepress'
import { beforeAll, expect, test } from 'vitest'
import { search } from '../../../docs/site/search.ts'
import { files, read, root } from '../../house/workspace.ts'

/** Names of reference pages, which TypeDoc generates. */
const REFERENCE = ['startResponse', 'session', 'redirect', 'saveFile']

interface Section {
  id: string
  title: string
  titles: string[]
  text: string
}

const { _render: render, miniSearch } = search.provider === 'local' ? (search.options ?? {}) : {}

/** Splits a page into sections, as VitePress does for its index. */
function sectionsOf(address: string, html: string): Section[] {
  const [, ...parts] = html.split(/<h(\d)[^>]*>(.*?<a[^>]* href="#[^"]*"[^>]*>.*?<\/a>)<\/h\1>/s)
  const above: string[] = []
  const plain = (text = ''): string => text.replaceAll(/<[^>]*>/g, '')
  return Array.from({ length: parts.length / 3 }, (_, index) => {
    const [level = '', heading = '', content] = parts.slice(index * 3)
    const [, text, anchor = ''] = /^(.*?)<a[^>]* href="#([^"]*)"/s.exec(heading) ?? []
    const title = plain(text).trim()
    above.splice(Number(level) - 1, above.length, title)
    return { id: `${address}#${anchor}`, title, titles: above.slice(0, -1), text: plain(content) }
  })
}

let index: MiniSearch<Section>
beforeAll(async () => {
  const made = await createMarkdownRenderer(root, { highlight: (code) => code })
  // VitePress declares its renderer twice.
  const markdown = made as unknown as Parameters<NonNullable<typeof render>>[2]
  index = new MiniSearch<Section>({
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: {
      fuzzy: 0.2,
      prefix: true,
      boost: { title: 4, text: 2, titles: 1 },
      ...miniSearch?.searchOptions,
    },
  })
  const add = async (path: string, source: string): Promise<void> => {
    const env = { path, relativePath: path, cleanUrls: false }
    const html = await render?.(source, env, markdown)
    index.addAll(sectionsOf(`/${path}`.replace(/\.md$/, '.html'), html ?? ''))
  }
  for (const path of files('.', '.md')) await add(path, read(path))
  for (const name of REFERENCE)
    await add(`docs/reference/api/phial/functions/${name}.md`, `# ${name}\n\nIts quaint body\n`)
}, 60_000)

test.for([
  ['sqlite', 'docs/guide/databases'],
  ['postgres', 'docs/guide/databases'],
  ['migration', 'docs/guide/databases'],
  ['pagination', 'docs/guide/pagination'],
  ['markdown', 'docs/guide/markdown'],
  ['login', 'docs/guide/accounts'],
  ['password', 'docs/guide/accounts'],
  ['session', 'docs/guide/accounts'],
  ['htmx', 'docs/guide/htmx'],
  ['tsconfig', 'docs/guide/first-site'],
  ['upload', 'docs/guide/files'],
  ['static files', 'docs/guide/files'],
  ['mail', 'docs/guide/mail-and-jobs'],
  ['layout', 'docs/guide/templates'],
  ['redirect', 'docs/guide/responses'],
  ['query', 'docs/guide/requests'],
  ['blueprint', 'docs/guide/routing'],
  ['404', 'docs/guide/error-handling'],
  ['forms', 'docs/forms'],
  ['nginx', 'docs/serving'],
] as const)('a search for %s finds %s first', ([query, page]) => {
  const [first] = index.search(query)
  expect(String(first?.id).replace(/\.html.*$/, '')).toBe(`/${page}`)
})

test.for(['startResponse', 'saveFile'])(
  'a search for %s finds its page in the reference',
  (name) => {
    const [first] = index.search(name)
    expect(String(first?.id)).toMatch(`/functions/${name}.html`)
  },
)

test('the text of a reference page is not in the index', () => {
  expect(index.search('quaint', { fuzzy: false, prefix: false })).toEqual([])
})
