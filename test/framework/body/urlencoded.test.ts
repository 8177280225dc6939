import { request } from 'phial'
import { expect, test } from 'vitest'
import { echo } from './support.ts'

test.each([
  [
    'a=1&a=2',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['%C3%A9=x+y%26', [['é', 'x y&']]],
  ['', []],
  [
    '&&a&=b&%zz=%',
    [
      ['a', ''],
      ['', 'b'],
      ['%zz', '%'],
    ],
  ],
  ['__proto__=x', [['__proto__', 'x']]],
])('%j', async (body, entries) => {
  const client = echo(async () => [...(await request.formData())]).testClient()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
  expect(await (await client.post('/', { body, headers })).json()).toEqual({ said: entries })
})
