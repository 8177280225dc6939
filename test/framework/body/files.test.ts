import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { request, saveFile } from 'phial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, multipart, MULTIPART } from './support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('saves a file from memory or disk, and does not replace one by default', async () => {
  const path = join(folder, 'kept')
  const client = echo(async () => {
    const [file] = await request.files('a')
    if (file === undefined) return 'none'
    await saveFile(file, path, { overwrite: true })
    return saveFile(file, path).catch(({ code }: { code: string }) => code)
  }).testClient()
  for (const size of [10, 700_000]) {
    const body = multipart({ name: 'a', file: 'a', body: Buffer.alloc(size, 3) })
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({ said: 'EEXIST' })
    expect(readFileSync(path).equals(Buffer.alloc(size, 3))).toBe(true)
  }
})

test('leaves no file if saving fails', async () => {
  const broken = new Blob(['abc'])
  broken.stream = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(9)),
      pull: (controller) => controller.error(new Error('the disk is gone')),
    })
  const before = await readdir(folder)
  await expect(saveFile(broken, join(folder, 'broken'))).rejects.toThrow('the disk is gone')
  expect(await readdir(folder)).toEqual(before)
})

test('creates missing folders', async () => {
  const path = join(folder, 'new', 'folders', 'a.txt')
  await saveFile(new Blob(['abc']), path)
  expect(readFileSync(path, 'utf8')).toBe('abc')
  const url = pathToFileURL(join(folder, 'by url', 'a.txt'))
  await saveFile(new Blob(['abc']), url)
  expect(readFileSync(url, 'utf8')).toBe('abc')
})
