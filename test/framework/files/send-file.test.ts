import { Blob } from 'node:buffer'
import { openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Answer, Phial, sendFile, type SendFileOptions, sendFromDirectory } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'
import { LARGE, ownFolder } from './support.ts'

const { path: folder, write } = ownFolder()
const url = pathToFileURL(join(folder, 'app.ts')).href

beforeAll(() =>
  write({ 'files/a.txt': 'text', 'files/.hidden': 'x', 'large.bin': LARGE, 'outside.txt': 'x' }),
)

/** Requests an app in the folder with a single view. */
async function ask(
  view: () => Answer | Promise<Answer>,
  headers: Record<string, string> = {},
): Promise<globalThis.Response> {
  const app = new Phial(url, { staticFolder: null })
  app.get('/', view)
  return app.testClient().get('/', { headers })
}

describe('sendFile', () => {
  test('accepts a path relative to the app’s file, an absolute path, and a URL', async () => {
    const whole = join(folder, 'files/a.txt')
    for (const path of ['files/a.txt', './files/a.txt', whole, pathToFileURL(whole)]) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await ask(() => sendFile(path))
      // oxlint-disable-next-line no-await-in-loop
      expect(await response.text()).toBe('text')
      expect(response.headers.get('content-disposition')).toBe('inline; filename="a.txt"')
    }
  })

  test('throws an error with the path if the file does not exist', async () => {
    for (const path of ['none.txt', 'files']) {
      const app = new Phial(url)
      app.get('/', () => sendFile(path))
      const { environ, log } = logging()
      // oxlint-disable-next-line no-await-in-loop
      expect((await app.testClient().get('/', { environ })).status).toBe(500)
      expect(log()).toContain(
        `no file exists at ${join(folder, path)}. A relative path is resolved from`,
      )
    }
  })

  test('requires a type or a name with an extension for bytes', async () => {
    const bytes = Buffer.from('a,b\n')
    const named = await ask(() => sendFile(bytes, { downloadName: 'a.csv' }))
    expect(named.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(named.headers.get('content-length')).toBe('4')
    const etag = named.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{27}"$/)
    const again = { 'If-None-Match': etag }
    expect((await ask(() => sendFile(bytes, { downloadName: 'a.csv' }), again)).status).toBe(304)
    const typed = await ask(() => sendFile(bytes, { mimetype: 'application/x-own' }))
    expect(typed.headers.get('content-type')).toBe('application/x-own')
    expect(typed.headers.get('content-disposition')).toBeNull()
    await expect(make().testRequestContext('/').run(() => sendFile(bytes))).rejects.toThrow('Pass mimetype') // prettier-ignore
  })

  test('uses the type and name of a Blob, and streams a large one', async () => {
    const small = new File(['abc'], 'a b.txt', { type: 'text/x-own' })
    const response = await ask(() => sendFile(small))
    expect([...['content-type', 'content-disposition'].map((name) => response.headers.get(name)), await response.text()]).toEqual(['text/x-own; charset=utf-8', 'inline; filename="a b.txt"', 'abc']) // prettier-ignore
    const large = await openAsBlob(join(folder, 'large.bin'))
    const all = await ask(() => sendFile(large, { mimetype: 'x/y', asAttachment: true }))
    expect(Buffer.from(await all.arrayBuffer()).equals(LARGE)).toBe(true)
    expect(all.headers.get('content-length')).toBe(String(LARGE.byteLength))
    expect(all.headers.get('content-disposition')).toBe('attachment')
    const part = await ask(() => sendFile(large, { mimetype: 'x/y' }), { Range: 'bytes=-9' })
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, LARGE.subarray(-9)])
    await expect(make().testRequestContext('/').run(() => sendFile(new Blob(['x'])))).rejects.toThrow('Pass mimetype') // prettier-ignore
  })
})

describe('sendFromDirectory', () => {
  const from = (path: string, directory: string | URL = 'files', options: SendFileOptions = {}) =>
    ask(() => sendFromDirectory(directory, path, options))

  test('accepts a folder relative to the app’s file, an absolute path, and a URL', async () => {
    for (const directory of ['files', join(folder, 'files'), new URL('files/', url)]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await (await from('a.txt', directory)).text()).toBe('text')
    }
    const response = await from('a.txt', 'files', { asAttachment: true, maxAge: 60 })
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.txt"')
    expect(response.headers.get('cache-control')).toBe('public, max-age=60')
  })

  test.each(['none', '..', '../outside.txt', '/etc/passwd', '.hidden', 'a.txt/', '', 'a.txt\0'])(
    'is a 404 for %j',
    async (path) => {
      expect((await from(path)).status).toBe(404)
    },
  )
})

test('sendFile accepts an absolute path outside of a request', async () => {
  const response = await sendFile(join(folder, 'files/a.txt'))
  expect(Buffer.from(response.body as Uint8Array).toString()).toBe('text')
  await expect(sendFile('files/a.txt')).rejects.toThrow('outside of any app context')
})
