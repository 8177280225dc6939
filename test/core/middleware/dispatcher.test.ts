import { call, dispatcher, shiftPathInfo, validator, type Application } from '@phial/core'
import { describe, expect, test, vi } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

/** Returns an application that responds with its name, SCRIPT_NAME and PATH_INFO. */
const place =
  (name: string): Application =>
  (environ, startResponse) => {
    ok(startResponse)
    return [bytes([name, environ.SCRIPT_NAME, environ.PATH_INFO].join(' '))]
  }

const site = dispatcher(place('site'), {
  '/api': place('api'),
  '/api/v2': place('v2'),
  '/a/b/c': place('deep'),
  '/constructor': place('maker'),
})

const found = async (app: Application, path: string, environ = {}): Promise<string> =>
  (await call(validator(app), { path, environ })).text()

test.each([
  ['/', 'site  /'],
  ['/api', 'api /api '],
  ['/api/', 'api /api /'],
  ['/api/x/y', 'api /api /x/y'],
  ['/api//x', 'api /api //x'],
  ['/apix', 'site  /apix'],
  ['/API', 'site  /API'],
  ['/x/api', 'site  /x/api'],
  ['/api/v2', 'v2 /api/v2 '],
  ['/api/v2/x', 'v2 /api/v2 /x'],
  ['/api/v22', 'api /api /v22'],
  ['/a/b', 'site  /a/b'],
  ['/a/b/c/d', 'deep /a/b/c /d'],
  ['//api', 'site  //api'],
  ['/constructor/x', 'maker /constructor /x'],
  ['/toString', 'site  /toString'],
  ['/__proto__', 'site  /__proto__'],
  ['/%61pi/x', 'api /api /x'],
  ['/api%2Fv2', 'v2 /api/v2 '],
])('routes %s to: %s', async (path, expected) => {
  expect(await found(site, path)).toBe(expected)
})

test('appends the prefix to an existing SCRIPT_NAME', async () => {
  expect(await found(site, '/api/x', { SCRIPT_NAME: '/root' })).toBe('api /root/api /x')
  expect(await found(site, '/x', { SCRIPT_NAME: '/root' })).toBe('site /root /x')
})

test('nested dispatchers append their prefixes', async () => {
  const outer = dispatcher(place('outside'), { '/one': dispatcher(site, { '/two': site }) })
  expect(await found(outer, '/one/two/api/x')).toBe('api /one/two/api /x')
  expect(await found(outer, '/one/api')).toBe('api /one/api ')
  expect(await found(outer, '/one')).toBe('site /one ')
})

test('routes an empty path, as of OPTIONS *, to the default application', async () => {
  expect(await found(site, '*')).toBe('site  ')
})

test('matches a prefix by its UTF-8 bytes', async () => {
  const app = dispatcher(place('site'), { '/café': place('café') })
  expect(await found(app, '/caf%C3%A9/x')).toBe('café /cafÃ© /x')
})

test('limits the work for a path of many segments by the length of the prefixes', async () => {
  const path = '/a'.repeat(20_000)
  const app = dispatcher(place('site'), { '/a/a': place('a') })
  const sliced = vi.spyOn(String.prototype, 'slice')
  const answer = found(app, path)
  const count = sliced.mock.calls.length
  sliced.mockRestore()
  expect(await answer).toBe(`a /a/a ${path.slice(4)}`)
  expect(count).toBeLessThan(1000)
})

test('reads the mounts once, when the dispatcher is created', async () => {
  const mounts: Record<string, Application> = { '/a': place('a') }
  const app = dispatcher(place('site'), mounts)
  mounts['/b'] = place('b')
  delete mounts['/a']
  expect(await found(app, '/a')).toBe('a /a ')
  expect(await found(app, '/b')).toBe('site  /b')
})

test('lets a mounted application shift PATH_INFO further', async () => {
  const app = dispatcher(place('site'), {
    '/a': (environ, startResponse) => {
      const name = shiftPathInfo(environ)
      return place(String(name))(environ, startResponse)
    },
  })
  expect(await found(app, '/a/b/c')).toBe('b /a/b /c')
})

describe('an invalid prefix', () => {
  test.each([
    ['api', '/api'],
    ['/api/', '/api'],
    ['api/v2/', '/api/v2'],
    ['//', '/prefix'],
    ['/', '/prefix'],
    ['', '/prefix'],
  ])('%j throws a TypeError that suggests %j', (prefix, suggestion) => {
    const create = (): unknown => dispatcher(place('site'), { [prefix]: place('api') })
    expect(create).toThrow(TypeError)
    expect(create).toThrow(
      `received ${JSON.stringify(prefix)}. Write ${JSON.stringify(suggestion)}`,
    )
  })
})
