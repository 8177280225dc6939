import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { Phial, sendFromDirectory } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { ownFolder } from './support.ts'

const { path: folder, write } = ownFolder()
const app = new Phial(import.meta.url, { staticFolder: folder })
app.get('/sent/*path', ({ path }) => sendFromDirectory(folder, path))
const client = app.testClient()
const CSS = 'a { color: red }\n'.repeat(50)

beforeAll(() =>
  write({
    'both.css': CSS,
    'both.css.br': brotliCompressSync(CSS),
    'both.css.gz': gzipSync(CSS),
    'zipped.js': CSS,
    'zipped.js.gz': gzipSync(CSS),
    'a.png': 'a picture',
    'a.png.gz': 'something else',
  }),
)

const ask = async (path: string, accept?: string): Promise<[Headers, Buffer]> => {
  const headers: Record<string, string> = accept === undefined ? {} : { 'Accept-Encoding': accept }
  const response = await client.get(path, { headers })
  return [response.headers, Buffer.from(await response.arrayBuffer())]
}

describe('the smallest variant that the client accepts is sent', () => {
  test.each([
    ['both.css', 'gzip, deflate, br, zstd', 'br'],
    ['both.css', 'br', 'br'],
    ['both.css', '*', 'br'],
    ['both.css', 'gzip', 'gzip'],
    ['both.css', 'br;q=0, gzip', 'gzip'],
    ['both.css', 'identity', null],
    ['both.css', 'br;q=0, gzip;q=0', null],
    ['both.css', '', null],
    ['both.css', undefined, null],
    ['zipped.js', 'gzip, br', 'gzip'],
    ['zipped.js', 'br', null],
    ['a.png', 'gzip', null],
  ])('%s, Accept-Encoding: %s: %s', async (name, accept, encoding) => {
    const [headers, body] = await ask(`/static/${name}`, accept)
    expect(headers.get('content-encoding')).toBe(encoding)
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? '']
    expect(String(decode?.(body) ?? body)).toBe(name === 'a.png' ? 'a picture' : CSS)
    expect(headers.get('content-length')).toBe(String(body.byteLength))
    expect(headers.get('content-type')).toMatch(/^text\/|^image\/png/)
  })
})

test('each variant has its own ETag for revalidation', async () => {
  const tags = await Promise.all(
    ['br', 'gzip', 'identity'].map(async (accept) => {
      const [headers] = await ask('/static/both.css', accept)
      const etag = headers.get('etag') ?? ''
      const again = { 'Accept-Encoding': accept, 'If-None-Match': etag }
      const response = await client.get('/static/both.css', { headers: again })
      expect([response.status, response.headers.get('vary')]).toEqual([304, 'Accept-Encoding'])
      return etag
    }),
  )
  expect(new Set(tags).size).toBe(3)
})

test('sendFromDirectory ignores precompressed variants, because clients may write to the folder', async () => {
  const [headers, body] = await ask('/sent/both.css', 'br, gzip')
  expect([headers.get('content-encoding'), headers.get('vary'), String(body)]).toEqual([null, null, CSS]) // prettier-ignore
})
