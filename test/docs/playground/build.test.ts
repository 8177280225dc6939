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
/** The built files, by the name that the README gives them. */
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

test('the page lets nothing be loaded or sent but its own files', () => {
  const [, policy = ''] = /Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? []
  const [, hash] = /'sha256-([^']*)'/.exec(policy) ?? []
  const [, script = ''] =
    /<script>([^]*?)<\/script>/.exec(read('docs/playground/sandbox.html')) ?? []
  expect(hash).toBe(createHash('sha256').update(script).digest('base64'))
  expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[^']*' blob:;/)
  expect(policy).not.toMatch(/https?:|connect-src|unsafe-eval|\*/)
  expect(page).not.toMatch(/\{\{|(?:src|href)="https?:/)
})

test('the README says what the files weigh', () => {
  const rows = read('docs/playground/README.md').matchAll(
    /^\| `([\w.]+)` \|.*\| (\d+) kB \| (\d+) kB \|$/gm,
  )
  const told = [...rows].map(([, name = '', whole, packed]) => ({ name, whole, packed }))
  const heavy = [...texts].filter(([, text]) => text.length > 1000).map(([name]) => name)
  expect(told.map(({ name }) => name).sort()).toEqual(heavy.sort())
  for (const { name, whole, packed } of told) {
    const text = texts.get(name) ?? ''
    const [kilobytes, gzipped] = [text.length / 1000, gzipSync(text).length / 1000]
    expect(Math.abs(kilobytes - Number(whole)), `${name} is ${kilobytes} kB`).toBeLessThan(
      1 + kilobytes / 20,
    )
    expect(Math.abs(gzipped - Number(packed)), `${name} packed is ${gzipped} kB`).toBeLessThan(
      1 + gzipped / 20,
    )
  }
})

test('in the worker, a function of the gateway is found in the module that it came from', async () => {
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
