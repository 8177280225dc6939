import { expect, test } from 'vitest'
import { read } from '../../house/workspace.ts'
import { make } from '../support.ts'
import { settingRows } from './page.ts'

test('the option config overrides and extends the defaults', () => {
  const { config } = make({ config: { DEBUG: true, MINE: 1 } })
  expect(config).toMatchObject({ DEBUG: true, TESTING: false, MINE: 1, APPLICATION_ROOT: '/' })
})

test('each app has its own settings', () => {
  const [one, other] = [make(), make()]
  one.config.DEBUG = true
  expect(other.config.DEBUG).toBe(false)
})

test('the defaults are those of Flask, or safer', () => {
  const { config } = make()
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

test('docs/configuration.md has a row with the comment of each setting', () => {
  const rows = settingRows()
  const page = read('docs/configuration.md')
  expect(page.slice(page.indexOf('## All settings')).match(/^\| `.*$/gm)).toEqual(rows)
  expect(rows.length).toBe(Object.keys({ ...make().config }).length)
})
