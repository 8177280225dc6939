import { setupTestingDefaults } from '@phial/core'
import { expect, test } from 'vitest'
import { changes, headersOf, snapshot } from '../../packages/xray/src/environ.ts'

test('what was added, changed and taken out', () => {
  const environ = setupTestingDefaults({ PATH_INFO: '/a', HTTP_COOKIE: 'session=abc' })
  const before = snapshot(environ)
  environ.PATH_INFO = '/b'
  environ['test.new'] = { a: 1 }
  delete environ['HTTP_COOKIE']
  expect(changes(before, snapshot(environ))).toEqual([
    { key: 'PATH_INFO', before: '/a', after: '/b' },
    { key: 'HTTP_COOKIE', before: 'session=•••(3)', after: undefined },
    { key: 'test.new', before: undefined, after: '{ a: 1 }' },
  ])
})

test('headers as they are written', () => {
  const environ = setupTestingDefaults({ HTTP_ACCEPT_LANGUAGE: 'de', CONTENT_TYPE: 'text/plain' })
  expect(headersOf(environ)).toEqual(
    expect.arrayContaining([
      ['Accept-Language', 'de'],
      ['Content-Type', 'text/plain'],
    ]),
  )
})
