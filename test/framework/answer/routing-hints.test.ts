import { int } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

/** The description of an error in problem details, in debug mode unless it is disabled. */
async function detailOf(
  path: string,
  { DEBUG = true, method = 'GET', environ = {} } = {},
): Promise<string> {
  const app = make({ config: { DEBUG, PROPAGATE_EXCEPTIONS: false }, staticFolder: null })
  app.get('/', () => '')
  app.get('/posts/:id', { params: { id: int } }, () => '')
  app.post('/login', () => '')
  const headers = { Accept: 'application/json' }
  const response = await app.testClient().request(path, { method, headers, environ })
  return ((await response.json()) as { detail: string }).detail
}

describe('in debug mode', () => {
  test('a 404 names the nearest route and all routes', async () => {
    const detail = await detailOf('/logni')
    expect(detail).toBe(
      'No route matches GET /logni. Did you mean /login? The routes are /, /posts/:id, /login.',
    )
  })

  test('a 405 names the methods', async () => {
    expect(await detailOf('/login')).toBe('/login does not answer GET. It answers OPTIONS, POST.')
  })

  test.each([{ REMOTE_ADDR: '192.0.2.1' }, { HTTP_X_FORWARDED_FOR: '192.0.2.1' }])(
    'does not list the routes to other machines: %o',
    async (environ) => {
      expect(await detailOf('/logni', { environ })).not.toContain('/login')
    },
  )
})

test('does not list the routes outside of debug mode', async () => {
  expect(await detailOf('/logni', { DEBUG: false })).not.toContain('/login')
  expect(await detailOf('/login', { DEBUG: false })).not.toContain('POST')
})
