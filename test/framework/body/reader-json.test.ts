import fc from 'fast-check'
import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { echo } from './support.ts'

const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('request.json', () => {
  test.each([
    ['application/json', '{"a":1}', 200],
    ['application/vnd.api+json; charset=utf-8', '{"a":1}', 200],
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
    ['text/plain', '{"a":1}', 415],
    ['', '{"a":1}', 415],
  ])('for the type "%s" and the body %s causes %i', async (type, body, status) => {
    const client = echo(() => request.json()).testClient()
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type }
    const response = await client.post('/', { body, headers })
    expect(response.status).toBe(status)
  })

  test('returns 400 for bytes that are not UTF-8', async () => {
    const client = echo(() => request.json()).testClient()
    const body = Uint8Array.of(0x22, 0xff, 0x22)
    expect((await client.post('/', { body, headers: JSON_TYPE })).status).toBe(400)
  })

  test('parses any media type with force, and is strict otherwise', async () => {
    const client = echo(() => request.json({ force: true })).testClient()
    expect(await (await client.post('/', { body: '[1]' })).json()).toEqual({ said: [1] })
    expect((await client.post('/', { body: '[1' })).status).toBe(400)
  })

  test('returns null with silent for another media type, malformed JSON and null, but not for a body that is too large', async () => {
    const silent = (): Promise<unknown> => request.json({ silent: true })
    const client = echo(silent, { MAX_CONTENT_LENGTH: 5 }).testClient()
    expect(await (await client.post('/', { body: '[1]' })).json()).toEqual({ said: null })
    const headers = JSON_TYPE
    expect(await (await client.post('/', { body: '[1', headers })).json()).toEqual({
      said: null,
    })
    expect(await (await client.post('/', { body: '[1]', headers })).json()).toEqual({ said: [1] })
    expect((await client.post('/', { body: '[1,2,3]', headers })).status).toBe(413)
  })

  test('returns a new value to each caller', async () => {
    const client = echo(async () => {
      const first = (await request.json()) as number[]
      first.push(2)
      return request.json()
    }).testClient()
    expect(await (await client.post('/', { json: [1] })).json()).toEqual({ said: [1] })
  })
})

test('parses any JSON, and responds below 500 to any bytes', async () => {
  const client = echo(() => request.json()).testClient()
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.uint8Array({ maxLength: 30 }), async (json, body) => {
      const text = JSON.stringify(json)
      const sent = await client.post('/', { body: text, headers: JSON_TYPE })
      expect(await sent.json()).toEqual({ said: JSON.parse(text) as unknown })
      expect((await client.post('/', { body, headers: JSON_TYPE })).status).toBeLessThan(500)
    }),
  )
})
