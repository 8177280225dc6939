/**
 * Relative links, as they are written for whoever reads the pages in the repository: what they mean on
 * the site, where the address of a page is its path.
 */
import { posix } from 'node:path'

/** Where the pages stand that are written for the site alone: the API's, and the sources that pages link to. */
export const REFERENCE = 'docs/reference'

/** The playground, which is no page of VitePress: `docs/playground/build.ts` puts it into the site as it is. */
export const PLAYGROUND = 'docs/playground/play.html'

/** The page that shows a file, or a folder, that is no page itself. */
export const sourcePage = (path: string): string => `${REFERENCE}/source/${path}.md`

/** What a file that is no page is on the site. */
const fileAt = (path: string): string => (path === PLAYGROUND ? path : sourcePage(path))

const isElsewhere = (link: string): boolean => /^([a-z][a-z+.-]*:|\/\/|#)/i.test(link)

/**
 * What a link of a page leads to on the site, from the site's root.
 *
 * ```ts
 * targetOf('docs/forms.md', '../examples/README.md#run') // '/examples/index.md#run'
 * targetOf('README.md', 'packages/core/src/call.ts') // '/docs/reference/source/packages/core/src/call.ts.md'
 * ```
 */
export function targetOf(page: string, link: string): string {
  if (isElsewhere(link)) return link
  const [to = '', anchor] = link.split('#')
  const path = to.startsWith('/') ? to.slice(1) : posix.join(posix.dirname(page), to)
  const target = path.endsWith('.md')
    ? path.replace(/(^|\/)README\.md$/, '$1index.md')
    : fileAt(path)
  return `/${target}${anchor === undefined ? '' : `#${anchor}`}`
}
