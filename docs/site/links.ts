/**
 * Relative links, as they are written for whoever reads the pages in the repository: what they mean on
 * the site, where the address of a page is its path.
 */
import { posix } from 'node:path'

/** The folder of what is written for the site alone: the API's pages, and the sources that pages link to. */
export const REFERENCE = 'docs/reference'

/** The playground, which is no page of VitePress: `docs/playground/build.ts` puts it into the site as it is. */
export const PLAYGROUND = 'docs/playground/play.html'

/** The page that shows a file, or a folder, that is no page itself. */
export const sourcePage = (path: string): string => `${REFERENCE}/source/${path}.html`

const isElsewhere = (link: string): boolean => /^([a-z][a-z+.-]*:|\/\/|#)/i.test(link)

/**
 * What a link of a page leads to on the site, from the site's root.
 *
 * ```ts
 * targetOf('docs/forms.md', '../examples/README.md#run') // '/examples/index.md#run'
 * targetOf('README.md', 'packages/core/src/call.ts') // '/docs/reference/source/packages/core/src/call.ts.html'
 * ```
 */
export function targetOf(page: string, link: string): string {
  if (isElsewhere(link)) return link
  const [to = '', anchor] = link.split('#')
  const path = to.startsWith('/') ? to.slice(1) : posix.join(posix.dirname(page), to)
  return `/${addressOf(path)}${anchor === undefined ? '' : `#${anchor}`}`
}

function addressOf(path: string): string {
  // The home page of the site is one of its own.
  if (path === 'docs/site/home.md') return 'index.md'
  if (path === 'README.md') return 'readme.md'
  if (path.endsWith('.md')) return path.replace(/\/README\.md$/, '/index.md')
  return isFile(path) ? path : sourcePage(path)
}

/** Whether an address or a path is that of a file that VitePress did not make, such as the page that shows a source. */
export const isFile = (address: string): boolean =>
  [`${REFERENCE}/source/`, PLAYGROUND].some((one) => address.replace(/^\//, '').startsWith(one))
