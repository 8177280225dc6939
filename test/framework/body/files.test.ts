import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { request, saveFile, secureFilename } from 'phial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, multipart, MULTIPART } from './support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('saveFile keeps a file, from memory or from disk, and replaces none unasked', async () => {
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

test.each([
  ['My cool movie.mov', 'My_cool_movie.mov'],
  ['../../../etc/passwd', 'etc_passwd'],
  ['i contain cool \u00fcml\u00e4uts.txt', 'i_contain_cool_umlauts.txt'],
  ['..\\..\\windows\\x.ini', 'windows_x.ini'],
  ['.htaccess', 'htaccess'],
  ['con.txt', '_con.txt'],
  ['LPT1', '_LPT1'],
  ['привет', ''],
  ['..', ''],
  ['a\0b\r\n', 'ab'],
])('secureFilename(%j) is %j', (name, expected) => {
  expect(secureFilename(name)).toBe(expected)
})

test('a secure name never leads anywhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(secureFilename(name)).toMatch(/^(?:[A-Za-z0-9_-][\w.-]*)?$/)
      expect(secureFilename(secureFilename(name))).toBe(secureFilename(name))
    }),
  )
})
