import { type Phial, request } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from './support.ts'

/** An app that answers with what its request’s body says. */
function echo(read: () => Promise<unknown>): Phial {
  const made = make()
  made.post('/', async () => ({ said: await read() }))
  return made
}

describe('the body', () => {
  test.each([
    ['application/json', '{"a":1}', 200],
    ['application/vnd.api+json; charset=utf-8', '{"a":1}', 200],
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
    ['text/plain', '{"a":1}', 415],
    ['', '{"a":1}', 415],
  ])('as JSON: %s %s', async (type, body, status) => {
    const client = echo(() => request.json()).testClient()
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type }
    const response = await client.post('/', { body, headers })
    expect(response.status).toBe(status)
  })

  test('as JSON: bytes that are no UTF-8 are a 400', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const client = echo(() => request.json()).testClient()
    const response = await client.post('/', { body: Uint8Array.of(0x22, 0xff, 0x22), headers })
    expect(response.status).toBe(400)
  })

  const entries = async (): Promise<unknown> => {
    const form = await request.formData()
    const texts = [...form].map(async ([name, value]) => [
      name,
      typeof value === 'string' ? value : `${value.name}: ${await value.text()}`,
    ])
    return Promise.all(texts)
  }

  test('as an urlencoded form', async () => {
    const client = echo(entries).testClient()
    const response = await client.post('/', { form: { a: ['1', '2'], é: 'x y&' } })
    expect(await response.json()).toEqual({
      said: [
        ['a', '1'],
        ['a', '2'],
        ['é', 'x y&'],
      ],
    })
  })

  test('as a multipart form', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('file', new Blob(['content']), 'ü.txt')
    const response = await echo(entries).testClient().post('/', { form })
    expect(await response.json()).toEqual({
      said: [
        ['a', '1'],
        ['file', 'ü.txt: content'],
      ],
    })
  })

  test('as a form: another type is a 415, a broken one a 400', async () => {
    const client = echo(entries).testClient()
    expect((await client.post('/', { json: {} })).status).toBe(415)
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await client.post('/', { body: '--x\r\nbroken', headers })).status).toBe(400)
  })
})
