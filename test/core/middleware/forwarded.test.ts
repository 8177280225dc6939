import { applyForwarded, setupTestingDefaults, type Environ, type Forwarded } from '@phial/core'
import { expect, test } from 'vitest'

/** Returns the keys of an environ that change. */
function changed(values: Forwarded): Partial<Environ> {
  const before = {} as Environ
  setupTestingDefaults(before)
  before['HTTP_HOST'] = 'inner:8000'
  const environ = { ...before }
  applyForwarded(environ, values)
  return Object.fromEntries(Object.entries(environ).filter(([key, value]) => before[key] !== value))
}

test.each([
  [{}, {}],
  [{ for: '203.0.113.7' }, { REMOTE_ADDR: '203.0.113.7' }],
  [{ for: '' }, {}],
  [{ for: '203.0.113.7:4711' }, { REMOTE_ADDR: '203.0.113.7' }],
  [{ for: '2001:db8::1' }, { REMOTE_ADDR: '2001:db8::1' }],
  [{ for: '[2001:db8::1]' }, { REMOTE_ADDR: '2001:db8::1' }],
  [{ for: '[2001:db8::1]:4711' }, { REMOTE_ADDR: '2001:db8::1' }],
  [{ for: '::ffff:203.0.113.7' }, { REMOTE_ADDR: '::ffff:203.0.113.7' }],
  [{ for: 'unknown' }, {}],
  [{ for: '_hidden' }, {}],
  [{ for: 'localhost' }, {}],
  [{ for: '203.0.113.256' }, {}],
  [{ for: '203.0.113' }, {}],
  [{ for: '127.0.0.1 <script>' }, {}],
  [{ for: '"[2001:db8::1]"' }, {}],
  [{ for: '2001:db8::g' }, {}],
  [{ proto: 'https' }, { 'wsgi.url_scheme': 'https' }],
  [{ proto: 'gopher' }, {}],
  [{ host: 'a.example' }, { HTTP_HOST: 'a.example', SERVER_NAME: 'a.example' }],
  [{ host: '[::1]:8' }, { HTTP_HOST: '[::1]:8', SERVER_NAME: '[::1]', SERVER_PORT: '8' }],
  [{ host: 'a/b' }, {}],
  [{ host: 'ex%61mple' }, {}],
  [{ host: 'a:65536' }, {}],
  [{ port: '8443' }, { HTTP_HOST: 'inner:8443', SERVER_PORT: '8443' }],
  [{ port: 'x' }, {}],
  [{ port: '65536' }, {}],
  [{ prefix: '/shop/' }, { SCRIPT_NAME: '/shop' }],
  [{ prefix: '//evil.example' }, {}],
])('%j changes %j', (values, changes) => {
  expect(changed(values)).toEqual(changes)
})
