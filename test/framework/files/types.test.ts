import { Phial, sendFile, sendFromDirectory } from 'phial'
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
  'a.ico': ['image/vnd.microsoft.icon', true],
  'a.cur': ['image/vnd.microsoft.icon', true],
  'a.avif': ['image/avif', false],
  'a.tgz': ['application/gzip', false],
  'a.py': ['text/x-python; charset=utf-8', true],
  'a.vue': ['text/plain; charset=utf-8', true],
  'a.sass': ['text/x-sass; charset=utf-8', true],
  'a.srt': ['application/x-subrip', false],
  'a.docx': ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', false],
  'a.tar.gz': ['application/gzip', false],
  css: ['application/octet-stream', false],
  'a.constructor': ['application/octet-stream', false],
  'a.unknown': ['application/octet-stream', false],
  none: ['application/octet-stream', false],
}

beforeAll(() => write(Object.fromEntries(Object.keys(types).map((name) => [name, 'x']))))

test.each(Object.entries(types))('%s has the type %j', async (name, [type, isCompressible]) => {
  const { headers } = await client.get(`/static/${name}`)
  expect(headers.get('content-type')).toBe(type)
  expect(headers.get('vary')).toBe(isCompressible ? 'Accept-Encoding' : null)
  expect((await client.get(`/sent/${name}`)).headers.get('content-type')).toBe(type)
})

const known =
  'ico flac mkv avi wmv 7z rar bz2 tar tgz m3u8 m4v docx xlsx pptx xls ppt odt ods apk deb dmg exe vcf kml kmz srt sass vue sh py' // prettier-ignore

test.each(known.split(' '))('the extension %s has a known type', async (ending) => {
  const context = app.testRequestContext('/')
  const response = await context.run(() =>
    sendFile(new Uint8Array(1), { downloadName: `x.${ending}` }),
  )
  expect(response.mimetype).not.toBe('application/octet-stream')
})
