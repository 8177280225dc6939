import fc from 'fast-check'
import { inputStream } from '@phial/core'
import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { limitsOf } from '../../../packages/framework/src/body/limits.ts'
import { parseMultipart } from '../../../packages/framework/src/body/multipart.ts'
import { Uploads } from '../../../packages/framework/src/body/uploads.ts'
import { make } from '../support.ts'
import { BOUNDARY, echo, multipart, MULTIPART, ownTemporaryFolder, type Part } from './support.ts'

const temporary = ownTemporaryFolder()

const entries = async (): Promise<unknown> => {
  const form = await request.formData()
  const texts = [...form].map(async ([name, value]) => [
    name,
    typeof value === 'string' ? value : `${value.name} (${value.type}): ${await value.text()}`,
  ])
  return Promise.all(texts)
}

const send = (body: Uint8Array | string, headers = MULTIPART): Promise<Response> =>
  echo(entries).testClient().post('/', { body, headers })

describe('a multipart form', () => {
  test('has its fields and files in order', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('file', new Blob(['content'], { type: 'text/plain' }), 'ü.txt')
    form.append('é', 'x\r\ny')
    form.append('empty', '')
    const response = await echo(entries).testClient().post('/', { form })
    const said = [
      ['a', '1'],
      ['file', 'ü.txt (text/plain): content'],
      ['é', 'x\r\ny'],
      ['empty', ''],
    ]
    expect(await response.json()).toEqual({ said })
  })

  test('keeps the name of a file, with its folders, as the platform’s formData() does', async () => {
    const body = multipart(
      { name: 'a', file: '../../etc/passwd' },
      { name: 'b', file: 'C:\\\\x\\\\y.txt' },
      { name: 'c', file: 'trip/day1/a.jpg' },
    )
    const { said } = (await (await send(body)).json()) as { said: string[][] }
    expect(said.map(([, value]) => value?.split(' ')[0])).toEqual([
      '../../etc/passwd',
      'C:\\x\\y.txt',
      'trip/day1/a.jpg',
    ])
  })

  test('may be empty', async () => {
    expect(await (await send(`--${BOUNDARY}--\r\n`)).json()).toEqual({ said: [] })
  })

  test.each([
    ['nothing', ''],
    ['a broken part', `--${BOUNDARY}\r\nbroken`],
    ['no end', multipart({ name: 'a', body: '1' }).subarray(0, -10)],
    ['half a file', multipart({ name: 'a', file: 'x', body: 'y'.repeat(5000) }).subarray(0, 2000)],
    ['another boundary', multipart({ name: 'a' }).toString().replaceAll(BOUNDARY, 'other')],
    ['a part without a name', multipart({ body: '1' })],
    ['a file without a name', multipart({ file: 'a', body: '1' })],
  ])('is a 400 if it is malformed: %s', async (_, body) => {
    expect((await send(body)).status).toBe(400)
  })

  test.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
  ])('is a 400 without a boundary: %s', async (type) => {
    expect((await send(multipart({ name: 'a' }), { 'Content-Type': type })).status).toBe(400)
  })
})

test('rejects with the error of the input, and leaves no file', async () => {
  async function* gone(): AsyncGenerator<Uint8Array> {
    const body = multipart({ name: 'a', file: 'x', body: 'y'.repeat(700_000) })
    yield* pieces(body.subarray(0, 650_000), [65_536])
    expect(temporary.files().length).toBeGreaterThan(0)
    throw new Error('the client has gone')
  }
  const config = { PROPAGATE_EXCEPTIONS: true, MAX_CONTENT_LENGTH: 10 }
  const client = echo(entries, config).testClient({ validate: false })
  const environ = { 'wsgi.input': inputStream(gone()), 'wsgi.input_terminated': true }
  const asked = client.post('/', { headers: MULTIPART, environ })
  await expect(asked).rejects.toThrow('the client has gone')
  expect(temporary.files()).toEqual([])
})

