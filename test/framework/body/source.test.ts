import { inputStream } from '@phial/core'
import { request } from 'phial'
import { describe, expect, test } from 'vitest'
import { echo, multipart, MULTIPART } from './support.ts'

const bytes = new TextEncoder().encode('0123456789')

async function ask(read: () => unknown, environ: Record<string, unknown>): Promise<unknown> {
  const client = echo(read, { MAX_CONTENT_LENGTH: 8, MAX_UPLOAD_SIZE: 9000 }).testClient({
    validate: false,
  })
  const response = await client.post('/', { environ })
  return response.status === 200
    ? ((await response.json()) as { said: unknown }).said
    : response.status
}

async function streamed(): Promise<string> {
  let text = ''
  for await (const chunk of request.body) text += new TextDecoder().decode(chunk)
  return text
}

describe('an input that does not end at the end of the body', () => {
  const input = (): unknown => inputStream([bytes, bytes])
  const environ = (length?: string): Record<string, unknown> => ({
    'wsgi.input': input(),
    'wsgi.input_terminated': undefined,
    CONTENT_LENGTH: length,
  })

  test('reads nothing without Content-Length', async () => {
    expect(await ask(() => request.text(), environ())).toBe('')
    expect(await ask(streamed, environ())).toBe('')
  })

  test('is read up to Content-Length', async () => {
    expect(await ask(() => request.text(), environ('3'))).toBe('012')
    expect(await ask(streamed, environ('13'))).toBe('0123456789012')
    expect(await ask(streamed, environ('100'))).toBe('01234567890123456789')
    expect(await ask(() => request.text(), environ('9'))).toBe(413)
  })

  test('is read up to Content-Length for a form', async () => {
    const form = multipart({ name: 'a', file: 'b', body: 'x'.repeat(100) })
    const more = { ...environ(String(form.byteLength)), CONTENT_TYPE: MULTIPART['Content-Type'] }
    const chunks = [form, new TextEncoder().encode('more')]
    const names = async (): Promise<unknown> => (await request.files()).map(({ size }) => size)
    expect(await ask(names, { ...more, 'wsgi.input': inputStream(chunks) })).toEqual([100])
  })
})

describe('request.body', () => {
  test('throws a 413 beyond MAX_UPLOAD_SIZE', async () => {
    const chunks = Array.from({ length: 1000 }, () => bytes)
    const endless = { 'wsgi.input': inputStream(chunks), 'wsgi.input_terminated': true }
    expect(await ask(streamed, { ...endless, CONTENT_LENGTH: undefined })).toBe(413)
    expect(await ask(streamed, { ...endless, CONTENT_LENGTH: '10000' })).toBe(413)
  })

  test('reads each chunk only when it is requested', async () => {
    let made = 0
    function* source(): Generator<Uint8Array> {
      for (;;) {
        made += 1
        yield bytes
      }
    }
    const input = { 'wsgi.input': inputStream(source()), 'wsgi.input_terminated': true }
    const first = async (): Promise<number> => {
      const reader = request.body.getReader()
      await reader.read()
      return made
    }
    expect(await ask(first, input)).toBeLessThanOrEqual(2)
  })
})
