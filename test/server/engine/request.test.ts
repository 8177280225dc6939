import { errorStream } from '@phial/core'
import { describe, expect, test } from 'vitest'
import {
  environOf,
  Head,
  readField,
  unreadHead,
} from '../../../packages/server/src/engine/request.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'

const peer = {
  remoteAddr: '192.0.2.1',
  remotePort: '50000',
  serverName: 'site.example',
  serverPort: '443',
  scheme: 'https',
} as const
const options = {
  handle: () => undefined,
  errors: errorStream(() => undefined),
  multiprocess: true,
  limits: defaultLimits,
}
const retiring = new AbortController().signal
const source = { signal: AbortSignal.abort() }

test('creates the environ from the head and the connection', () => {
  const head = new Head({ method: 'GET', target: '/caf%C3%A9?x=1', protocol: 'HTTP/1.1' })
  head.headers = [
    ['A', '1', 'HTTP_A'],
    ['a', '2', 'HTTP_A'],
  ]
  const environ = environOf(head, { peer, options }, retiring, undefined, source)
  expect(environ).toMatchObject({
    REQUEST_METHOD: 'GET',
    PATH_INFO: '/cafÃ©',
    QUERY_STRING: 'x=1',
    HTTP_A: '1, 2',
    REMOTE_ADDR: '192.0.2.1',
    SERVER_NAME: 'site.example',
    SERVER_PORT: '443',
    'wsgi.url_scheme': 'https',
    'wsgi.multiprocess': true,
    'wsgi.errors': options.errors,
  })
  expect(environ['phial.signal']).toBe(source.signal)
  expect(environ['phial.retiring']).toBe(retiring)
})

test('splits the first line of a malformed head as far as possible, for the access log', () => {
  const fields = (line: string): string[] => {
    const { method, target, protocol } = unreadHead(line)
    return [method, target, protocol]
  }
  expect(fields('')).toEqual(['-', '-', '-'])
  expect(fields('GET')).toEqual(['GET', '-', '-'])
  expect(fields('GET / HTTP/1.1')).toEqual(['GET', '/', 'HTTP/1.1'])
  expect(fields('GET / HTTP/1.1 x')).toEqual(['GET', '/', 'HTTP/1.1 x'])
})

describe('a field line (RFC 9112 §5)', () => {
  test.each([
    ['Accept: */*', '', ['Accept', '*/*', 'HTTP_ACCEPT']],
    ['HOST:a', 'host', ['HOST', 'a', 'HTTP_HOST']],
    ['content-length: \t5 \t', 'content-length', ['content-length', '5', 'CONTENT_LENGTH']],
    ['X-Empty:', '', ['X-Empty', '', 'HTTP_X_EMPTY']],
    ['X-Latin: \xa0\xe9', '', ['X-Latin', '\xa0\xe9', 'HTTP_X_LATIN']],
    ['X_Under: 1', '', undefined],
    ['Proxy: 1', '', undefined],
  ])('parses %j, with a new and with a cached name', (line, kind, header) => {
    expect(readField(line)).toMatchObject({ line, kind, header })
    expect(readField(line)).toMatchObject({ line, kind, header })
  })

  test.each([
    ['A : b', 'whitespace before the colon'],
    [' A: b', 'begins with whitespace'],
    ['\tb', 'begins with whitespace'],
    ['Abc', 'no colon'],
    [': b', 'not a token'],
    ['A(: b', 'not a token'],
    ['A: b\rc', 'control character'],
    ['A: b\x00c', 'control character'],
    ['A: \x0bb', 'control character'],
  ])('rejects %j: %s', (line, words) => {
    expect(() => readField(line)).toThrow(words)
  })
})

test('strips 100,000 spaces from a value in linear time', () => {
  expect(readField(`A:${' '.repeat(100_000)}b${' '.repeat(100_000)}`).value).toBe('b')
  expect(readField(`A:${' '.repeat(100_000)}`).value).toBe('')
})
