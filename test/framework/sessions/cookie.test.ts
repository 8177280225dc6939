import { type Phial, session } from 'phial'
import { describe, expect, test } from 'vitest'
import { cookieOf, SECRET, signedApp } from './support.ts'

const OTHER = 'fedcba9876543210fedcba9876543210'

function visited(app: Phial): Phial {
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['list'] = [1, 2, 3]
    return ''
  })
  app.get('/read', () => String(session['user']))
  return app
}

async function writtenBy(app: Phial): Promise<string> {
  const [cookie = ''] = cookieOf(await visited(app).testClient().get('/write'))
  return cookie
}

async function readBy(app: Phial, cookie: string): Promise<string> {
  const response = await visited(app).testClient().get('/read', { headers: { cookie } })
  expect(response.status).toBe(200)
  return response.text()
}

describe('key rotation', () => {
  test('signs with SECRET_KEY, and accepts signatures of SECRET_KEY_FALLBACKS', async () => {
    const old = await writtenBy(signedApp({ SECRET_KEY: OTHER }))
    const rotated = { SECRET_KEY: SECRET, SECRET_KEY_FALLBACKS: [OTHER] }
    expect(await readBy(signedApp(rotated), old)).toBe('Ann')
    const fresh = await writtenBy(signedApp(rotated))
    expect(await readBy(signedApp({ SECRET_KEY: OTHER }), fresh)).toBe('undefined')
    expect(await readBy(signedApp(), fresh)).toBe('Ann')
  })

  test('rejects a signature of another key', async () => {
    const cookie = await writtenBy(signedApp({ SECRET_KEY: OTHER }))
    expect(await readBy(signedApp(), cookie)).toBe('undefined')
  })

  test('ignores weak fallbacks', async () => {
    const rotated = { SECRET_KEY: SECRET, SECRET_KEY_FALLBACKS: ['', 'dev'] }
    expect(await readBy(signedApp(rotated), 'session=e30.0.x')).toBe('undefined')
  })
})
