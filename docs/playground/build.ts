/**
 * Builds the playground into the site: `docs/dist/docs/playground`. esbuild bundles the worker first, and then the page,
 * which contains the text of the worker.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { lessons, linksOf } from './lessons.ts'
import { BUNDLE } from './src/sources.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const shared = {
  absWorkingDir: here('../..'),
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
} satisfies BuildOptions

/** An esbuild plugin for modules whose text is generated here. */
const made = (texts: Readonly<Record<string, string>>): Plugin => ({
  name: 'made',
  setup(builder) {
    const filter = new RegExp(`^(?:${Object.keys(texts).join('|')})$`)
    builder.onResolve({ filter }, ({ path }) => ({ path, namespace: 'made' }))
    builder.onLoad({ filter: /.*/, namespace: 'made' }, ({ path }) => ({
      contents: texts[path] ?? '',
      resolveDir: here('.'),
    }))
  },
})

const textOf = async (options: BuildOptions): Promise<string> => {
  const { outputFiles } = await build({ ...shared, ...options, write: false })
  return outputFiles?.[0]?.text ?? ''
}

/** Bundles the worker. Minifies only the libraries, because X-ray finds functions in our own code. */
export async function bundleWorker(): Promise<string> {
  const library = (contents: string): Promise<string> =>
    textOf({ stdin: { contents, resolveDir: here('.') }, minify: true })
  const text = await textOf({
    entryPoints: [here('src/worker.ts')],
    plugins: [
      made({
        sucrase: await library("export { transform } from 'sucrase'"),
        acorn: await library("export { parse } from 'acorn'"),
      }),
    ],
  })
  // A frame with an opaque origin can only start a classic worker. The function hides our names from the program.
  return `'use strict';(() => {\n${text}\n})()\n//# sourceURL=${BUNDLE}\n`
}

/** Returns the sandbox page, and the hash of its script for the content security policies of this page and of the sandbox. */
async function sandbox(): Promise<{ text: string; hash: string }> {
  const text = await readFile(here('sandbox.html'), 'utf8')
  const [, script = ''] = /<script>([^]*?)<\/script>/.exec(text) ?? []
  const hash = `sha256-${createHash('sha256').update(script).digest('base64')}`
  return { text: text.replace('{{hash}}', hash), hash }
}

/** Writes the playground into a folder. */
export async function buildPlayground(folder: string): Promise<void> {
  await rm(`${folder}/assets`, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const all = lessons()
  const { text, hash } = await sandbox()
  const { metafile } = await build({
    ...shared,
    entryPoints: { play: here('src/page.ts'), style: here('src/style.css') },
    outdir: `${folder}/assets`,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    minify: true,
    metafile: true,
    plugins: [
      made({
        'playground:lessons': `export const all = ${JSON.stringify(all)}`,
        'playground:sandbox': `export const page = ${JSON.stringify(text)}`,
        'playground:worker': `export const text = ${JSON.stringify(await bundleWorker())}`,
      }),
    ],
  })
  const output = (ending: string): string => {
    const paths = Object.keys(metafile.outputs)
    const path = paths.find((one) => new RegExp(`/(?:play|style)-[^/]*${ending}$`).test(one)) ?? ''
    return `assets/${path.replace(/^.*\//, '')}`
  }
  const page = await readFile(here('play.html'), 'utf8')
  const filled = page
    .replace('{{script}}', output('\\.js'))
    .replace('{{style}}', output('\\.css'))
    .replace('{{hash}}', hash)
    .replace('{{lessons}}', () => linksOf(all))
  await writeFile(`${folder}/play.html`, filled)
}

// Only if Node runs this file directly.
if (import.meta.filename === process.argv[1]) await buildPlayground(here('../dist/docs/playground'))
