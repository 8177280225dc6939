import { Phial, sendFromDirectory } from 'phial'
import { beforeAll, expect, test } from 'vitest'
import { ownFolder } from './support.ts'

const { path: folder, write } = ownFolder()
const app = new Phial(import.meta.url, { staticFolder: folder })
app.get('/sent/*path', ({ path }) => sendFromDirectory(folder, path))
const client = app.testClient()

const types: Record<string, [type: string, isCompressible: boolean]> = {
  'a.html': ['text/html; charset=utf-8', true],
  'a.css': ['text/css; charset=utf-8', true],
  'a.js': ['text/javascript; charset=utf-8', true],
  'a.mjs': ['text/javascript; charset=utf-8', true],
  'a.json': ['application/json', true],
  'a.svg': ['image/svg+xml; charset=utf-8', true],
  'a.webmanifest': ['application/manifest+json', true],
  'a.wasm': ['application/wasm', true],
  'a.TXT': ['text/plain; charset=utf-8', true],
  'a.png': ['image/png', false],
  'a.woff2': ['font/woff2', false],
  'a.mp4': ['video/mp4', false],
  'a.pdf': ['application/pdf', false],
  'a.gz': ['application/gzip', false],
  'a.unknown': ['application/octet-stream', false],
  none: ['application/octet-stream', false],
}

beforeAll(() => write(Object.fromEntries(Object.keys(types).map((name) => [name, 'x']))))

test.each(Object.entries(types))('%s is %j', async (name, [type, isCompressible]) => {
  const { headers } = await client.get(`/static/${name}`)
  expect(headers.get('content-type')).toBe(type)
  expect(headers.get('vary')).toBe(isCompressible ? 'Accept-Encoding' : null)
  expect((await client.get(`/sent/${name}`)).headers.get('content-type')).toBe(type)
})
