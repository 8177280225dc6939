import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { chmod, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { Phial, sendFromDirectory } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { logging } from '../support.ts'
import { LARGE, ownFolder } from '../files/support.ts'

const { path: folder, write } = ownFolder()
const app = new Phial(import.meta.url, { staticFolder: null })
app.get('/*path', ({ path }) => sendFromDirectory(folder, path))
const client = app.testClient()

beforeAll(() => write({ 'large.bin': LARGE, 'small.txt': 'small', 'folder/a.txt': 'a' }))

/** The number of open files of this process in the folder. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder) // prettier-ignore
    } catch {
      return false
    }
  }).length

describe('returns 404 without blocking for a path that is not a regular file', () => {
  test('such as a folder, a file as a folder, or a long name', async () => {
    for (const path of ['folder', 'small.txt/a', 'x'.repeat(300), 'none']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await client.get(`/${path}`)).status).toBe(404)
    }
  })

  test.skipIf(process.platform === 'win32')('such as a pipe or a socket', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const server = createServer().listen(join(folder, 'socket'))
    await once(server, 'listening')
    expect((await client.get('/pipe')).status).toBe(404)
    expect((await client.get('/socket')).status).toBe(404)
    server.close()
  })
})

test.skipIf(process.getuid?.() === 0)(
  'throws an error for a file without permission to read',
  async () => {
    await write({ 'secret.txt': 'x' })
    await chmod(join(folder, 'secret.txt'), 0)
    const { environ, log } = logging()
    expect((await client.get('/secret.txt', { environ })).status).toBe(500)
    expect(log()).toContain('EACCES')
  },
)

test('aborts the response if the file becomes shorter while it is sent', async () => {
  await write({ 'shrinking.bin': LARGE })
  const { environ } = app.testRequestContext('/shrinking.bin').request
  const body = await app.wsgiApp(environ, () => () => undefined)
  await truncate(join(folder, 'shrinking.bin'), 100_000)
  let size = 0
  for await (const chunk of body) size += chunk.byteLength
  await body.close?.()
  expect(size).toBe(100_000)
})

test('sends the initial length if the file becomes longer', async () => {
  await write({ 'growing.bin': LARGE })
  const { environ } = app.testRequestContext('/growing.bin').request
  const body = await app.wsgiApp(environ, () => () => undefined)
  await write({ 'growing.bin': Buffer.concat([LARGE, LARGE]) })
  let size = 0
  for await (const chunk of body) size += chunk.byteLength
  await body.close?.()
  expect(size).toBe(LARGE.byteLength)
})

test.runIf(process.platform === 'linux').each<[string, string, Record<string, string>, number]>([
  ['GET', '/small.txt', {}, 200],
  ['GET', '/large.bin', {}, 200],
  ['HEAD', '/large.bin', {}, 200],
  ['GET', '/large.bin', { Range: 'bytes=1-2' }, 206],
  ['GET', '/large.bin', { Range: 'bytes=1-2,7-9' }, 206],
  ['GET', '/large.bin', { Range: 'bytes=999999-' }, 416],
  ['GET', '/large.bin', { 'If-None-Match': '*' }, 304],
  ['GET', '/large.bin', { 'If-Match': '"x"' }, 412],
  ['GET', '/folder', {}, 404],
])('%s %s %j closes the file', async (method, path, headers, status) => {
  const response = await client.request(path, { method, headers })
  await response.arrayBuffer()
  expect([response.status, openFiles()]).toEqual([status, 0])
})

test('closes the file if the client disconnects', async () => {
  const { environ } = app.testRequestContext('/large.bin').request
  const body = await app.wsgiApp(environ, () => () => undefined)
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  await chunks.next()
  if (process.platform === 'linux') expect(openFiles()).toBe(1)
  await body.close?.()
  await expect(chunks.next()).rejects.toThrow('closed')
  if (process.platform === 'linux') expect(openFiles()).toBe(0)
})
