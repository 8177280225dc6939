import { type Phial, request } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from './support.ts'

/** An app that answers with what its request’s body says. */
function echo(read: () => Promise<unknown>, config = {}): Phial {
  const made = make({ config })
  made.post('/', async () => ({ said: await read() }))
  return made
}

describe('the body', () => {
  test('as text and as bytes, as often as asked', async () => {
    const client = echo(async () => {
      const [once, again, bytes] = [
        await request.text(),
        await request.text(),
        await request.bytes(),
      ]
      return [once, again, bytes.byteLength]
    }).testClient()
    const response = await client.post('/', { body: 'é' })
    expect(await response.json()).toEqual({ said: ['é', 'é', 2] })
  })

  test('beyond the limit is a 413, with a length said or without', async () => {
    const client = echo(() => request.text(), { MAX_CONTENT_LENGTH: 4 }).testClient()
    expect((await client.post('/', { body: '1234' })).status).toBe(200)
    expect((await client.post('/', { body: '12345' })).status).toBe(413)
    const environ = { CONTENT_LENGTH: undefined, HTTP_TRANSFER_ENCODING: 'chunked' }
    const lengthless = echo(() => request.text(), { MAX_CONTENT_LENGTH: 4 })
    const response = await lengthless
      .testClient({ validate: false })
      .post('/', { body: '12345', environ })
    expect(response.status).toBe(413)
  })
})
