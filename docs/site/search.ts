/** The search of the site: the content of its index, and the ranking of pages. */
import type { DefaultTheme } from 'vitepress'
import { REFERENCE } from './links.ts'

/** The heading of a page, as VitePress splits pages into sections. */
const HEADING = /<h1[^>]*>.*?<\/h1>/s

/** Renders a page for the index. For a page of the API, the index contains only the name. */
const render: NonNullable<DefaultTheme.LocalSearchOptions['_render']> = (source, env, markdown) => {
  const html = markdown.render(source, env)
  if (env.frontmatter?.['search'] === false) return ''
  if (!env.relativePath.startsWith(`${REFERENCE}/api/`)) return html
  return `${HEADING.exec(html)?.[0] ?? ''}\n`
}

/**
 * Returns the weight of a page for a term, depending on its URL. The guide ranks before the reference, unless the term is a
 * name that occurs only in the reference, such as `startResponse`. Pages about internals rank last. The browser receives the
 * source of this function, so it must not use variables from outside.
 */
export const boostDocument = (id: string, term: string): number => {
  const [, name] = /\/reference\/api\/.*\/(\w+)\.html/.exec(id) ?? []
  if (name !== undefined) return /[a-z][A-Z]/.test(name) && name.toLowerCase() === term ? 4 : 0.7
  if (id.startsWith('/docs/guide/first-site')) return 1.5
  if (/^\/docs\/(guide\/|forms|streaming|configuration|testing)/.test(id)) return 3
  if (id.startsWith('/docs/')) return 1.5
  return id.startsWith('/examples/') ? 1 : 0.5
}

/** The local search of VitePress, which needs no server. */
export const search: NonNullable<DefaultTheme.Config['search']> = {
  provider: 'local',
  options: { _render: render, miniSearch: { searchOptions: { boostDocument } } },
}
