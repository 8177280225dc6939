import type { Application } from '@phial/core'
import { drawText, record } from '@phial/xray'
import { expect, test } from 'vitest'
import { application } from '../../examples/03-middleware/middleware.ts'

test('draws nested layers as text', async () => {
  const { picture } = await record(application, { query: 'subject=john' })
  const lines = drawText(picture)
    .replaceAll(/[\d.]+ ms/g, 'ms')
    .split('\n')
  expect(lines.slice(0, 9)).toEqual([
    '→ GET /?subject=john HTTP/1.1',
    '  Host: localhost',
    '┌ errorPage › answer',
    '│ returns chunks as they become ready',
    '│ ┌ greeting',
    '│ │ startResponse 200 OK',
    '│ │   Content-Type: text/plain; charset=utf-8',
    '│ │ throws Error: Cannot be john',
    '│ └─ ms itself',
  ])
  expect(lines).toContain('← 200 OK   ms')
})

test('draws another protocol with input and output in order', async () => {
  const app: Application = async function* shout(environ, startResponse) {
    startResponse('101 Switching Protocols', [])
    for await (const heard of environ['wsgi.input']) yield Buffer.from(heard)
  }
  const { picture } = await record(app, { body: 'hello', environ: { 'phial.upgrade': 'shout' } })
  expect(picture.request.environ['phial.upgrade']).toBe('shout')
  const lines = drawText(picture).split('\n').map((line) => line.slice(2)) // prettier-ignore
  const at = lines.indexOf('startResponse 101 Switching Protocols')
  expect(lines.slice(at, at + 4)).toEqual([
    'startResponse 101 Switching Protocols',
    '  from here on, input and chunks are bytes of another protocol',
    'reads 5 bytes of the body',
    'yields a chunk of 5 bytes: hello',
  ])
})
