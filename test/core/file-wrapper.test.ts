import { call, FileWrapper, validator, type Application, type FileLike } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from './support/bytes.ts'
import { ok } from './support/drive.ts'

/** Returns a file with a text as its content, which records the calls of its methods. */
function fileOf(content: string, later = false): { file: FileLike; notes: string[] } {
  const notes: string[] = []
  let rest = bytes(content)
  return {
    notes,
    file: {
      read(size) {
        notes.push(`read ${size}`)
        const block = rest.subarray(0, size)
        rest = rest.subarray(size)
        return later ? Promise.resolve(block) : block
      },
      close: () => notes.push('close'),
    },
  }
}

const serving = (file: FileLike, blockSize?: number): Application =>
  validator((environ, startResponse) => {
    ok(startResponse)
    const Wrapper = environ['wsgi.file_wrapper'] ?? FileWrapper
    return new Wrapper(file, blockSize)
  })

describe.each([
  ['synchronously', false],
  ['asynchronously', true],
])('a file that reads %s', (_name, later) => {
  test('is sent block by block to its end, and closed once', async () => {
    const { file, notes } = fileOf('123456789', later)
    expect((await call(serving(file, 4))).text()).toBe('123456789')
    expect(notes).toEqual(['read 4', 'read 4', 'read 4', 'read 4', 'close'])
  })

  test('is closed in response to HEAD', async () => {
    const { file, notes } = fileOf('123456789', later)
    expect((await call(serving(file, 4), { method: 'HEAD' })).text()).toBe('')
    expect(notes).toEqual(['read 4', 'close'])
  })
})

test('an error of read aborts the response, and the file is closed', async () => {
  const notes: string[] = []
  const failing = new Error('no such block')
  const file: FileLike = {
    read: () => Promise.reject(failing),
    close: () => notes.push('close'),
  }
  await expect(call(serving(file))).rejects.toBe(failing)
  expect(notes).toEqual(['close'])
})

test('a file may have no close method', async () => {
  const blocks = [bytes('one')]
  const file: FileLike = { read: () => blocks.pop() ?? new Uint8Array(0) }
  expect((await call(serving(file))).text()).toBe('one')
})

test('exposes its file and block size, which defaults to 8192 bytes', () => {
  const { file, notes } = fileOf('')
  expect(new FileWrapper(file)).toMatchObject({ file, blockSize: 8192 })
  expect(new FileWrapper(file, 10).blockSize).toBe(10)
  expect(notes).toEqual([])
})
