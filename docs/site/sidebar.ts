/** The sidebar and the navigation of the site. */
import { basename, dirname } from 'node:path'
import type { DefaultTheme } from 'vitepress'
import { files, packages, read } from '../../test/house/workspace.ts'
import { PLAYGROUND, REFERENCE, targetOf } from './links.ts'

type Item = DefaultTheme.SidebarItem

/** The pages of `docs/`, by purpose. test/docs/site fails if a page is missing. */
export const groups: Record<string, string[]> = {
  Guide: [
    'guide/first-site',
    'guide/routing',
    'guide/requests',
    'guide/responses',
    'guide/templates',
    'forms',
    'streaming',
    'guide/accounts',
    'guide/error-handling',
    'guide/files',
    'guide/databases',
    'guide/pagination',
    'guide/htmx',
    'guide/markdown',
    'guide/mail-and-jobs',
    'configuration',
    'testing',
    'middleware',
    'extensions',
  ],
  'Coming from …': [
    'coming-from-flask',
    'flask-differences',
    'coming-from-express',
    'coming-from-hono',
  ],
  Deployment: ['deployment', 'serving', 'security', 'embedding', 'performance'],
  Reference: ['commands', 'errors', 'conformance', 'dependencies'],
}

const byNumber = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true })

/** The README of the tutorial and its chapters, in order. */
export const chapters = (): string[] =>
  files('docs/learn', '.md').sort((one, other) =>
    byNumber(one.replace('README', '0'), other.replace('README', '0')),
  )

const addressOf = (path: string): string => targetOf('README.md', path).replace(/(index)?\.md$/, '')

/** Returns the title of a page: its first heading, without backticks. */
function titleOf(path: string): string {
  const [, heading = basename(path, '.md')] = /^# +(.*)$/m.exec(read(path)) ?? []
  return heading.replaceAll('`', '')
}

const item = (path: string, text = titleOf(path)): Item => ({ text, link: addressOf(path) })

const group = (text: string, paths: string[]): Item[] =>
  paths.length === 0 ? [] : [{ text, items: paths.map((path) => item(path)) }]

const guides = (name: string): string[] => (groups[name] ?? []).map((page) => `docs/${page}.md`)

const examples = (): string[] =>
  files('examples', 'README.md').filter((path) => path.split('/').length <= 3)

/** The sidebar of every page except those of the reference. */
function main(): Item[] {
  const inside = [
    ...packages.map(({ folder }) => `packages/${folder}/README.md`),
    'CONTRIBUTING.md',
  ]
  return [
    item('README.md', 'What Phial is'),
    ...['Guide', 'Coming from …', 'Deployment'].flatMap((name) => group(name, guides(name))),
    {
      text: 'Reference',
      items: [
        { text: 'API', link: `/${REFERENCE}/api/` },
        ...guides('Reference').map((path) => item(path)),
        item('packages/core/SPEC.md', 'The rules of the gateway'),
        item('CHANGELOG.md'),
      ],
    },
    ...group('Learn how it works', [...chapters(), 'docs/playground/README.md']),
    ...group('Examples', examples()),
    ...group('Inside', inside),
  ]
}

/** The folders in which TypeDoc puts the names of a module, by kind. */
const KINDS = ['functions', 'classes', 'variables', 'interfaces', 'type-aliases']

/** The sidebar items for a module's names, by kind. */
function names(folder: string): Item[] {
  return KINDS.flatMap((kind) =>
    files(`${folder}/${kind}`, '.md').length === 0
      ? []
      : [
          {
            text: kind.replace('-', ' '),
            items: files(`${folder}/${kind}`, '.md').map((path) =>
              item(path, basename(path, '.md')),
            ),
          },
        ],
  )
}

/** The folders of the modules: `docs/reference/api/@phial/core/conformance`. */
const modules = (): string[] =>
  files(`${REFERENCE}/api`, 'index.md')
    .map(dirname)
    .filter((folder) => folder !== `${REFERENCE}/api`)
    .sort()

const nameOf = (folder: string): string => folder.replace(`${REFERENCE}/api/`, '')

/** Returns the sidebars by URL prefix. The longest matching prefix applies. */
export function sidebar(): DefaultTheme.SidebarMulti {
  const all = modules()
  const list = all.map((folder) => ({ text: nameOf(folder), link: `/${folder}/` }))
  const back = { text: 'All pages', link: '/' }
  const bars = all.map((folder) => [
    `/${folder}/`,
    [back, { text: 'API', items: list, collapsed: true }, ...names(folder)],
  ])
  return {
    '/': main(),
    [`/${REFERENCE}/api/`]: [back, { text: 'API', items: list }],
    ...(Object.fromEntries(bars) as DefaultTheme.SidebarMulti),
  }
}

/** The links at the top of every page. */
export function nav(): DefaultTheme.NavItem[] {
  const [first] = chapters()
  return [
    { text: 'Guide', link: addressOf('docs/guide/first-site.md') },
    ...(first === undefined ? [] : [{ text: 'Learn', link: addressOf(first) }]),
    { text: 'Playground', link: `/${PLAYGROUND}`, target: '_self' },
    { text: 'Examples', link: addressOf('examples/README.md') },
    { text: 'API', link: `/${REFERENCE}/api/` },
    { text: 'Rules', link: addressOf('packages/core/SPEC.md') },
  ]
}
