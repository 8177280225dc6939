import { join } from 'node:path'
import { type Body, type FileLike, FileWrapper } from '@phial/core'
import { type Answer, sendFile } from 'phial'
import { beforeAll, describe, expect, test } from 'vitest'
import { LARGE, ownFolder } from '../files/support.ts'
import { make } from '../support.ts'

const { path: folder, write } = ownFolder()
const file = join(folder, 'large.bin')
beforeAll(() => write({ 'large.bin': LARGE }))

interface Handed {
  readonly body: Body
  /** The files that were passed to the server's wrapper. */
  readonly wrapped: readonly FileLike[]
  readonly sizes: readonly number[]
  /** The errors that were passed to the end of the request. */
  readonly ends: readonly unknown[]
}

/** What an app returns to a server with its own file wrapper. */
async function handed(view: () => Answer | Promise<Answer>, headers = {}): Promise<Handed> {
  const wrapped: FileLike[] = []
  const sizes: number[] = []
  const ends: unknown[] = []
  const app = make()
  app.get('/', view)
  app.teardownRequest((error) => void ends.push(error))
  const { environ } = app.testRequestContext('/', { headers }).request
  environ['wsgi.file_wrapper'] = class extends FileWrapper {
    constructor(given: FileLike, blockSize = 0) {
      super(given, blockSize)
      wrapped.push(given)
      sizes.push(blockSize)
    }
  }
  const body = await app.wsgiApp(environ, () => () => undefined)
  return { body, wrapped, sizes, ends }
}

async function bytesOf(body: Body): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('the server’s wsgi.file_wrapper', () => {
  test('reads a large file, and closes the file and the request once', async () => {
    const { body, wrapped, sizes, ends } = await handed(() => sendFile(file))
    expect(body).toBeInstanceOf(FileWrapper)
    expect(sizes).toEqual([64 * 1024])
    const [given] = wrapped
    expect(await given?.read(10)).toEqual(LARGE.subarray(0, 10))
    expect(await given?.read(1000)).toEqual(LARGE.subarray(10, 1010))
    expect(ends).toEqual([])
    await body.close?.()
    await body.close?.()
    expect(ends).toEqual([undefined])
    await expect(given?.read(1)).rejects.toThrow('closed')
  })

  test('reads a large range of a file; a small range is read at once', async () => {
    const { body, wrapped } = await handed(() => sendFile(file), { Range: 'bytes=100-280099' })
    expect(wrapped).toHaveLength(1)
    expect((await bytesOf(body)).equals(LARGE.subarray(100, 280_100))).toBe(true)
    await body.close?.()
    const small = await handed(() => sendFile(file), { Range: 'bytes=280000-280009' })
    expect([small.wrapped, await bytesOf(small.body)]).toEqual([[], LARGE.subarray(280_000, 280_010)]) // prettier-ignore
  })
})

test('passes the error of a chunk to the end of the request', async () => {
  const { body, ends } = await handed(function* stream() {
    yield 'a'
    throw new Error('no more')
  })
  await expect(bytesOf(body)).rejects.toThrow('no more')
  await body.close?.()
  expect(ends).toEqual([new Error('no more')])
})
