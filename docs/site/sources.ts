/** Runs after TypeDoc: writes a page for each file and folder that a page links to and that is not a page itself. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { linksOf } from '../../test/docs/page.ts'
import { files, read, root } from '../../test/house/workspace.ts'
import { PLAYGROUND, REFERENCE, sourcePage } from './links.ts'
import { filePage, folderPage } from './source-page.ts'

/** The folder whose content VitePress copies to the site. */
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

/** The files in which the names of the API pages are defined. */
function definedIn(): string[] {
  const marks = files(`${REFERENCE}/api`, '.md').flatMap((page) => [
    ...read(page).matchAll(/\(\/docs\/reference\/source\/([^)]*)\.html\)/g),
  ])
  return marks.map(([, path = '']) => path)
}

/** Removes references to files outside the repository, such as those for inherited members of `Error`. */
function removeForeignSources(page: string): void {
  const text = read(page)
  const ours = text.replace(/^Defined in: .*\/node_modules\/.*\n\n?/gm, '')
  if (ours !== text) writeFileSync(join(root, page), ours)
}

files(`${REFERENCE}/api`, '.md').forEach(removeForeignSources)

rmSync(join(PUBLIC, REFERENCE), { recursive: true, force: true })
for (const path of new Set([...linked(), ...definedIn()])) {
  const page = join(PUBLIC, sourcePage(path))
  mkdirSync(dirname(page), { recursive: true })
  const isFolder = statSync(join(root, path)).isDirectory()
  // oxlint-disable-next-line no-await-in-loop -- CPU-bound work
  const text = isFolder
    ? folderPage(path, readdirSync(join(root, path)))
    : await filePage(path, read(path))
  writeFileSync(page, text)
}
