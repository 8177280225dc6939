import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuiltFiles, Phial, urlFor } from 'phial'
import { expect, onTestFinished, test } from 'vitest'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Returns an app with the static files of a build, which take precedence over those in the folder. */
function appWith(files: BuiltFiles, staticFolder = 'static'): Phial {
  const app = new Phial(undefined, { staticFolder })
  app.useBuild({ templates: [], staticFiles: { static: files } })
  return app
}

test('a file of a build is sent with its type and its hash as ETag, without Last-Modified', async () => {
  const app = appWith({ 'css/site.css': { hash: 'hash-of-site', base64: base64('a {}') } })
  const response = await app.testClient().get('/static/css/site.css')
  expect(await response.text()).toBe('a {}')
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/css; charset=utf-8',
    'content-length': '4',
    etag: '"hash-of-site-4"',
    'cache-control': 'no-cache',
  })
  expect(response.headers.has('last-modified')).toBe(false)
})

test('the URL of a file of a build contains its hash, and its response is immutable', async () => {
  const app = appWith({ 'a.css': { hash: 'abc', base64: base64('a') } })
  const url = app.testRequestContext('/').run(() => urlFor('static', { path: 'a.css' }))
  expect(url).toBe('/static/a.css?v=abc')
  expect((await app.testClient().get(url)).headers.get('Cache-Control')).toContain('immutable')
})

test('a file of a build supports conditions, ranges and a .br variant', async () => {
  const app = appWith({
    'a.js': { hash: 'h', base64: base64('0123456789') },
    'a.js.br': { hash: 'i', base64: base64('packed') },
  })
  const get = (headers: Record<string, string>) => app.testClient().get('/static/a.js', { headers })
  expect((await get({ 'If-None-Match': '"h-a"' })).status).toBe(304)
  expect(await (await get({ Range: 'bytes=2-4' })).text()).toBe('234')
  const packed = await get({ 'Accept-Encoding': 'br' })
  expect([packed.headers.get('Content-Encoding'), await packed.text()]).toEqual(['br', 'packed'])
})

test.each(['../a.css', '%2e%2e/a.css', 'missing.css', 'toString', '__proto__'])(
  'is a 404 for %s, which is not in the build',
  async (path) => {
    const app = appWith({ 'a.css': { hash: 'h', base64: base64('a') } })
    expect((await app.testClient().get(`/static/${path}`)).status).toBe(404)
  },
)

test('a file without bytes has a versioned URL, and is served from the folder or by the platform', async () => {
  const files = { 'a.css': { hash: 'abc' } }
  const app = appWith(files)
  const url = app.testRequestContext('/').run(() => urlFor('static', { path: 'a.css' }))
  expect(url).toBe('/static/a.css?v=abc')
  expect((await app.testClient().get(url)).status).toBe(404)
  const folder = await mkdtemp(join(tmpdir(), 'phial-built-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.css'), 'from the folder')
  expect(await (await appWith(files, folder).testClient().get(url)).text()).toBe('from the folder')
})

test('useBuild throws for files of an unknown endpoint', () => {
  const app = new Phial(undefined)
  const stale = { templates: [], staticFiles: { 'shop.static': {} } }
  expect(() => app.useBuild(stale)).toThrow('run phial build again')
})
