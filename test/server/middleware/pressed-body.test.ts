import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  type Application,
  type Body,
  call,
  type CallAnswer,
  Chunks,
  setupTestingDefaults,
  validator,
} from '@phial/core'
import { compression } from '@phial/server/compression'
import { Phial, sendFile } from 'phial'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/server.ts'

const BLOCK = 'A line that comes again.\n'.repeat(400)

/** Creates an application with a body of a declared length. */
const declaring =
  (length: number, body: () => Body): Application =>
  (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain'], ['Content-Length', String(length)]])
    return body()
  } // prettier-ignore

const ask = (app: Application, encoding = 'br'): Promise<CallAnswer> =>
  call(validator(compression()(validator(app))), { headers: { 'Accept-Encoding': encoding } })

function* blocks(count: number): Generator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield bytes(`${at} ${BLOCK}`)
}

const text = (count: number): string =>
  Array.from(blocks(count), (one) => Buffer.from(one)).join('')

describe('a body with a declared length is compressed while it is streamed', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('with %s', async (encoding, decode) => {
    const whole = text(50)
    const answer = await ask(
      declaring(whole.length, () => blocks(50)),
      encoding,
    )
    expect(answer.headers).toContainEqual(['Content-Encoding', encoding])
    expect(answer.headers.map(([name]) => name)).not.toContain('Content-Length')
    expect(String(decode(answer.body))).toBe(whole)
    expect(answer.body.byteLength).toBeLessThan(whole.length / 10)
  })

  test('each chunk is compressed before the next one is requested', async () => {
    let asked = 0
    const body = (function* counting() {
      for (const block of blocks(20)) {
        asked += 1
        yield block
      }
    })()
    const environ = setupTestingDefaults({ HTTP_ACCEPT_ENCODING: 'gzip' })
    const app = compression()(declaring(text(20).length, () => body))
    const chunks = new Chunks(await app(environ, () => () => undefined))
    for (let taken = 1; taken <= 20; taken += 1) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await chunks.next()).done).not.toBe(true)
      expect(asked).toBe(taken)
    }
    await chunks.close()
  })

  test('a large file of the framework', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'phial-pressed-'))
    try {
      const whole = text(100)
      writeFileSync(join(folder, 'large.txt'), whole)
      const app = new Phial(import.meta.url)
      app.get('/', () => sendFile(join(folder, 'large.txt')))
      app.wsgiApp = compression()(app.wsgiApp)
      const client = app.testClient()
      const response = await client.get('/', { headers: { 'Accept-Encoding': 'gzip' } })
      expect(String(gunzipSync(await response.arrayBuffer()))).toBe(whole)
      expect(response.headers.get('etag')).toMatch(/^W\//)
      const part = { 'Accept-Encoding': 'gzip', Range: 'bytes=0-299999' }
      const ranged = await client.get('/', { headers: part })
      expect([ranged.status, ranged.headers.get('content-encoding')]).toEqual([206, null])
      expect(await ranged.text()).toBe(whole.slice(0, 300_000))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('errors', () => {
  test.each([
    ['less', -1, 'APP-18'],
    ['more', 1, 'APP-17'],
  ])('%s bytes than declared truncate the response', async (_, more, rule) => {
    const app = compression()(declaring(text(5).length - more, () => blocks(5)))
    await expect(call(app, { headers: { 'Accept-Encoding': 'br' } })).rejects.toThrow(rule) // prettier-ignore
  })

  test('an error of the inner body reaches the server', async () => {
    const app = declaring(99_999, function* failing() {
      yield bytes(BLOCK)
      throw new Error('inner error')
    })
    await expect(ask(app)).rejects.toThrow('inner error')
  })

  /** Creates an application that sends an error page after the first chunk of its body. */
  const late = (first: string): Application => (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain'], ['Content-Length', '99999']])
    return (function* sorry() {
      yield bytes(first)
      startResponse('503 Later', [['Content-Type', 'text/html']], new Error('not now'))
      yield bytes('sorry, ')
      yield bytes('later')
    })()
  } // prettier-ignore

  test('an error page before the first byte is sent uncompressed', async () => {
    const answer = await ask(late(''))
    expect([answer.status, answer.text()]).toEqual(['503 Later', 'sorry, later'])
    expect(answer.headers.map(([name]) => name)).not.toContain('Content-Encoding')
  })

  test('an error page after the first byte rethrows the error', async () => {
    await expect(ask(late('first'))).rejects.toThrow('not now')
  })
})

test.each([0, 1, Infinity])('closes the inner body once, after %s chunks', async (count) => {
  let closes = 0
  const body = { [Symbol.iterator]: () => blocks(3), close: () => void (closes += 1) }
  const environ = setupTestingDefaults({ HTTP_ACCEPT_ENCODING: 'br' })
  const app = compression()(declaring(text(3).length, () => body))
  const chunks = new Chunks(await app(environ, () => () => undefined))
  for (let taken = 0; taken < count; taken += 1) {
    // oxlint-disable-next-line no-await-in-loop
    if ((await chunks.next()).done === true) break
  }
  await chunks.close()
  expect(closes).toBe(1)
})

test('ends a generator that was never started', async () => {
  const body = blocks(3)
  const environ = setupTestingDefaults({ HTTP_ACCEPT_ENCODING: 'br' })
  const chunks = new Chunks(await compression()(declaring(text(3).length, () => body))(environ, () => () => undefined)) // prettier-ignore
  await chunks.close()
  expect(body.next().done).toBe(true)
})
