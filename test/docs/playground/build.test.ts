import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPlayground, bundleWorker } from '../../../docs/playground/build.ts'
import { BUNDLE, makeSources } from '../../../docs/playground/src/sources.ts'
import { read } from '../../house/workspace.ts'

let folder: string
let page: string
/** The built files, by their names in the README. */
const texts = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phial-playground-'))
  await buildPlayground(folder)
  page = await readFile(join(folder, 'play.html'), 'utf8')
  texts.set('play.html', page)
  for (const name of await readdir(join(folder, 'assets'))) {
    const text = await readFile(join(folder, 'assets', name), 'utf8')
    texts.set(name.replace(/^playground_/, '').replace(/-[A-Z0-9]+\./, '.'), text)
  }
})
afterAll(() => rm(folder, { recursive: true }))

test('the page can load only its own files, and cannot send anything', () => {
  const [, policy = ''] = /Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? []
  const [, hash] = /'sha256-([^']*)'/.exec(policy) ?? []
  const [, script = ''] =
    /<script>([^]*?)<\/script>/.exec(read('docs/playground/sandbox.html')) ?? []
  expect(hash).toBe(createHash('sha256').update(script).digest('base64'))
  expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[^']*' blob:;/)
  expect(policy).not.toMatch(/https?:|connect-src|unsafe-eval|\*/)
  expect(page).not.toMatch(/\{\{|(?:src|href)="https?:/)
})

test('the README contains the sizes of the files', () => {
  const rows = read('docs/playground/README.md').matchAll(
    /^\| `([\w.]+)` \|.*\| (\d+) kB \| (\d+) kB \|$/gm,
  )
  const documented = [...rows].map(([, name = '', size, compressed]) => ({
    name,
    size,
    compressed,
  }))
  const large = [...texts].filter(([, text]) => text.length > 1000).map(([name]) => name)
  expect(documented.map(({ name }) => name).sort()).toEqual(large.sort())
  for (const { name, size, compressed } of documented) {
    const text = texts.get(name) ?? ''
    const [kilobytes, gzipped] = [text.length / 1000, gzipSync(text).length / 1000]
    expect(Math.abs(kilobytes - Number(size)), `${name} is ${kilobytes} kB`).toBeLessThan(
      1 + kilobytes / 20,
    )
    expect(
      Math.abs(gzipped - Number(compressed)),
      `${name} with gzip is ${gzipped} kB`,
    ).toBeLessThan(1 + gzipped / 20)
  }
})

test('the source of a gateway function in the worker is its original module', async () => {
  const bundle = await bundleWorker()
  const row = bundle.split('\n').findIndex((line) => line.startsWith('function dispatcher(')) + 1
  expect(row).toBeGreaterThan(1)
  const sources = makeSources([{ name: 'app.ts', text: 'mine' }], bundle)
  const stack = sources.rewriteStack?.(`at x (${BUNDLE}:${row}:5)`) ?? ''
  const [, file = '', line] = /\((.*):(\d+):5\)/.exec(stack) ?? []
  expect(file).toBe('/packages/core/dist/middleware/dispatcher.js')
  expect(sources.read(file).split('\n')[Number(line) - 1]).toMatch(/^function dispatcher\(/)
  expect(sources.read('file:///playground/app.ts')).toBe('mine')
})
