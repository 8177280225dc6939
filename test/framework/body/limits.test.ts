import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { echo, multipart, MULTIPART } from './support.ts'

const small = { MAX_CONTENT_LENGTH: 400, MAX_FORM_MEMORY_SIZE: 100, MAX_FORM_PARTS: 3 }
const files = { ...small, MAX_FILE_SIZE: 1000, MAX_UPLOAD_SIZE: 2000 }
const x = (count: number): string => 'x'.repeat(count)
const read = async (): Promise<number> => [...(await request.formData())].length

describe('the limits of a body', () => {
  test.each([
    ['within', { a: x(90) }, 200],
    ['too much text', { a: x(100) }, 413],
    ['as many parts', { a: ['1', '2', '3'] }, 200],
    ['too many parts', { a: ['1', '2', '3', '4'] }, 413],
    ['too long a body', { a: x(400) }, 413],
  ])('apply to a urlencoded form: %s', async (_, form, status) => {
    expect((await echo(read, small).testClient().post('/', { form })).status).toBe(status)
  })

  test.each([
    ['within', [{ name: 'a', body: x(90) }], 200],
    ['too long a text', [{ name: 'a', body: x(101) }], 413],
    [
      'too much text',
      [
        { name: 'a', body: x(60) },
        { name: 'b', body: x(60) },
      ],
      413,
    ],
    ['too long a name', [{ name: x(101) }], 413],
    ['too long a file name', [{ name: 'a', file: x(101) }], 413],
    ['as many parts', [{ name: 'a' }, { name: 'b' }, { name: 'c', file: 'x' }], 200],
    [
      'too many parts',
      [{ name: 'a' }, { name: 'b' }, { name: 'c', file: 'x' }, { name: 'd' }],
      413,
    ],
    ['a file beyond memory', [{ name: 'a', file: 'a', body: x(1000) }], 200],
    ['too large a file', [{ name: 'a', file: 'a', body: x(1001) }], 413],
    [
      'too large a form',
      [
        { name: 'a', file: 'a', body: x(999) },
        { name: 'b', file: 'b', body: x(999) },
      ],
      413,
    ],
  ])('apply to a multipart form: %s', async (_, parts, status) => {
    const body = multipart(...parts)
    const client = echo(read, files).testClient()
    expect((await client.post('/', { body, headers: MULTIPART })).status).toBe(status)
    const environ = { CONTENT_LENGTH: undefined, HTTP_TRANSFER_ENCODING: 'chunked' }
    const lengthless = echo(read, files).testClient({ validate: false })
    expect((await lengthless.post('/', { body, headers: MULTIPART, environ })).status).toBe(status)
  })

  test('may be set for each request', async () => {
    const client = echo(() => {
      request.limits.maxContentLength = 10
      return request.text()
    }).testClient()
    expect((await client.post('/', { body: x(10) })).status).toBe(200)
    expect((await client.post('/', { body: x(11) })).status).toBe(413)
    const wide = echo(() => {
      Object.assign(request.limits, { maxFormMemorySize: 1e6, maxContentLength: 1e6 })
      return read()
    }, small).testClient()
    expect((await wide.post('/', { form: { a: x(1000) } })).status).toBe(200)
  })

  test('do not apply if the body is not read', async () => {
    const client = echo(() => 'unread', small).testClient()
    expect((await client.post('/', { body: x(5000) })).status).toBe(200)
  })
})
