import { Phial } from 'phial'
import { expect, test } from 'vitest'

test('config: the defaults are Flask’s, or safer', () => {
  const { config } = new Phial(import.meta.url)
  expect({ ...config }).toMatchObject({
    DEBUG: false,
    TESTING: false,
    APPLICATION_ROOT: '/',
    MAX_CONTENT_LENGTH: 1024 * 1024,
    SESSION_COOKIE_HTTPONLY: true,
    SESSION_COOKIE_SAMESITE: 'Lax',
    PERMANENT_SESSION_LIFETIME: 31 * 86_400,
    SESSION_REFRESH_EACH_REQUEST: true,
    CROSS_SITE_CHECK: true,
  })
  expect(config.SECRET_KEY).toBeUndefined()
})

test('config: an app’s own stand beside them, and no two apps share any', () => {
  const first = new Phial(import.meta.url, { config: { DEBUG: true, MY_NAME: 1 } })
  first.config['OTHER'] = 2
  const second = new Phial(import.meta.url)
  expect([first.config.DEBUG, first.config['MY_NAME'], first.config['OTHER']]).toEqual([true, 1, 2])
  expect([second.config.DEBUG, second.config['OTHER']]).toEqual([false, undefined])
})
