import { mkdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Blueprint, Phial, urlFor } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { make } from '../support.ts'
import { DAY, LARGE, ownFolder } from './support.ts'

const app = make()
const client = app.testClient()
const own = ownFolder()
const { path: folder, write } = own

describe('the static route', () => {
  test('serves a file next to the app’s file, with its type', async () => {
    const response = await client.get('/static/css/site.css')
    expect(await response.text()).toContain('color: red')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'content-length': '23',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('content-disposition')).toBeNull()
    expect(new Date(response.headers.get('last-modified') ?? '').getTime()).toBeGreaterThan(0)
  })

  test('supports ETag, Last-Modified, 304, 206 and 416', async () => {
    const path = '/static/css/site.css'
    const { headers: first } = await client.get(path)
    const etag = first.get('etag') ?? ''
    const modified = first.get('last-modified') ?? ''
    expect(etag).toMatch(/^"[^"]+"$/)
    expect((await client.get(path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    const since = await client.get(path, { headers: { 'If-Modified-Since': modified } })
    expect([since.status, since.headers.get('content-length')]).toEqual([304, null])
    const part = await client.get(path, { headers: { Range: 'bytes=1-3', 'If-Range': etag } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 1-3/23'])
    expect((await part.arrayBuffer()).byteLength).toBe(3)
    expect((await client.get(path, { headers: { Range: 'bytes=23-' } })).status).toBe(416)
  })

  test('answers HEAD with the length, without a body', async () => {
    const response = await client.head('/static/a%20b.txt')
    expect(response.headers.get('content-length')).toBe('1')
    expect(await response.text()).toBe('')
  })

  test('can have another folder and URL path, or be disabled', async () => {
    const other = make({ staticFolder: 'static/css', staticUrlPath: '/assets/' }).testClient()
    expect((await other.get('/assets/site.css')).status).toBe(200)
    expect([...make({ staticFolder: null }).urlMap]).toEqual([])
  })

  test('resolves its folder relative to the app’s file, not to the working directory', async () => {
    await write({ 'site/static/a.txt': 'next to the app' })
    const before = process.cwd()
    const site = new Phial(pathToFileURL(join(folder, 'site/app.ts')).href).testClient()
    process.chdir('/')
    try {
      expect(await (await site.get('/static/a.txt')).text()).toBe('next to the app')
    } finally {
      process.chdir(before)
    }
  })

  test('redirects a doubled slash to a path within the folder', async () => {
    for (const path of ['/static//etc/passwd', '/static/%2fetc/passwd']) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await client.get(path)
      expect(response.headers.get('location')).toBe('/static/etc/passwd')
    }
  })
})

describe('the static route for unusual paths', () => {
  const site = new Phial(pathToFileURL(join(folder, 'app.ts')).href)
  const asked = site.testClient()

  beforeAll(async () => {
    await write({
      'secret.txt': 'secret',
      'static/a.txt': 'a',
      'static/.env': 'secret',
      'static/.git/config': 'secret',
      'static/css/.hidden/a.css': 'secret',
      'static/..secret': 'secret',
      'static/css/a.css': 'a',
    })
    await mkdir(join(folder, 'static/index'))
    await write({ 'static/index/index.html': 'no listing, no index' })
  })

  /** Missing files, folders, path traversal, Windows devices and hidden files. */
  test.each([
    '/static/none',
    '/static/css',
    '/static/css/',
    '/static/index/',
    '/static/',
    '/static',
    '/static/.',
    '/static/..',
    '/static/../secret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/%2E%2E%2Fsecret.txt',
    '/static/..%2fsecret.txt',
    '/static/.%2e/secret.txt',
    '/static/%252e%252e/secret.txt',
    '/static/%c0%ae%c0%ae/secret.txt',
    '/static/%uff0e%uff0e/secret.txt',
    '/static/\uff0e\uff0e/secret.txt',
    '/static/css/../../secret.txt',
    '/static/css/..%2f..%2fsecret.txt',
    '/static/..%5csecret.txt',
    '/static/css%5c..%5c..%5csecret.txt',
    '/static/%00/../secret.txt',
    '/static/a.txt%00',
    '/static/a.txt%00.css',
    '/static/C:%5cx',
    '/static/C:/x',
    '/static/a.txt::$DATA',
    '/static/nul.txt',
    '/static/css/AUX',
    '/static/.env',
    '/static/%2eenv',
    '/static/.git/config',
    '/static/css/.hidden/a.css',
    '/static/..secret',
    '/static/a.txt/',
    '/static/a.txt/x',
    `/static/${'a/'.repeat(2000)}`,
    `/static/${'a'.repeat(5000)}`,
  ])('answers 404 for %s', async (path) => {
    const response = await asked.get(path, { followRedirects: true })
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
  })

  test('follows symbolic links within the folder', async () => {
    await symlink(join(folder, 'secret.txt'), join(folder, 'static/linked.txt'))
    expect(await (await asked.get('/static/linked.txt')).text()).toBe('secret')
  })
})

describe('the version in a URL from urlFor', () => {
  const site = new Phial(pathToFileURL(join(folder, 'versions/app.ts')).href)
  const url = (path: string, values = {}, endpoint = 'static'): string =>
    site.testRequestContext('/').run(() => urlFor(endpoint, { path, ...values }))
  const asked = site.testClient()
  const caching = async (path: string): Promise<string | null> =>
    (await asked.get(path)).headers.get('cache-control')

  beforeAll(() =>
    write({
      'versions/static/a.css': 'one',
      'versions/static/same.css': 'one',
      'versions/static/large.bin': LARGE,
      'versions/shop/static/a.css': 'shop',
    }),
  )

  test('makes the response immutable', async () => {
    expect(url('a.css')).toMatch(/^\/static\/a\.css\?v=[\w-]{12}$/)
    const response = await asked.get(url('a.css'))
    expect(await response.text()).toBe('one')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const again = { 'If-None-Match': response.headers.get('etag') ?? '' }
    const { status, headers } = await asked.get(url('a.css'), { headers: again })
    expect([status, headers.get('cache-control')]).toEqual([304, 'public, max-age=31536000, immutable']) // prettier-ignore
    expect(await caching(url('large.bin'))).toContain('immutable')
  })

  test('if missing or wrong, requires revalidation', async () => {
    expect(await caching('/static/a.css')).toBe('no-cache')
    expect(await caching('/static/a.css?v=')).toBe('no-cache')
    expect(await caching('/static/a.css?v=older')).toBe('no-cache')
    expect(await caching(url('a.css', { v: 'mine' }))).toBe('no-cache')
  })

  test('depends only on the bytes, not on name and time', async () => {
    const version = (path: string): string => url(path).replace(/.*v=/, '')
    expect(version('a.css')).toBe(version('same.css'))
    const before = version('same.css')
    await utimes(join(folder, 'versions/static/same.css'), DAY, new Date())
    expect(version('same.css')).toBe(before)
    await writeFile(join(folder, 'versions/static/same.css'), 'two')
    expect(version('same.css')).not.toBe(before)
    expect(await caching(`/static/same.css?v=${before}`)).toBe('no-cache')
  })

  test('is omitted for a missing file', async () => {
    expect(url('none.css')).toBe('/static/none.css')
    expect(url('../app.ts')).not.toContain('v=')
    expect(url('.env')).not.toContain('v=')
    await write({ 'versions/static/gone.css': 'x' })
    expect(url('gone.css')).toContain('v=')
    await rm(join(folder, 'versions/static/gone.css'))
    expect(url('gone.css')).toBe('/static/gone.css')
  })

  test('is omitted for a file over 16 MiB', async () => {
    const path = join(folder, 'versions/static/film.bin')
    await write({ 'versions/static/film.bin': '' })
    await truncate(path, 16 * 1024 ** 2)
    expect(url('film.bin')).toContain('v=')
    await truncate(path, 16 * 1024 ** 2 + 1)
    expect(url('film.bin')).toBe('/static/film.bin')
    expect(await caching('/static/film.bin?v=AAAAAAAAAAAA')).toBe('no-cache')
  })

  test('is added for files of blueprints', async () => {
    const shop = new Blueprint('shop', pathToFileURL(join(folder, 'versions/shop/shop.ts')).href, { staticFolder: 'static' }) // prettier-ignore
    const outer = new Blueprint('outer', import.meta.url, { urlPrefix: '/outer' })
    outer.registerBlueprint(shop, { urlPrefix: '/in' })
    const both = make()
    both.registerBlueprint(outer)
    both.registerBlueprint(shop, { name: 'store', urlPrefix: '/store' })
    const urls = both
      .testRequestContext('/')
      .run(() =>
        ['outer.shop.static', 'store.static'].map((name) => urlFor(name, { path: 'a.css' })),
      )
    expect(urls.map((one) => one.replace(/=.*/, ''))).toEqual(['/outer/in/static/a.css?v', '/store/static/a.css?v']) // prettier-ignore
    for (const one of urls) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await both.testClient().get(one)
      expect(response.headers.get('cache-control')).toContain('immutable')
      // oxlint-disable-next-line no-await-in-loop
      expect(await response.text()).toBe('shop')
    }
  })
})
