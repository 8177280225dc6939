import { HTTPException, Phial, type Settings } from 'phial'
import { expect, test } from 'vitest'
import { examineSettings } from '../../../packages/cli/src/doctor/settings.ts'

function said(settings: Partial<Settings>): string[] {
  const fit = { TRUSTED_HOSTS: ['example.com'], SESSION_COOKIE_SECURE: true }
  const app = new Phial(import.meta.url, { config: { ...fit, ...settings } })
  app.errorHandler(HTTPException, (error) => error)
  return examineSettings(app).map(
    ({ level, about, text }) => `${level} ${about}: ${text.split(/[ :]/)[0] ?? ''}`,
  )
}

test.for<[settings: Partial<Settings>, said: string[]]>([
  [{}, []],
  [{ DEBUG: true, TESTING: true }, ['fault debug: DEBUG', 'fault debug: TESTING']],
  [{ PROPAGATE_EXCEPTIONS: true }, ['fault debug: PROPAGATE_EXCEPTIONS']],
  [
    { TEMPLATES_AUTO_RELOAD: true, EXPLAIN_TEMPLATE_LOADING: true },
    ['note debug: TEMPLATES_AUTO_RELOAD', 'note debug: EXPLAIN_TEMPLATE_LOADING'],
  ],
  [{ TRUSTED_HOSTS: [] }, ['fault hosts: TRUSTED_HOSTS']],
  [{ SESSION_COOKIE_SECURE: undefined }, ['note cookies: SESSION_COOKIE_SECURE']],
  [
    { TRUSTED_ORIGINS: ['http://a.example', 'https://b.example'] },
    ['fault cookies: TRUSTED_ORIGINS'],
  ],
  [{ SESSION_COOKIE_DOMAIN: 'example.com' }, ['note cookies: SESSION_COOKIE_DOMAIN']],
  [
    { MAX_FORM_PARTS: 1e9, MAX_UPLOAD_SIZE: Infinity },
    ['fault limits: MAX_FORM_PARTS', 'fault limits: MAX_UPLOAD_SIZE'],
  ],
  [{ SERVER_NAME: 'example.com' }, ['note addresses: PREFERRED_URL_SCHEME']],
  [{ SERVER_NAME: 'example.com', PREFERRED_URL_SCHEME: 'https' }, []],
])('examines the settings %j', ([settings, expected]) => {
  expect(said(settings)).toEqual(expected)
})

test('reports missing error pages, but not custom ones', () => {
  const app = new Phial(import.meta.url, {
    config: { TRUSTED_HOSTS: ['a'], SESSION_COOKIE_SECURE: true },
  })
  const texts = (): string[] => examineSettings(app).map(({ text }) => text.slice(0, 38))
  expect(texts()).toEqual([
    'No custom error page for 404, so visit',
    'No custom error page for 500, so visit',
  ])
  app.errorHandler(404, () => '')
  app.errorHandler(Error, () => '')
  expect(texts()).toEqual([])
})
