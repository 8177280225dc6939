import { errorStream, inputStream, setupTestingDefaults } from '@phial/core'
import { expect, test } from 'vitest'
import { changes, headersOf, textsOf, Watcher } from '../../packages/xray/src/environ.ts'

test('lists added, changed and removed keys', () => {
  const environ = setupTestingDefaults({ PATH_INFO: '/a', HTTP_COOKIE: 'session=abc' })
  const watcher = new Watcher()
  const before = watcher.snapshot(environ)
  environ.PATH_INFO = '/b'
  environ['test.new'] = { a: 1 }
  delete environ['HTTP_COOKIE']
  expect(changes(before, watcher.snapshot(environ))).toEqual([
    { key: 'PATH_INFO', before: '/a', after: '/b' },
    { key: 'HTTP_COOKIE', before: 'session=•••(3)', after: undefined },
    { key: 'test.new', before: undefined, after: '{ a: 1 }' },
  ])
})

test('returns headers with their usual capitalization', () => {
  const environ = setupTestingDefaults({ HTTP_ACCEPT_LANGUAGE: 'de', CONTENT_TYPE: 'text/plain' })
  expect(headersOf(environ)).toEqual(
    expect.arrayContaining([
      ['Accept-Language', 'de'],
      ['Content-Type', 'text/plain'],
    ]),
  )
})

test('recognizes a replaced stream', () => {
  const environ = setupTestingDefaults({})
  const watcher = new Watcher()
  const seen = [watcher.snapshot(environ), watcher.snapshot({ ...environ })]
  environ['wsgi.input'] = inputStream([])
  environ['wsgi.errors'] = errorStream(() => undefined)
  seen.push(watcher.snapshot(environ))
  expect(changes(seen[0] ?? new Map(), seen[1] ?? new Map())).toEqual([])
  expect(changes(seen[1] ?? new Map(), seen[2] ?? new Map())).toEqual([
    { key: 'wsgi.input', before: 'the request’s body', after: 'another stream' },
    { key: 'wsgi.errors', before: 'the server’s log', after: 'another stream (2)' },
  ])
})

test('returns the string entries with secrets masked', () => {
  const environ = setupTestingDefaults({
    HTTP_AUTHORIZATION: 'Bearer abc',
    QUERY_STRING: 'token=abc',
  })
  const texts = textsOf(environ)
  expect(texts).toMatchObject({ HTTP_AUTHORIZATION: 'Bearer •••(3)', QUERY_STRING: 'token=•••(3)' })
  expect(texts).not.toHaveProperty(['wsgi.input'])
  expect(texts['wsgi.url_scheme']).toBe('http')
})
