/** After TypeDoc: writes a page for each file and folder that a page of the site links to and that is not a page itself. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { linksOf } from '../../test/docs/page.ts'
import { files, read, root } from '../../test/house/workspace.ts'
import { PLAYGROUND, REFERENCE, sourcePage } from './links.ts'
import { filePage, folderPage } from './source-page.ts'

/** VitePress copies what is in it to the site. */
const PUBLIC = join(root, 'docs/public')

const isPage = (path: string): boolean => path.endsWith('.md') || path === PLAYGROUND

/** The files and folders that the workspace's own pages link to. */
function linked(): string[] {
  return files('.', '.md').flatMap((page) =>
    linksOf(read(page))
      .map((link) => posix.join(posix.dirname(page), decodeURI(link.split('#')[0] ?? '')))
      .filter((path) => !isPage(path) && path !== posix.dirname(page)),
  )
}

/** The files that the API's pages say their names are defined in. */
function definedIn(): string[] {
  const marks = files(`${REFERENCE}/api`, '.md').flatMap((page) => [
    ...read(page).matchAll(/\(\/docs\/reference\/source\/([^)]*)\.html\)/g),
  ])
  return marks.map(([, path = '']) => path)
}

/** What an error has of the language itself is defined in no file of ours. */
function forgetElsewhere(page: string): void {
  const text = read(page)
  const ours = text.replace(/^Defined in: .*\/node_modules\/.*\n\n?/gm, '')
  if (ours !== text) writeFileSync(join(root, page), ours)
}

files(`${REFERENCE}/api`, '.md').forEach(forgetElsewhere)

rmSync(join(PUBLIC, REFERENCE), { recursive: true, force: true })
for (const path of new Set([...linked(), ...definedIn()])) {
  const page = join(PUBLIC, sourcePage(path))
  mkdirSync(dirname(page), { recursive: true })
  const isFolder = statSync(join(root, path)).isDirectory()
  // oxlint-disable-next-line no-await-in-loop -- the work is the processor's
  const text = isFolder
    ? folderPage(path, readdirSync(join(root, path)))
    : await filePage(path, read(path))
  writeFileSync(page, text)
}
