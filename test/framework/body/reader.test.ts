import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { echo, multipart, MULTIPART } from './support.ts'

const chars = async (): Promise<number> => (await request.text()).length
const fields = async (): Promise<number> => [...(await request.formData())].length
const streamed = async (): Promise<number> => {
  let length = 0
  for await (const chunk of request.body) length += chunk.byteLength
  return length
}

describe('the body can be read in any order', () => {
  const body = multipart({ name: 'a', body: '1' }, { name: 'b', file: 'b', body: 'x'.repeat(50) })
  const { length } = body
  const ways = { chars, fields, streamed } as const
  const answers = { chars: length, fields: 2, streamed: length }

  test.each([
    ['chars', 'fields', 'chars', 'streamed'],
    ['fields', 'chars', 'fields'],
    ['fields', 'streamed'],
  ] as const)('%s, then %s, …', async (...order) => {
    const client = echo(async () => {
      const said: number[] = []
      for (const way of order) said.push(await ways[way]())
      return said
    }).testClient()
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({ said: order.map((way) => answers[way]) })
  })

  test('reads both concurrently', async () => {
    const client = echo(() => Promise.all([chars(), fields(), chars(), fields()])).testClient()
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({ said: [length, 2, length, 2] })
  })

  test('reads a form beyond the memory limit, but not its bytes', async () => {
    const config = { MAX_CONTENT_LENGTH: 20 }
    for (const order of [
      [chars, fields],
      [fields, chars],
    ]) {
      const client = echo(async () => {
        const results = []
        for (const way of order) results.push(await way().catch((error: Error) => error.name))
        return results
      }, config).testClient()
      const response = await client.post('/', { body, headers: MULTIPART })
      expect(await response.json()).toEqual({
        said: expect.arrayContaining([2, 'Request Entity Too Large']) as unknown,
      })
    }
  })
})

test('throws an error that says what to do if the body was consumed as a stream', async () => {
  const client = echo(
    async () => {
      await streamed()
      return request.text()
    },
    { PROPAGATE_EXCEPTIONS: true },
  ).testClient()
  await expect(client.post('/', { body: 'x' })).rejects.toThrow('request.bytes(), text(), json()')
})

test('yields the whole stream, even if other reads failed', async () => {
  const client = echo(async () => {
    const { body } = request
    const refused = await request.text().catch(({ code }: { code: string }) => code)
    let text = ''
    for await (const chunk of body) text += Buffer.from(chunk).toString()
    return [refused, text]
  }).testClient()
  const response = await client.post('/', { body: 'hello' })
  expect(await response.json()).toEqual({ said: ['ERR_PHIAL_BODY_TAKEN', 'hello'] })
})

test('returns the body as text and as bytes any number of times', async () => {
  const client = echo(async () => {
    const { byteLength } = await request.bytes()
    const { type, size } = await request.blob()
    const buffer = await request.arrayBuffer()
    return [await request.text(), await request.text(), byteLength, buffer.byteLength, type, size]
  }).testClient()
  const headers = { 'Content-Type': 'text/plain' }
  const response = await client.post('/', { body: 'é', headers })
  expect(await response.json()).toEqual({ said: ['é', 'é', 2, 2, 'text/plain', 2] })
})

test.each<[name: string, method: 'get' | 'post', options: object]>([
  ['a GET', 'get', {}],
  ['a POST without a body', 'post', {}],
  [
    'a POST with an empty body of another type',
    'post',
    { headers: { 'Content-Type': 'application/json' } },
  ],
  [
    'a POST with an empty urlencoded body',
    'post',
    { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
  ],
  [
    'a body of unknown length that is empty',
    'post',
    { body: '', environ: { CONTENT_LENGTH: undefined, 'wsgi.input_terminated': true } },
  ],
])('returns an empty form for a request without a body: %s', async (_, method, options) => {
  const app = echo(fields)
  app.get('/', async () => ({ said: await fields() }))
  const response = await app.testClient({ validate: false })[method]('/', options)
  expect(await response.json()).toEqual({ said: 0 })
})

test('returns 415 for a form of another media type', async () => {
  expect((await echo(fields).testClient().post('/', { json: {} })).status).toBe(415)
  expect((await echo(fields).testClient().post('/', { body: 'a=1' })).status).toBe(415)
})
