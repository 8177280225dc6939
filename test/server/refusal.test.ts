/** Rejected and accepted requests in the order of the RFC, as raw bytes sent to the server. */
import { errorStream, type Application } from '@phial/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boundsOf, refusalBytes, rejectedRecord } from '../../packages/server/src/refusal.ts'
import { defaultLimits } from '../../packages/server/src/transport.ts'
import { exchange, open, readAnswer, request } from './support/raw.ts'
import { echo, serving, type Running } from './support/server.ts'

let running: Running
const served: string[] = []
const app: Application = (environ, startResponse) => {
  served.push(String(environ.RAW_URI))
  return echo(environ, startResponse)
}
beforeAll(async () => {
  running = await serving(app)
})
afterAll(() => running[Symbol.asyncDispose]())

/** Sends a request that must be rejected: it gets a response, the connection is closed, and the application is not called. */
async function refused(bytes: string): Promise<string> {
  served.length = 0
  const received = await exchange(running.port, bytes)
  const { status, headers, complete, rest } = readAnswer(received)
  expect(headers.map(([name, value]) => `${name}: ${value}`)).toContain('Connection: close')
  expect(headers.map(([name]) => name)).toContain('Date')
  expect({ complete, rest }).toEqual({ complete: true, rest: '' })
  expect(served).toEqual([])
  return status
}

async function answered(bytes: string): Promise<string> {
  const connection = await open(running.port)
  connection.send(bytes)
  const received = await connection.until((text) => readAnswer(text, 'GET', false).complete)
  connection.socket.destroy()
  return readAnswer(received).body
}

const get = (...lines: string[]): string => request(['GET / HTTP/1.1', ...lines])
const post = (lines: string[], body = ''): string =>
  request(['POST / HTTP/1.1', 'Host: a', ...lines], body)

