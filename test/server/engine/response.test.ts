/** The responses of node-http/response.test.ts, from the engine; what is the engine's own is below. */
import { describe, expect, test } from 'vitest'
import { httpDate, responseHead } from '../../../packages/server/src/engine/response.ts'
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../node-http/response.test.ts')

const asked = { method: 'GET', isOld: false, isLast: false, keepAlive: 65, upgrade: undefined }
const KEPT = 'Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const CLOSE = 'Connection: close\r\n'

describe('framing (RFC 9112 §6)', () => {
  test.each([
    ['a length that is told', [['content-length', '5']], {}, 'length', KEPT],
    ['none: chunks', [], {}, 'chunks', CHUNKED + KEPT],
    ['none, before HTTP/1.1: the end', [], { isOld: true }, 'end', CLOSE],
    ['HEAD', [], { method: 'HEAD' }, 'none', KEPT],
    ['the last', [], { isLast: true }, 'chunks', CHUNKED + CLOSE],
    [
      'a connection that is kept for ever',
      [],
      { keepAlive: 0 },
      'chunks',
      `${CHUNKED}Connection: keep-alive\r\n`,
    ],
  ] as const)('%s', (_, headers, also, framing, lines) => {
    const list = headers.map(([name, value]): [string, string] => [name, value])
    const head = responseHead('200 OK', list, { ...asked, ...also })
    expect(head.framing).toBe(framing)
    const own = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    expect(head.text).toBe(`HTTP/1.1 200 OK\r\n${own}Date: ${httpDate()}\r\n${lines}\r\n`)
    expect(head.isLast).toBe(lines.includes('close'))
  })
  test.each(['204 No Content', '304 Not Modified'])('%s has no body', (status) => {
    expect(responseHead(status, [], asked)).toMatchObject({ framing: 'none', isLast: false })
  })
})

test('a 101 names the protocol, has no framing, and ends with its connection', () => {
  const switched = responseHead('101 Switching Protocols', [], { ...asked, upgrade: 'echo' })
  expect(switched).toMatchObject({ framing: 'raw', isLast: true })
  expect(switched.text).toBe(
    `HTTP/1.1 101 Switching Protocols\r\nDate: ${httpDate()}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`,
  )
  expect(responseHead('200 OK', [], { ...asked, upgrade: 'echo' }).framing).toBe('chunks')
})

test('the application’s own Date stays alone', () => {
  const { text } = responseHead('200 OK', [['DATE', 'today']], asked)
  expect(text.match(/date: .*/gi)).toEqual(['DATE: today'])
})

test('the date is that of this second', () => {
  const before = Math.floor(Date.now() / 1000) * 1000
  const date = httpDate()
  expect(Date.parse(date)).toBeGreaterThanOrEqual(before)
  expect(Date.parse(date)).toBeLessThanOrEqual(Date.now())
  expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
})
