/**
 * The last line of a guide lists the names that it explains: ``API: `urlFor`, `int` ``. On the site, each name is a link to
 * its page in the reference. The reference is not in the repository.
 */
import { basename } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { files } from '../../test/house/workspace.ts'
import { REFERENCE } from './links.ts'

type Rule = Parameters<MarkdownRenderer['core']['ruler']['push']>[1]
type State = Parameters<Rule>[0]
type Token = State['tokens'][number]

/** The pages of the reference, by name. For a name in several packages, the framework's page. */
const pages = new Map(
  files(`${REFERENCE}/api`, '.md')
    .toSorted((one) => (one.startsWith(`${REFERENCE}/api/phial/`) ? 1 : -1))
    .map((path) => [basename(path, '.md'), `/${path}`]),
)

/** Links the names in such a line. A name without a page is not changed. */
export function linkNames({ tokens, Token: Made }: State): void {
  const linked = (token: Token): Token[] => {
    const page = token.type === 'code_inline' ? pages.get(token.content) : undefined
    if (page === undefined) return [token]
    const open = new Made('link_open', 'a', 1)
    open.attrSet('href', page)
    return [open, token, new Made('link_close', 'a', -1)]
  }
  for (const token of tokens)
    if (token.content.startsWith('API: ')) token.children = token.children?.flatMap(linked) ?? null
}