describe('protocol version (RFC 9112 §2.3)', () => {
  test.each(['HTTP/2.0', 'HTTP/0.9'])('%s is rejected with 505', async (version) => {
    expect(await refused(request([`GET / ${version}`, 'Host: a']))).toBe(
      '505 HTTP Version Not Supported',
    )
  })
  test.each(['HTTP/11', 'http/1.1', 'HTTQ/1.1', 'HTTP/1.1 x'])(
    '%s is rejected with 400',
    async (version) => {
      expect(await refused(request([`GET / ${version}`, 'Host: a']))).toBe('400 Bad Request')
    },
  )
  test('a missing version, or another minor one, is rejected', async () => {
    const unknown = /^(400 Bad Request|505 HTTP Version Not Supported)$/
    expect(await refused('GET /\r\n\r\n')).toMatch(unknown)
    expect(await refused('GET / HTTP/1.2\r\nHost: a\r\n\r\n')).toMatch(unknown)
  })
  test('the preface of HTTP/2 is rejected', async () => {
    expect(await refused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toMatch(/^(400|505) /)
  })
  test('HTTP/1.0 is served', async () => {
    expect(await exchange(running.port, request(['GET /old HTTP/1.0']))).toContain('GET /old 0')
  })
})

describe('method (RFC 9112 §3.1)', () => {
  test.each(['G(T', 'get', '', 'GET\t'])('%j is rejected with 400', async (method) => {
    expect(await refused(request([`${method} / HTTP/1.1`, 'Host: a']))).toBe('400 Bad Request')
  })
  test('CONNECT is rejected with 501', async () => {
    expect(await refused(request(['CONNECT a:1 HTTP/1.1', 'Host: a']))).toBe('501 Not Implemented')
  })
})

describe('request target (RFC 9112 §3.2)', () => {
  test.each([
    '*',
    'a.example:80',
    'hello',
    'ftp://a/b',
    'http://',
    'http:///b',
    'http://a b/',
    '/a b',
    '/a\tb',
    '/a\x01b',
    '/a\x7fb',
    '/\xe9',
    '/a#b',
    'http://u@a/',
  ])('GET %j is rejected with 400', async (target) => {
    expect(await refused(request([`GET ${target} HTTP/1.1`, 'Host: a']))).toBe('400 Bad Request')
  })
  test('OPTIONS * is served', async () => {
    expect(await answered(request(['OPTIONS * HTTP/1.1', 'Host: a']))).toBe('OPTIONS  0\n')
  })
  test.each([
    ['http://a/x', '/x'],
    ['HTTP://A:80', '/'],
    ['/%zz', '/%zz'],
    ['//a/b', '//a/b'],
  ])('%s is served as %s', async (target, path) => {
    expect(await answered(request([`GET ${target} HTTP/1.1`, 'Host: a']))).toBe(`GET ${path} 0\n`)
  })
  test('a URL with another host than Host is rejected', async () => {
    expect(await refused(request(['GET http://b/ HTTP/1.1', 'Host: a']))).toBe('400 Bad Request')
  })
})

describe('Host (RFC 9112 §3.2)', () => {
  test('is required', async () => {
    expect(await refused(get())).toBe('400 Bad Request')
  })
  test.each([
    ['a', 'b'],
    ['a', 'a'],
  ])('must not be repeated: %s, %s', async (...hosts) => {
    expect(await refused(get(...hosts.map((host) => `Host: ${host}`)))).toBe('400 Bad Request')
  })
  test('must not be repeated in HTTP/1.0', async () => {
    expect(await refused(request(['GET / HTTP/1.0', 'Host: a', 'Host: a']))).toBe('400 Bad Request')
  })
  test.each([
    'a b',
    'a/b',
    'u@a',
    'a:b',
    'a:65536',
    'a:1:2',
    '::1',
    '[::1',
    '[::g]',
    '[v1.a]',
    'a?b',
    'a,b',
    '\xa0a',
    'a"',
    '<a>',
    '%4',
  ])('%j is rejected', async (host) => {
    expect(await refused(get(`Host: ${host}`))).toBe('400 Bad Request')
  })
  test.each([
    '',
    'a',
    'a_b.example',
    'A.example.:80',
    '127.0.0.1:8000',
    '[::1]',
    '[::1]:1',
    'a:',
    'a%20b',
  ])('%j is served', async (host) => {
    expect(await answered(get(`Host: ${host}`))).toBe('GET / 0\n')
  })
})

describe('field syntax (RFC 9112 §5)', () => {
  test.each([
    'A : b',
    ' A: b',
    'Abc',
    ': b',
    'A(b: c',
    'A: b\x00c',
    'A: b\x01c',
    'A: b\x7fc',
    'A: b\rB: c',
    'A: b\nB: c',
    'A: b\r\n c',
  ])('%j is rejected', async (line) => {
    expect(await refused(get('Host: a', line))).toBe('400 Bad Request')
  })
  test('a head that is too large is rejected with 431', async () => {
    expect(await refused(get('Host: a', `A: ${'b'.repeat(70_000)}`))).toBe(
      '431 Request Header Fields Too Large',
    )
  })
})

describe('Content-Length (RFC 9112 §6.3)', () => {
  test.each([
    '+5',
    '-5',
    '0x5',
    '5.0',
    '1_0',
    '"5"',
    '5,6',
    '5, 5',
    '',
    '\xa05',
    '5 5',
    '99999999999999999999999',
  ])('%j is rejected', async (length) => {
    expect(await refused(post([`Content-Length: ${length}`], 'hello'))).toBe('400 Bad Request')
  })
  test.each([
    ['5', '6'],
    ['5', '5'],
  ])('must not be repeated: %s and %s', async (...lengths) => {
    expect(
      await refused(
        post(
          lengths.map((length) => `Content-Length: ${length}`),
          'hello',
        ),
      ),
    ).toBe('400 Bad Request')
  })
  test('together with Transfer-Encoding is rejected', async () => {
    expect(
      await refused(post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n')),
    ).toBe('400 Bad Request')
    expect(
      await refused(post(['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n')),
    ).toBe('400 Bad Request')
  })
  test('Content_Length does not count', async () => {
    expect(await answered(get('Host: a', 'Content_Length: 5'))).toBe('GET / 0\n')
  })
})

describe('Transfer-Encoding (RFC 9112 §6.1)', () => {
  test.each([
    'gzip',
    'identity',
    'xchunked',
    'chunked, gzip',
    'chunked, chunked',
    'chunked, identity',
    '\xa0chunked',
    '\x0bchunked',
  ])('%j is rejected with 400', async (coding) => {
    expect(await refused(post([`Transfer-Encoding: ${coding}`], '0\r\n\r\n'))).toBe(
      '400 Bad Request',
    )
  })
  test.each(['gzip, chunked', ',chunked'])('%j is rejected with 501', async (coding) => {
    expect(await refused(post([`Transfer-Encoding: ${coding}`], '0\r\n\r\n'))).toBe(
      '501 Not Implemented',
    )
  })
  test('an empty value is rejected', async () => {
    expect(await refused(post(['Transfer-Encoding:'], '0\r\n\r\n'))).toMatch(/^(400|501)/)
  })
  test('is rejected in HTTP/1.0', async () => {
    const bytes = request(['POST / HTTP/1.0', 'Transfer-Encoding: chunked'], '0\r\n\r\n')
    expect(await refused(bytes)).toBe('400 Bad Request')
  })
  test('Chunked is served', async () => {
    expect(await answered(post(['Transfer-Encoding: Chunked'], '5\r\nhello\r\n0\r\n\r\n'))).toBe(
      'POST / 5\n',
    )
  })
})

describe('chunks (RFC 9112 §7.1)', () => {
  test.each([' 1', '1 ', '+1', '0x1', '1_0', '', 'g', '10000000000000001', '1;a\nb'])(
    'size %j is rejected',
    async (size) => {
      const received = await exchange(
        running.port,
        post(['Transfer-Encoding: chunked'], `${size}\r\na\r\n0\r\n\r\n`),
      )
      expect(readAnswer(received)).toMatchObject({
        status: '400 Bad Request',
        complete: true,
        rest: '',
      })
    },
  )
  test('data that is longer than its size is rejected', async () => {
    const received = await exchange(
      running.port,
      post(['Transfer-Encoding: chunked'], '1\r\nabc\r\n0\r\n\r\n'),
    )
    expect(readAnswer(received)).toMatchObject({ status: '400 Bad Request', complete: true })
  })
})

describe('pipelining (RFC 9112 §9.3.2)', () => {
  test('two valid requests before an invalid one are answered', async () => {
    const good = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])
    const received = await exchange(
      running.port,
      `${good('/1')}${good('/2')}BAD\r\n\r\n${good('/3')}`,
    )
    const first = readAnswer(received)
    const second = readAnswer(first.rest)
    const third = readAnswer(second.rest)
    expect([first.body, second.body, third.status, third.rest]).toEqual([
      'GET /1 0\n',
      'GET /2 0\n',
      '400 Bad Request',
      '',
    ])
  })
  test('no request after an invalid one is served', async () => {
    await refused(get('Host: a', 'Host: b') + get('Host: a'))
  })
})

describe('a refusal', () => {
  test('names the broken rule', async () => {
    expect(await exchange(running.port, get())).toContain('the Host header is missing (RFC 9112')
  })
  test('is serialized for a connection without a valid request', () => {
    const sent = refusalBytes({ status: '408 Request Timeout', reason: 'too late' })
    expect(readAnswer(sent.toString())).toMatchObject({
      status: '408 Request Timeout',
      body: '408 Request Timeout: too late\n',
      complete: true,
    })
  })
})

test('0 means no limit', () => {
  expect(boundsOf({ ...defaultLimits, head: 0, body: 1 })).toMatchObject({
    head: Infinity,
    body: 1,
  })
})

test('each refusal names its limit', () => {
  const { refusals } = boundsOf({ ...defaultLimits, body: 1000 })
  expect(Object.values(refusals).map(({ status, reason }) => `${status}: ${reason}`)).toEqual([
    '414 URI Too Long: the request line exceeds 8190 bytes',
    '431 Request Header Fields Too Large: a header field exceeds 8190 bytes',
    '431 Request Header Fields Too Large: there are more than 100 header fields',
    '431 Request Header Fields Too Large: the request head exceeds 65536 bytes',
    '413 Content Too Large: the body exceeds 1000 bytes',
  ])
})

test('the log record of a rejected connection has only the client', () => {
  const peer = { remoteAddr: '192.0.2.1', remotePort: '1', serverName: 'a', serverPort: '80' }
  const around = { errors: errorStream(() => undefined), multiprocess: false }
  const refused = { status: '400 Bad Request', reason: 'x' }
  const record = rejectedRecord(refused, { ...around, peer: { ...peer, scheme: 'http' } }, 1000)
  expect(record).toMatchObject({
    environ: { REMOTE_ADDR: '192.0.2.1', REQUEST_METHOD: '-', RAW_URI: '-', SERVER_PROTOCOL: '-' },
    status: '400 Bad Request',
    bytes: '400 Bad Request: x\n'.length,
    duration: 1000,
  })
  expect(Date.now() - record.time.getTime()).toBeGreaterThanOrEqual(1000)
})
