/** Large uploads through a server in its own process. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Command, phialServer } from '../../server/support/command.ts'
import { multipart, MULTIPART } from './support.ts'

const MB = 1_000_000
const BLOCK = 100_000

const folder = mkdtempSync(join(tmpdir(), 'phial-large-'))
const [UPLOADS, TMPDIR] = [join(folder, 'uploads'), join(folder, 'temporary')]
/** The folders of uploads. The TypeScript loader has a folder there, too. */
const temporary = (): string[] => readdirSync(TMPDIR).filter((name) => name.startsWith('phial-'))
let server: Command
let port = 0

beforeAll(async () => {
  mkdirSync(UPLOADS)
  mkdirSync(TMPDIR)
  const cwd = fileURLToPath(new URL('apps', import.meta.url))
  server = phialServer(['uploads:app', '-b', '127.0.0.1:0'], { cwd, env: { UPLOADS, TMPDIR } })
  port = await server.port()
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** The start of an upload: a form with one file of this size, before its first byte. */
function begin(
  path: string,
  name: string,
  size: number,
): { asked: ClientRequest; head: string; tail: string } {
  const form = multipart({ name: 'file', file: name, body: '|' }).toString()
  const [head = '', tail = ''] = form.split('|')
  const headers = { ...MULTIPART, 'Content-Length': String(head.length + size + tail.length) }
  return { asked: request({ port, path, method: 'POST', headers }), head, tail }
}

/** Uploads a file without two equal blocks. */
async function upload(name: string, size: number): Promise<{ kept: string; hash: string }> {
  const { asked, head, tail } = begin('/', name, size)
  const hash = createHash('sha256')
  function* body(): Generator<Uint8Array> {
    yield Buffer.from(head)
    for (let at = 0; at < size; at += BLOCK) {
      const block = Buffer.alloc(BLOCK, at.toString(36).padStart(7, '.'))
      hash.update(block)
      yield block
    }
    yield Buffer.from(tail)
  }
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(body()), asked)
  const said = (await json((await answered)[0])) as { path: string; size: number }
  expect(said.size).toBe(size)
  return { kept: said.path, hash: hash.digest('hex') }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The peak memory of the server's process so far. */
async function peak(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/peak`)
  return ((await response.json()) as { peak: number }).peak
}

test('receives 300 MB with hardly more memory than 20 MB', async () => {
  await upload('first.bin', 20 * MB)
  const control = await peak()
  const { kept, hash } = await upload('large.bin', 300 * MB)
  // V8 leaves some tens of MB of chunks uncollected, regardless of their number.
  console.log(`peak memory: ${control / MB} MB after 20 MB, ${(await peak()) / MB} MB after 300 MB`)
  expect(await peak()).toBeLessThan(2 * control)
  expect(await hashOf(kept)).toBe(hash)
  expect(temporary()).toEqual([])
})

/** Sends the first bytes of an upload, without its end. */
async function beginUpload(path: string, name: string): Promise<ClientRequest> {
  const { asked, head } = begin(path, name, 300 * MB)
  asked.on('error', () => undefined)
  asked.write(head)
  const block = Buffer.alloc(BLOCK)
  for (let at = 0; at < 20 * MB; at += BLOCK) {
    // oxlint-disable-next-line no-await-in-loop -- as fast as the server reads
    if (!asked.write(block)) await once(asked, 'drain')
  }
  return asked
}

test('leaves no file if an upload is interrupted', async () => {
  const before = readdirSync(UPLOADS)
  const asked = await beginUpload('/cut', 'cut.bin')
  expect(temporary()).toHaveLength(1)
  asked.destroy()
  await server.says('/cut is over')
  expect(temporary()).toEqual([])
  expect(readdirSync(UPLOADS)).toEqual(before)
})

test('removes the upload of a killed worker when the next one responds', async () => {
  const asked = await beginUpload('/', 'killed.bin')
  expect(temporary()).toHaveLength(1)
  const headers = { Connection: 'close' }
  const response = await fetch(`http://127.0.0.1:${port}/pid`, { headers })
  const { pid } = (await response.json()) as { pid: number }
  const closed = new Promise((resolve) => asked.once('close', resolve))
  process.kill(pid, 'SIGKILL')
  await closed
  expect(temporary()).toHaveLength(1)
  await fetch(`http://127.0.0.1:${port}/pid`)
  while (temporary().length > 0) {
    // oxlint-disable-next-line no-await-in-loop -- the worker removes it while it responds
    await new Promise(setImmediate)
  }
})