test('returns 400 for a form that busboy neither finishes nor rejects', async () => {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nContent\r\n`
  const body = Buffer.from(`${head}--${BOUNDARY}--plain\r\n\r\ny\r\n--${BOUNDARY}--\r\n`)
  const client = echo(entries, { MAX_CONTENT_LENGTH: 1 }).testClient({ validate: false })
  const input = inputStream(pieces(body, [65]))
  const environ = { 'wsgi.input': input, 'wsgi.input_terminated': true }
  expect((await client.post('/', { headers: MULTIPART, environ })).status).toBe(400)
})

test('rejects a file beyond the limits, however long it takes to remove it', async () => {
  const limits = limitsOf(make().config)
  const uploads = new Uploads(limits)
  uploads.take = async (chunks) => {
    const refused = new Error('refused')
    try {
      for await (const _ of chunks) throw refused
    } finally {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    }
    throw refused
  }
  const body = multipart({ name: 'a', file: 'a.png', body: Buffer.alloc(1_000_000) })
  const parsing = parseMultipart([body], MULTIPART['Content-Type'] ?? '', limits, uploads)
  await expect(parsing).rejects.toThrow('refused')
})

test('accepts a slow client', async () => {
  const parts = [
    { name: 'a', file: 'x', body: 'y'.repeat(70_000) },
    { name: 'b', body: '1' },
  ]
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces(multipart(...parts), [3000])) {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      yield piece
    }
  }
  const client = echo(entries, { MAX_CONTENT_LENGTH: 1 }).testClient({ validate: false })
  const environ = { 'wsgi.input': inputStream(slow()), 'wsgi.input_terminated': true }
  expect((await client.post('/', { headers: MULTIPART, environ })).status).toBe(200)
})

describe('random forms', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  const name = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 10 })
    .map((one) => one.replaceAll(/["\\%;:=]/g, '_'))
  const part: fc.Arbitrary<Part> = fc.record({ name, body: text }, { requiredKeys: ['name'] })
  const file: fc.Arbitrary<Part> = fc.record({
    name,
    file: name,
    body: fc.uint8Array({ maxLength: 200 }),
  })

  test('arrive for any size of chunks', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), cuts, async (parts, sizes) => {
        const environ = { 'wsgi.input': inputStream(pieces(multipart(...parts), sizes)) }
        const client = echo(entries, { MAX_CONTENT_LENGTH: 1 }).testClient({ validate: false })
        const response = await client.post('/', {
          headers: MULTIPART,
          environ: { ...environ, 'wsgi.input_terminated': true },
        })
        const said = parts.map(({ name: key, body = '' }) => [key, Buffer.from(body).toString()])
        expect(await response.json()).toEqual({ said })
      }),
    )
  })

  test('never cause a 500, a hang or a remaining file if they are altered', async () => {
    const parts = fc.array(fc.oneof(part, file), { minLength: 1, maxLength: 5 })
    const edit = fc.record({
      at: fc.nat(400),
      cut: fc.nat(20),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom('\r\n', `--${BOUNDARY}`, '--', '"', ';', ':')
          .map((one) => Buffer.from(one)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(parts, fc.array(edit, { maxLength: 4 }), async (sent, edits) => {
        let body: Uint8Array = multipart(...sent)
        for (const { at, cut, put } of edits) {
          const from = at % body.byteLength
          body = Buffer.concat([body.subarray(0, from), put, body.subarray(from + cut)])
        }
        const environ = {
          'wsgi.input': inputStream(pieces(body, [37])),
          'wsgi.input_terminated': true,
        }
        const client = echo(entries, { MAX_CONTENT_LENGTH: 1 }).testClient({ validate: false })
        expect((await client.post('/', { headers: MULTIPART, environ })).status).toBeLessThan(500)
        expect((await send(body)).status).toBeLessThan(500)
        expect(temporary.files()).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})

function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0
  for (let turn = 0; at < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}
