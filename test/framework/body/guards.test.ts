/** Malformed requests do not end the process, whenever the view awaits them. */
import { fileURLToPath } from 'node:url'
import { type Request, Request as RequestClass } from 'phial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guardBlob } from '../../../packages/framework/src/body/guards.ts'
import { type Command, phialServer } from '../../server/support/command.ts'
import { make } from '../support.ts'
import { schema } from './apps/schema.ts'
import { multipart, MULTIPART } from './support.ts'

let server: Command
let origin = ''

beforeAll(async () => {
  const cwd = fileURLToPath(new URL('apps', import.meta.url))
  const debugging = ['--log-level', 'debug']
  server = phialServer(['late:app', '-b', '127.0.0.1:0', '-w', '2', ...debugging], { cwd })
  origin = `http://127.0.0.1:${await server.port()}`
  await server.says(/Booting worker with pid: \d+/, 2)
})

afterAll(() => server[Symbol.asyncDispose]())

const booted = (): string[] =>
  [...`${server.stdout}${server.stderr}`.matchAll(/Booting worker with pid: (\d+)/g)].map(
    ([, pid = '']) => pid,
  )

const bodies: Record<string, RequestInit> = {
  'malformed JSON': { body: '{', headers: { 'Content-Type': 'application/json' } },
  'text that is not UTF-8': { body: Uint8Array.of(255), headers: { 'Content-Type': 'application/json' } }, // prettier-ignore
  'another type': { body: 'x', headers: { 'Content-Type': 'text/plain' } },
  'a malformed form': { body: '--x', headers: MULTIPART },
  'half a file': {
    body: multipart({ name: 'a', file: 'x', body: 'y'.repeat(5000) }).subarray(0, 2000),
    headers: MULTIPART,
  },
  'what is too large': {
    body: `a=${'x'.repeat(5000)}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  },
  'chunks without a length': {
    body: ReadableStream.from([Buffer.from('x'.repeat(5000))]),
    headers: { 'Content-Type': 'application/json' },
    duplex: 'half',
  },
}

test('keeps both workers running if any kind of body is awaited later', async () => {
  const before = booted()
  expect(before).toHaveLength(2)
  const asks = (await (await fetch(`${origin}/asks`)).json()) as string[]
  expect(asks.length).toBeGreaterThan(15)
  for (const ask of asks) {
    for (const [name, body] of Object.entries(bodies)) {
      const isStream = body.body instanceof ReadableStream
      const sent = isStream ? { ...body, body: ReadableStream.from([Buffer.alloc(5000)]) } : body
      // oxlint-disable-next-line no-await-in-loop -- one at a time, so that a failure has a name
      const response = await fetch(`${origin}/late/${ask}`, { method: 'POST', ...sent }).catch(
        (error: unknown) => {
          throw new Error(`${ask}, ${name}: ${server.stdout}${server.stderr}`, { cause: error })
        },
      )
      expect([ask, name, response.status < 600]).toEqual([ask, name, true])
      // oxlint-disable-next-line no-await-in-loop
      await response.arrayBuffer()
    }
  }
  const malformed = bodies['malformed JSON']
  expect((await fetch(`${origin}/late/json`, { method: 'POST', ...malformed })).status).toBe(400)
  expect(booted()).toEqual(before)
  expect(server.stdout + server.stderr).not.toMatch(/ended with|Unhandled|has left/i)
  for (const pid of before) expect(process.kill(Number(pid), 0)).toBe(true)
})

/** Every method of a request that returns a promise, for a body of an unsupported media type. */
function promisesOf(request: Request): [name: string, promise: Promise<unknown>][] {
  const found: [string, Promise<unknown>][] = []
  for (
    let level: object = RequestClass.prototype;
    level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object
  ) {
    // prettier-ignore
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value !== 'function' || ['constructor', 'onClose', 'close'].includes(name)) continue
      const result: unknown = Reflect.apply(value, request, [schema])
      if (result instanceof Promise) found.push([name, result])
    }
  }
  return found
}

test('adds a rejection handler to every promise that a request returns', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      // prettier-ignore
      const options = { method: 'POST', body: '{%&=', headers: { 'Content-Type': type } }
      const { request } = make({ config: { MAX_FORM_PARTS: 1 } }).testRequestContext('/', options)
      const promises = promisesOf(request)
      expect(promises.map(([name]) => name)).toEqual(
        expect.arrayContaining(['json', 'text', 'bytes', 'formData', 'files', 'form', 'values']),
      )
      // oxlint-disable-next-line no-await-in-loop -- until all of them have settled
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
      // oxlint-disable-next-line no-await-in-loop
      await request.close()
    }
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('rejects for a removed file, which may be awaited later, in part or as a stream', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const gone = new Blob(['x'])
  gone.text = () => Promise.reject(new Error('gone'))
  gone.slice = () => gone
  gone.stream = () => new ReadableStream({ pull: () => Promise.reject(new Error('gone')) })
  const blob = guardBlob(gone)
  const reads = [blob.text(), blob.slice().text(), blob.stream().getReader().read()]
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  const results = await Promise.allSettled(reads)
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})
