import { errorStream } from '@phial/core'
import { expect, test } from 'vitest'
import { environOf, Head, unreadHead } from '../../../packages/server/src/engine/request.ts'
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

test('has what the head and the connection say', () => {
  const head = new Head({ method: 'GET', target: '/caf%C3%A9?x=1', protocol: 'HTTP/1.1' })
  head.headers.push(['A', '1', 'HTTP_A'], ['a', '2', 'HTTP_A'])
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

test('of a head that could not be read, the log has what there was', () => {
  const of = (line: string): string[] => {
    const { method, target, protocol } = unreadHead(line)
    return [method, target, protocol]
  }
  expect(of('')).toEqual(['-', '-', '-'])
  expect(of('GET')).toEqual(['GET', '-', '-'])
  expect(of('GET / HTTP/1.1')).toEqual(['GET', '/', 'HTTP/1.1'])
  expect(of('GET / HTTP/1.1 x')).toEqual(['GET', '/', 'HTTP/1.1 x'])
})
