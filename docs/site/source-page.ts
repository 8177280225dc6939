/**
 * Pages that show a file of the repository, as plain HTML. There are hundreds of them. As pages of VitePress, they took half of
 * the site's bytes and of its build time.
 */
import { extname, posix } from 'node:path'
import { bundledLanguages, codeToTokensBase, createCssVariablesTheme } from 'shiki'

const theme = createCssVariablesTheme({ name: 'kinds', variablePrefix: '' })

/** The elements for the kinds of tokens, with short names to save bytes. `public/source.css` defines their colors. */
const ELEMENTS = new Map([
  ['keyword', 'k'],
  ['function', 'f'],
  ['string', 's'],
  ['string-expression', 's'],
  ['constant', 'n'],
  ['comment', 'i'],
  ['parameter', 'v'],
])

/** Returns the page of a file. */
export async function filePage(path: string, text: string): Promise<string> {
  const lang = { eta: 'html' }[extname(path).slice(1)] ?? extname(path).slice(1)
  if (!(lang in bundledLanguages)) return pageOf(path, `<pre>${escape(text)}</pre>`)
  const lines = await codeToTokensBase(text, { lang: lang as keyof typeof bundledLanguages, theme })
  const code = lines.map((line) => line.map(drawToken).join('')).join('\n')
  return pageOf(path, `<pre>${code}</pre>`)
}

/** Returns the page of a folder, which lists the names in it. */
export function folderPage(path: string, names: readonly string[]): string {
  const items = names.map((name) => `<li><code>${escape(name)}</code></li>`)
  return pageOf(path, `<ul>${items.join('')}</ul>`)
}

function drawToken({ content, color = '' }: { content: string; color?: string }): string {
  const element = ELEMENTS.get(/token-([\w-]+)/.exec(color)?.[1] ?? '')
  const text = escape(content)
  return element === undefined || text.trim() === '' ? text : `<${element}>${text}</${element}>`
}

/** A script that uses the color scheme that was chosen on the pages of VitePress. */
const SCHEME = `const chosen = localStorage.getItem('vitepress-theme-appearance') || 'auto'
if (chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)) document.documentElement.classList.add('dark')`

function pageOf(path: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(path)} | Phial</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/source.css">
<script>${SCHEME}</script>
<a href="/">Phial</a>
<main>
<h1>${escape(posix.basename(path))}</h1>
<p><code>${escape(path)}</code></p>
${body}
</main>
</html>
`
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
}
