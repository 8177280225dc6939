import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Config, Phial, sendFile, type SendFileOptions } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { DAY, LARGE, ownFolder } from './support.ts'

const { path: folder, write } = ownFolder()
beforeAll(() => write({ 'a.txt': 'text', 'large.bin': LARGE }))

/** Requests a file that is sent with the given options. */
async function ask(
  options: SendFileOptions = {},
  headers: Record<string, string> = {},
  config: Partial<Config> = {},
): Promise<globalThis.Response> {
  const app = new Phial(pathToFileURL(join(folder, 'app.ts')).href, { config })
  app.get('/', () => sendFile('a.txt', options))
  return app.testClient().get('/', { headers })
}

const header = async (name: string, ...asked: Parameters<typeof ask>): Promise<string | null> =>
  (await ask(...asked)).headers.get(name)

describe('options of sendFile', () => {
  test('mimetype overrides the type', async () => {
    expect(await header('content-type')).toBe('text/plain; charset=utf-8')
    expect(await header('content-type', { mimetype: 'text/x-own' })).toBe('text/x-own; charset=utf-8') // prettier-ignore
    expect(await header('content-type', { mimetype: 'text/csv; charset=latin1' })).toBe('text/csv; charset=latin1') // prettier-ignore
    expect(await header('content-type', { mimetype: 'application/json' })).toBe('application/json')
  })

  test.each<[SendFileOptions, string]>([
    [{}, 'inline; filename="a.txt"'],
    [{ asAttachment: true }, 'attachment; filename="a.txt"'],
    [{ downloadName: 'b.txt' }, 'inline; filename="b.txt"'],
    [{ asAttachment: true, downloadName: 'a "b".txt' }, String.raw`attachment; filename="a \"b\".txt"`],
    [{ downloadName: 'Ärger €.txt' }, `inline; filename="Arger ?.txt"; filename*=UTF-8''%C3%84rger%20%E2%82%AC.txt`],
    [{ downloadName: '../../x.txt' }, 'inline; filename="x.txt"'],
    [{ downloadName: 'a\r\nSet-Cookie: x=1' }, `inline; filename="a??Set-Cookie: x=1"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1`],
    [{ downloadName: 'a\ud800.txt' }, `inline; filename="a?.txt"; filename*=UTF-8''a%EF%BF%BD.txt`],
  ])('%j sets Content-Disposition: %s', async (options, value) => {
    expect(await header('content-disposition', options)).toBe(value)
  }) // prettier-ignore

  test('maxAge and SEND_FILE_MAX_AGE_DEFAULT set Cache-Control', async () => {
    const caching = (options: SendFileOptions, config: Partial<Config> = {}) =>
      header('cache-control', options, {}, config)
    expect(await caching({})).toBe('no-cache')
    expect(await caching({ maxAge: 60 })).toBe('public, max-age=60')
    expect(await caching({ maxAge: 0 }, { SEND_FILE_MAX_AGE_DEFAULT: 10 })).toBe('no-cache')
    expect(await caching({}, { SEND_FILE_MAX_AGE_DEFAULT: 10 })).toBe('public, max-age=10')
    expect(await caching({ maxAge: 5.5 }, { SEND_FILE_MAX_AGE_DEFAULT: 10 })).toBe('public, max-age=5') // prettier-ignore
  })

  test('etag and lastModified override the validators', async () => {
    expect(await header('etag')).toMatch(/^"[\w.]+-4"$/)
    expect(await header('etag', { etag: 'mine' })).toBe('"mine"')
    expect(await header('etag', { etag: false })).toBeNull()
    expect(await header('last-modified')).toBe(DAY.toUTCString())
    const day = new Date('2020-01-01T00:00:00Z')
    expect(await header('last-modified', { lastModified: day })).toBe(day.toUTCString())
    const since = { 'If-Modified-Since': day.toUTCString() }
    expect((await ask({ lastModified: day }, since)).status).toBe(304)
    expect((await ask({ etag: 'mine' }, { 'If-None-Match': '"mine"' })).status).toBe(304)
  })

  test('conditional disables 304 and 206', async () => {
    const asked = { 'If-None-Match': '*', Range: 'bytes=0-0' }
    expect((await ask({}, asked)).status).toBe(304)
    const response = await ask({ conditional: false }, asked)
    expect([response.status, await response.text(), response.headers.get('accept-ranges')]).toEqual([200, 'text', null]) // prettier-ignore
  })
})

test('a large file is sent completely, with its length', async () => {
  const app = new Phial(pathToFileURL(join(folder, 'app.ts')).href)
  app.get('/', () => sendFile('large.bin'))
  app.get('/unconditional', () => sendFile('large.bin', { conditional: false }))
  for (const path of ['/', '/unconditional']) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await app.testClient().get(path)
    // oxlint-disable-next-line no-await-in-loop
    expect(Buffer.from(await response.arrayBuffer()).equals(LARGE)).toBe(true)
    expect(response.headers.get('content-length')).toBe(String(LARGE.byteLength))
    // oxlint-disable-next-line no-await-in-loop
    const head = await app.testClient().head(path)
    expect(head.headers.get('content-length')).toBe(String(LARGE.byteLength))
  }
})
