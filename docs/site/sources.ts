/** After TypeDoc: writes a page for each file and folder that a page of the site links to and that is no page itself. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, posix } from 'node:path'
import { linksOf } from '../../test/docs/page.ts'
import { files, read, root } from '../../test/house/workspace.ts'
import { PLAYGROUND, REFERENCE, sourcePage } from './links.ts'

/** What shows a file: its name, its text. */
function filePage(path: string): string {
  const text = readFileSync(join(root, path), 'utf8')
  return `# ${posix.basename(path)}\n\n\`${path}\`\n\n~~~~~~${extname(path).slice(1)}\n${text}\n~~~~~~\n`
}

/** What shows a folder: its name, the names in it. */
function folderPage(path: string): string {
  const names = readdirSync(join(root, path)).map((name) => `- \`${name}\``)
  return `# ${posix.basename(path)}\n\n\`${path}\`\n\n${names.join('\n')}\n`
}

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
    ...read(page).matchAll(/\(\/docs\/reference\/source\/([^)]*)\.md\)/g),
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

for (const path of new Set([...linked(), ...definedIn()])) {
  const page = join(root, sourcePage(path))
  mkdirSync(dirname(page), { recursive: true })
  const isFolder = statSync(join(root, path)).isDirectory()
  // Found by its text, it would stand before the page that explains it.
  writeFileSync(page, `---\nsearch: false\n---\n\n${isFolder ? folderPage(path) : filePage(path)}`)
}
