import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Phial, safeJoin, sendFromDirectory, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'

const app = new Phial(import.meta.url)
const client = app.testClient()

describe('the static route', () => {
  test('serves a file beside the app’s, with its type', async () => {
    const response = await client.get('/static/css/site.css')
    expect(await response.text()).toContain('color: red')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'content-length': '23',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    expect(new Date(response.headers.get('last-modified') ?? '').getTime()).toBeGreaterThan(0)
  })

  test('Validators: strong quoted ETag and Last-Modified; 304 without length, 206, 416', async () => {
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

  test('has the endpoint static', () => {
    const url = app.testRequestContext('/').run(() => urlFor('static', { path: 'a b.txt' }))
    expect(url).toBe('/static/a%20b.txt')
  })

  test('HEAD has the length and no body', async () => {
    const response = await client.head('/static/a%20b.txt')
    expect(response.headers.get('content-length')).toBe('1')
    expect(await response.text()).toBe('')
  })

  test('an unknown ending is bytes', async () => {
    const response = await client.get('/static/no-type')
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
  })

  test.each([
    '/static/none',
    '/static/css',
    '/static/css/',
    '/static/',
    '/static/../app.test.ts',
    '/static/%2e%2e/app.test.ts',
    '/static/..%2fapp.test.ts',
    '/static/css/../../app.test.ts',
    '/static/..%5capp.test.ts',
    '/static/css%00.css',
    '/static/C:%5cx',
  ])('%s is not found', async (path) => {
    expect((await client.get(path)).status).toBe(404)
  })

  test('a doubled slash leads to a path inside', async () => {
    for (const path of ['/static//etc/passwd', '/static/%2fetc/passwd']) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await client.get(path)
      expect(response.headers.get('location')).toBe('/static/etc/passwd')
    }
  })

  test('may have another folder and another place, or none', async () => {
    const options = { staticFolder: 'static/css', staticUrlPath: '/assets/' }
    const other = new Phial(import.meta.url, options).testClient()
    expect((await other.get('/assets/site.css')).status).toBe(200)
    const none = new Phial(import.meta.url, { staticFolder: null })
    expect([...none.urlMap]).toEqual([])
  })
})

test('a large file is streamed, whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phial-static-'))
  try {
    await writeFile(join(folder, 'large.bin'), new Uint8Array(3 * 1024 * 1024).fill(7))
    const large = new Phial(import.meta.url)
    large.get('/*path', ({ path }) => sendFromDirectory(folder, path))
    const response = await large.testClient().get('/large.bin')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes.every((byte) => byte === 7)).toBe(true)
    expect(response.headers.get('content-length')).toBe(String(3 * 1024 * 1024))
    const head = await large.testClient().head('/large.bin')
    expect(head.headers.get('content-length')).toBe(String(3 * 1024 * 1024))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.each(['nul', 'css/AUX.css', 'con.d/a.css', 'com1 .txt'])(
  'Traversal: %s is a device of Windows',
  (path) => {
    expect(safeJoin('/srv', path)).toBeUndefined()
  },
)

test.each(['console.js', 'common.css', 'nullable/a', 'a.nul', 'com10.txt'])(
  'Traversal: %s is no device',
  (path) => {
    expect(safeJoin('/srv', path)).toBe(`/srv/${path}`)
  },
)

test('safeJoin never leaves its folder', () => {
  const part = fc.constantFrom('..', '.', '/', '\\', 'a', '\u0000', 'C:', '~', '%2e')
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const joined = safeJoin('/srv/files', parts.join(''))
      expect(joined === undefined || joined.startsWith('/srv/files/')).toBe(true)
    }),
  )
})
