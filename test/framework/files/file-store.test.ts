import { rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Phial, sendFile, sendFromDirectory } from 'phial'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { FileBody } from '../../../packages/framework/src/response/file-body.ts'
import { FileStore } from '../../../packages/framework/src/files/file-store.ts'
import { DAY, ownFolder } from './support.ts'

const { path: folder, write } = ownFolder()
const at = (name: string): string => join(folder, name)
const textOf = (loaded: { body: Uint8Array | FileBody } | null | undefined): string =>
  loaded?.body instanceof Uint8Array ? Buffer.from(loaded.body).toString() : 'not in memory'

/** Advances the clock, so that files that were just written are old enough for the cache. */
function later(): void {
  vi.setSystemTime(Date.now() + 60_000)
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  return () => void vi.useRealTimers()
})

describe('a small file', () => {
  test('is cached after it was loaded', async () => {
    await write({ 'a.txt': 'one' })
    later()
    const store = new FileStore()
    expect(store.cached(at('a.txt'))).toBeUndefined()
    const loaded = await store.load(at('a.txt'))
    expect(store.cached(at('a.txt'))?.body).toBe(loaded?.body)
    expect(store.cached(at('a.txt'))?.hash).toMatch(/^[\w-]{12}$/)
  })

  test('is not cached right after a change, because another change may have the same time', async () => {
    await write({ 'new.txt': 'one' })
    const store = new FileStore()
    await store.load(at('new.txt'))
    expect(store.cached(at('new.txt'))).toBeUndefined()
  })

  test.each<[change: string, make: (path: string) => void]>([
    ['other bytes', (path) => writeFileSync(path, 'two!')],
    [
      'other bytes of the same length with the same time',
      (path) => {
        writeFileSync(path, 'two')
        utimesSync(path, DAY, DAY)
      },
    ],
    ['another length', (path) => truncateSync(path, 1)],
    [
      'replaced by another file',
      (path) =>
        execFileSync('sh', [
          '-c',
          'printf two > "$0.new" && touch -r "$0" "$0.new" && mv "$0.new" "$0"',
          path,
        ]),
    ],
    ['removed', (path) => rmSync(path)],
  ])('is loaded again after a change: %s', async (_, change) => {
    await write({ 'b.txt': 'one' })
    later()
    const store = new FileStore()
    await store.load(at('b.txt'))
    expect(textOf(store.cached(at('b.txt')))).toBe('one')
    const before = statSync(at('b.txt')).ctimeMs
    do change(at('b.txt'))
    while (statSync(at('b.txt'), { throwIfNoEntry: false })?.ctimeMs === before)
    expect(store.cached(at('b.txt'))).toBeUndefined()
    expect(textOf(await store.load(at('b.txt')))).not.toBe('one')
  })

  test('is closed after it was loaded', async () => {
    await write({ 'c.txt': 'one' })
    await new FileStore().load(at('c.txt'))
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return []
      }
    })
    expect(open.filter((path) => path.startsWith(folder))).toEqual([])
  })
})

test('the cache is bounded, and the least recently used file is evicted first', async () => {
  const names = Array.from({ length: 80 }, (_, number) => `many/${number}.bin`)
  await write(Object.fromEntries(names.map((name) => [name, new Uint8Array(256 * 1024)])))
  later()
  const store = new FileStore()
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    await store.load(at(name))
    store.cached(at('many/0.bin'))
  }
  const cached = names.filter((name) => store.cached(at(name)) instanceof Object)
  expect(cached).toHaveLength(64)
  expect(cached[0]).toBe('many/0.bin')
  expect(cached.at(-1)).toBe('many/79.bin')
})

test('a large file is opened each time, and hashed once', async () => {
  await write({ 'large.bin': new Uint8Array(300_000) })
  later()
  const store = new FileStore()
  const first = await store.load(at('large.bin'))
  const second = await store.load(at('large.bin'))
  expect(store.cached(at('large.bin'))).toBeUndefined()
  expect(first?.hash).toBe(second?.hash)
  expect(store.hashNow(at('large.bin'))).toBe(first?.hash)
  for (const loaded of [first, second]) {
    expect(loaded?.body).toBeInstanceOf(FileBody)
    // oxlint-disable-next-line no-await-in-loop
    if (loaded?.body instanceof FileBody) await loaded.body.close()
  }
})

test('load and hashNow return the same hash', async () => {
  await write({ 'd.txt': 'one' })
  expect((await new FileStore().load(at('d.txt')))?.hash).toBe(new FileStore().hashNow(at('d.txt')))
  expect(new FileStore().hashNow(at('none'))).toBeUndefined()
  expect(new FileStore().hashNow(folder)).toBeUndefined()
})

test('a variant that was missing is found after it was created', async () => {
  await write({ 'e.css': 'one' })
  later()
  const store = new FileStore()
  store.noteMissing(at('e.css.br'))
  expect(store.cached(at('e.css.br'))).toBeNull()
  await write({ 'e.css.br': 'two' })
  expect(store.cached(at('e.css.br'))).toBeUndefined()
})

describe('if all files have the same time, as in reproducible images', () => {
  const app = new Phial(import.meta.url, { staticFolder: folder })
  app.get('/sent', () => sendFile(at('same/site.css')))
  app.get('/sent-from/*path', ({ path }) => sendFromDirectory(folder, path))

  test.each(['/static/same/site.css', '/sent', '/sent-from/same/site.css'])(
    'a changed file of the same length is not a 304: %s',
    async (path) => {
      const client = app.testClient()
      await write({ 'same/site.css': 'a{color:red}' })
      later()
      const ask = async (etag: string): Promise<[status: number, etag: string]> => {
        const response = await client.get(path, { headers: { 'If-None-Match': etag } })
        return [response.status, response.headers.get('etag') ?? '']
      }
      const [first, etag] = await ask('"none"')
      expect(first).toBe(200)
      expect(etag).toMatch(/^"[\w-]+"$/)
      expect(await ask(etag)).toEqual([304, etag])
      await write({ 'same/site.css': 'a{color:tan}' })
      const [second, changed] = await ask(etag)
      expect(second).toBe(200)
      expect(changed).not.toBe(etag)
      await write({ 'same/site.css': 'a{color:red}' })
      expect(await ask(etag)).toEqual([304, etag])
    },
  )
})

test('a cached file has the same responses for GET, HEAD and ranges as at first', async () => {
  const client = new Phial(import.meta.url, { staticFolder: folder }).testClient()
  await write({ 'f.css': 'a { color: red }' })
  later()
  const look = async (
    method: 'get' | 'head',
    headers: Record<string, string> = {},
  ): Promise<unknown> => {
    // prettier-ignore
    const response = await client[method]('/static/f.css', { headers })
    return [response.status, Object.fromEntries(response.headers), await response.text()]
  }
  for (const headers of [
    {},
    { Range: 'bytes=2-4' },
    { Range: 'bytes=0-1,4-5' },
    { 'Accept-Encoding': 'br, gzip' },
  ]) {
    // prettier-ignore
    const fresh = new Phial(import.meta.url, { staticFolder: folder }).testClient()
    // oxlint-disable-next-line no-await-in-loop
    const first = await fresh.get('/static/f.css', { headers })
    // oxlint-disable-next-line no-await-in-loop
    const [status, , text] = (await look('get', headers)) as [number, unknown, string]
    expect(status).toBe(first.status)
    // oxlint-disable-next-line no-await-in-loop
    expect(text.length).toBe((await first.text()).length)
  }
  expect(await look('get')).toEqual(await look('get'))
  expect(await look('head')).toEqual(await look('head'))
})
