/** Converts the relative links of pages in the repository to links on the site, where the URL of a page is its path. */
import { posix } from 'node:path'

/** The folder of the generated pages: the API reference, and the sources that pages link to. */
export const REFERENCE = 'docs/reference'

/** The playground, which is not a page of VitePress: `docs/playground/build.ts` writes it into the built site. */
export const PLAYGROUND = 'docs/playground/play.html'

/** Returns the page that shows the source of a file or the content of a folder. */
export const sourcePage = (path: string): string => `${REFERENCE}/source/${path}.html`

const isElsewhere = (link: string): boolean => /^([a-z][a-z+.-]*:|\/\/|#)/i.test(link)

/**
 * Returns the target of a page's link on the site, relative to the site's root.
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
  // The site has its own home page, so README.md has another URL.
  if (path === 'docs/site/home.md') return 'index.md'
  if (path === 'README.md') return 'readme.md'
  if (path.endsWith('.md')) return path.replace(/\/README\.md$/, '/index.md')
  return isFile(path) ? path : sourcePage(path)
}

/** Reports whether a URL or a path belongs to a file that VitePress did not generate, such as a source page. */
export const isFile = (address: string): boolean =>
  [`${REFERENCE}/source/`, PLAYGROUND].some((one) => address.replace(/^\//, '').startsWith(one))
