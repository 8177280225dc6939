/** Runs refusal.test.ts on the engine, and tests what only the engine has. */
import { describe, expect, test } from 'vitest'
import { HeadReader } from '../../../packages/server/src/engine/head.ts'
import { Reader } from '../../../packages/server/src/engine/reader.ts'
import type { Head } from '../../../packages/server/src/engine/request.ts'
import { boundsOf } from '../../../packages/server/src/refusal.ts'
import { defaultLimits, type Limits } from '../../../packages/server/src/transport.ts'
import { memoryInUse } from '../support/memory.ts'
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../refusal.test.ts')

/** Parses all complete heads of a text. */
function heads(text: string, limits: Partial<Limits> = {}): Head[] {
  const reader = new Reader()
  const reading = new HeadReader(boundsOf({ ...defaultLimits, ...limits }))
  reader.push(Buffer.from(text, 'latin1'))
  const found: Head[] = []
  for (let head = reading.read(reader); head; head = reading.read(reader)) found.push(head)
  return found
}

describe('a head', () => {
  test('contains the parts of the request', () => {
    const [head] = heads('POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n')
    expect(head).toMatchObject({
      method: 'POST',
      target: '/a?b',
      protocol: 'HTTP/1.1',
      isOld: false,
      length: 5,
      closes: false,
      expects: false,
      refusal: undefined,
    })
    expect(head?.headers).toEqual([
      ['Host', 'a', 'HTTP_HOST'],
      ['Content-Length', '5', 'CONTENT_LENGTH'],
    ])
  })

  test('is a new object if the lines of the previous head are repeated', () => {
    const get = 'GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n'
    const [one, two, three] = heads(`${get}${get}GET / HTTP/1.1\r\nHost: b\r\nA: 1\r\nB: 2\r\n\r\n`)
    expect(two).toEqual(one)
    expect(two).not.toBe(one)
    expect(three?.headers.map(([, value]) => value)).toEqual(['b', '1', '2'])
  })

  test.each([
    ['the same fields', 'GET /b HTTP/1.1', 'Host: a\r\nA: 1'],
    ['the same fields and a body', 'POST /b HTTP/1.1', 'Host: a\r\nContent-Length: 0\r\nA: 1'],
    ['the same fields and the end', 'GET /b HTTP/1.1', 'Host: a\r\nConnection: close'],
    ['the same fields in HTTP/1.0', 'GET /b HTTP/1.0', 'Host: a\r\nA: 1'],
    ['the host of the target', 'GET http://a/b HTTP/1.1', 'Host: a\r\nA: 1'],
    ['another host than the target', 'GET http://b/b HTTP/1.1', 'Host: a\r\nA: 1'],
    ['an expectation', 'POST /b HTTP/1.1', 'Host: a\r\nExpect: 100-continue\r\nContent-Length: 1'],
    ['an offer', 'GET /b HTTP/1.1', 'Host: a\r\nUpgrade: a\r\nConnection: upgrade'],
    [
      'an offer that does not count',
      'POST /b HTTP/1.1',
      'Host: a\r\nUpgrade: a\r\nConnection: upgrade',
    ],
    ['an invalid length', 'GET /b HTTP/1.1', 'Host: a\r\nContent-Length: x'],
  ])('with %s is the same, first or after others with these fields', (_, line, fields) => {
    const [alone] = heads(`${line}\r\n${fields}\r\n\r\n`)
    for (const before of [
      'GET /a HTTP/1.1',
      'POST /a HTTP/1.1',
      'GET /a HTTP/1.0',
      'GET /c HTTP/1.1',
    ]) {
      const all = heads(`${before}\r\n${fields}\r\n\r\n${line}\r\n${fields}\r\n\r\n`)
      expect(all[1]).toEqual(alone)
    }
  })

  test('is parsed again if the limit of the head leaves no room for the fields of the previous one', () => {
    const fields = `Host: a\r\nA: ${'b'.repeat(50)}\r\n\r\n`
    const first = 'GET / HTTP/1.1\r\n'
    const limits = { head: first.length + fields.length }
    expect(heads(`${first}${fields}${first}${fields}`, limits)).toHaveLength(2)
    expect(() => heads(`${first}${fields}GET /a HTTP/1.1\r\n${fields}`, limits)).toThrow(
      'request head exceeds',
    )
  })

  test.each([
    ['HTTP/1.1', '', false],
    ['HTTP/1.1', 'Connection: keep-alive', false],
    ['HTTP/1.1', 'Connection: a\r\nConnection: Close', true],
    ['HTTP/1.1', 'Connection: keep-alive , close', true],
    ['HTTP/1.1', 'Connection: closed', false],
    ['HTTP/1.1', 'Connection: clo se', false],
    ['HTTP/1.1', 'Connection: \xa0close', false],
    ['HTTP/1.0', 'A: b', true],
    ['HTTP/1.0', 'Connection: Keep-Alive', false],
    ['HTTP/1.0', 'Connection: keep-alive, close', true],
  ])('%s with %j closes: %s', (protocol, line, closes) => {
    const lines = ['Host: a', line].filter((part) => part !== '')
    expect(heads(`GET / ${protocol}\r\n${lines.join('\r\n')}\r\n\r\n`)[0]?.closes).toBe(closes)
  })

  test('has a refusal if it can be parsed but asks for something unsupported', () => {
    const refused = (lines: string, limits?: Partial<Limits>): string | undefined =>
      heads(`POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n`, limits)[0]?.refusal?.status
    expect(refused('Expect: tea')).toBe('417 Expectation Failed')
    expect(refused('Expect: 100-Continue')).toBeUndefined()
    expect(refused('Expect: 100-continue , 100-continue')).toBeUndefined()
    expect(refused('Expect: \xa0100-continue')).toBe('417 Expectation Failed')
    expect(refused('Content-Length: 5', { body: 4 })).toBe('413 Content Too Large')
    expect(refused('Content-Length: 5', { body: 5 })).toBeUndefined()
  })

  test('may have any length without limits', () => {
    const none = { requestLine: 0, fields: 0, fieldSize: 0, head: 0 }
    const fields = `A: ${'b'.repeat(9000)}\r\n`.repeat(200)
    const [head] = heads(`GET /${'x'.repeat(9000)} HTTP/1.0\r\n${fields}\r\n`, none)
    expect(head?.headers).toHaveLength(200)
  })
})

/** Returns the memory that a reader holds after so many heads of 90 lines, each with one new line. */
function heldAfter(count: number, some: (time: number) => string): number {
  const readers = Array.from({ length: 100 }, () => [new Reader(), new HeadReader(boundsOf(defaultLimits))] as const) // prettier-ignore
  const before = memoryInUse()
  for (let time = 0; time < count; time++) {
    const lines = Array.from(
      { length: 90 },
      (__, at) => `X-${at}: ${at < time ? some(at) : 'x'}`.padEnd(40, '.') + '\r\n',
    )
    const text = `GET / HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n`
    for (const [reader, reading] of readers) {
      reader.push(Buffer.from(text, 'latin1'))
      expect(reading.read(reader)).toBeDefined()
    }
  }
  return (memoryInUse() - before) / readers.length
}

test.each([
  ['the same lines', () => ''],
  ['a longer line each time', (time: number) => 'y'.repeat(time)],
])('the cache does not grow with the number of heads: %s', (_, some) => {
  const control = heldAfter(2, some)
  const held = heldAfter(90, some)
  expect(held).toBeLessThan(1.5 * control)
})
