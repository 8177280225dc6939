import { abort, Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url, { config: { TESTING: true } })
const client = app.testClient()

app.get('/aborted', () => abort(new globalThis.Response('Closed', { status: 410 })))
app.get('/read', async () => {
  const response = new globalThis.Response('Hello')
  await response.text()
  return response
})
app.get('/locked', () => {
  const response = new globalThis.Response('Hello')
  response.body?.getReader()
  return response
})

test('abort sends a platform response', async () => {
  const response = await client.get('/aborted')
  expect([response.status, await response.text()]).toEqual([410, 'Closed'])
})

test.each(['/read', '/locked'])(
  'a platform response whose body was read is an error: %s',
  async (path) => {
    await expect(client.get(path)).rejects.toMatchObject({
      code: 'ERR_PHIAL_ANSWER_INVALID',
      message: expect.stringContaining('The body of a Response (200) was already read'),
    })
  },
)
