import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, inputStream } from '@phial/core'
import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { removeOrphans } from '../../../packages/framework/src/body/uploads.ts'
import { logging, make } from '../support.ts'
import { echo, multipart, MULTIPART, ownTemporaryFolder } from './support.ts'

const temporary = ownTemporaryFolder()
const LARGE = 700_000

/** The number of bytes in the temporary folder. */
const onDisk = (): number => {
  const paths = readdirSync(tmpdir(), { recursive: true, withFileTypes: true })
  const files = paths.filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

const large = (): Uint8Array =>
  multipart({ name: 'a', file: 'a.bin', type: 'x/y', body: Buffer.alloc(LARGE, 7) })

describe('uploaded files', () => {
  test('keeps small files in memory and writes larger ones to disk, with the same result', async () => {
    const client = echo(async () => {
      const form = await request.formData()
      const disk = onDisk()
      const file = form.requireFile('a')
      const bytes = new Uint8Array(await file.arrayBuffer())
      const isSame = bytes.every((byte) => byte === 7)
      return [disk, file.size, file.name, file.type, isSame, (await file.slice(5, 8).text()).length]
    }).testClient()
    const small = multipart({ name: 'a', file: 'b.bin', type: 'x/y', body: Buffer.alloc(500, 7) })
    expect(await (await client.post('/', { body: large(), headers: MULTIPART })).json()).toEqual({
      said: [LARGE, LARGE, 'a.bin', 'x/y', true, 3],
    })
    expect(await (await client.post('/', { body: small, headers: MULTIPART })).json()).toEqual({
      said: [0, 500, 'b.bin', 'x/y', true, 3],
    })
    expect(temporary.files()).toEqual([])
  })

  test('shares the memory limit between many small files', async () => {
    const client = echo(async () => {
      const files = await request.files()
      return [files.length, onDisk()]
    }).testClient()
    const part = { name: 'a', file: 'a', body: Buffer.alloc(100_000) }
    const body = multipart(...Array.from({ length: 8 }, () => part))
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({ said: [8, 300_000] })
  })

  test('writes a large stream to disk as it arrives, with bounded buffers', async () => {
    const size = 24 * 1024 ** 2
    const block = Buffer.alloc(64 * 1024, 1)
    let sent = 0
    let most = 0
    async function* body(): AsyncGenerator<Uint8Array> {
      const [head = '', tail = ''] = multipart({ name: 'a', file: 'a', body: '|' })
        .toString()
        .split('|')
      yield Buffer.from(head)
      while (sent < size) {
        most = Math.max(most, sent - onDisk())
        yield block
        sent += block.byteLength
      }
      yield Buffer.from(tail)
    }
    const app = make()
    app.post('/', async () => {
      const [file] = await request.files('a')
      return { size: file?.size }
    })
    const headers = { ...MULTIPART, 'Content-Length': String(size + 1000) }
    const answer = await call(app, { method: 'POST', headers, body: body() })
    expect(answer.json()).toEqual({ size })
    expect(most).toBeLessThan(1024 ** 2)
    expect(temporary.files()).toEqual([])
  })
})

describe('leaves no file', () => {
  const check = async (view: () => unknown, status: number): Promise<void> => {
    const app = make()
    const { environ } = logging()
    let seen = 0
    app.post('/', async () => {
      await request.formData()
      seen = temporary.files().length
      return (await view()) as string
    })
    const response = await app
      .testClient()
      .post('/', { body: large(), headers: MULTIPART, environ })
    expect(response.status).toBe(status)
    expect(seen).toBe(2)
    await response.text()
    expect(temporary.files()).toEqual([])
  }

  test('after a response', () => check(() => 'ok', 200))

  test('after an error', () =>
    check(() => {
      throw new Error('oh')
    }, 500))

  test('after a streamed response, which may still read it', () =>
    check(async () => {
      const file = (await request.formData()).requireFile('a')
      return file.stream()
    }, 200))

  test('if a later part is rejected', async () => {
    const parts = [{ name: 'b', body: 'x'.repeat(5000) }]
    const file = { name: 'a', file: 'a', body: Buffer.alloc(LARGE) }
    const client = echo(() => request.files(), { MAX_FORM_MEMORY_SIZE: 100 }).testClient()
    const body = multipart(file, ...parts)
    expect((await client.post('/', { body, headers: MULTIPART })).status).toBe(413)
    expect(temporary.files()).toEqual([])
  })

  test('if the upload ends early', async () => {
    const client = echo(() => request.files()).testClient()
    const body = large().subarray(0, 650_000)
    expect((await client.post('/', { body, headers: MULTIPART })).status).toBe(400)
    expect(temporary.files()).toEqual([])
  })

  test('if the view does not await the form, and the client never ends it', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 650_000; at += 65_000) yield large().subarray(at, at + 65_000)
      await new Promise(() => undefined)
    }
    const app = make()
    app.post('/', async () => {
      void request.formData()
      while (temporary.files().length < 2) await new Promise(setImmediate)
      return 'hurry'
    })
    const environ = { 'wsgi.input': inputStream(endless()), 'wsgi.input_terminated': true }
    const headers = { ...MULTIPART, 'Content-Length': String(5_000_000) }
    const client = app.testClient({ validate: false })
    expect((await client.post('/', { body: 'x', headers, environ })).status).toBe(200)
    expect(temporary.files()).toEqual([])
  })

  test('if reading the form begins as the request ends', async () => {
    const app = make()
    let form: Promise<unknown> = Promise.resolve()
    app.post('/', () => {
      form = request.formData()
      return 'hurry'
    })
    const options = { body: large(), headers: MULTIPART }
    expect((await app.testClient().post('/', options)).status).toBe(200)
    await expect(form).rejects.toThrow('Await request.formData()')
    expect(temporary.files()).toEqual([])
  })
})

/** The prefix of the folders of processes on this machine. */
const folderOf = (pid: number | ''): string =>
  `phial-upload-${hostname()
    .replaceAll(/[^a-z\d]/gi, '')
    .slice(0, 32)}-${pid}-`
const pidOfTheDead = (): number => spawnSync(process.execPath, ['-e', '']).pid

test('removes files of a killed process, and keeps those of a running one', async () => {
  const folder = tmpdir()
  const ours = [`${folderOf(process.pid)}ours`, 'phial-upload-otherhost-1-x', folderOf('')]
  const names = [`${folderOf(pidOfTheDead())}dead`, ...ours]
  for (const name of names) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, '1'), 'bytes')
  }
  await removeOrphans(folder)
  expect(readdirSync(folder).toSorted()).toEqual(ours.toSorted())
  await removeOrphans(join(folder, 'none'))
})

test('removes a link in place of a killed process’s folder, but not its target', async () => {
  const folder = tmpdir()
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine', 'a'), 'bytes')
  symlinkSync(join(folder, 'mine'), join(folder, `${folderOf(pidOfTheDead())}link`))
  await removeOrphans(folder)
  expect(temporary.files().toSorted()).toEqual(['mine', 'mine/a'])
})

test('creates files that other users cannot read', async () => {
  const client = echo(async () => {
    await request.formData()
    const [folder = '', file = ''] = temporary.files().toSorted()
    return [folder, file].map((path) => (statSync(join(tmpdir(), path)).mode & 0o777).toString(8))
  }).testClient()
  const response = await client.post('/', { body: large(), headers: MULTIPART })
  expect(await response.json()).toEqual({ said: ['700', '600'] })
})
