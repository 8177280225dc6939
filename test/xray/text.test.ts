import { drawText, record } from '@phial/xray'
import { expect, test } from 'vitest'
import { application } from '../../examples/03-middleware/middleware.ts'

test('layers inside of layers, with letters', async () => {
  const { picture } = await record(application, { query: 'subject=john' })
  const lines = drawText(picture)
    .replaceAll(/[\d.]+ ms/g, 'ms')
    .split('\n')
  expect(lines.slice(0, 9)).toEqual([
    '→ GET /?subject=john HTTP/1.1',
    '  Host: localhost',
    '┌ errorPage › answer',
    '│ returns chunks, each when it is ready',
    '│ ┌ greeting',
    '│ │ startResponse 200 OK',
    '│ │   Content-Type: text/plain; charset=utf-8',
    '│ │ throws Error: Cannot be john',
    '│ └─ ms itself',
  ])
  expect(lines).toContain('← 200 OK   ms')
})
