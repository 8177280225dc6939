import { Phial, type Settings } from 'phial'
import { expect, test } from 'vitest'
import { examineOrigins } from '../../../packages/cli/src/doctor/origins.ts'

/** Reports on an app with this code and these variables. `files` names the env file of a variable. */
function reported(
  config: Partial<Settings> & Record<string, unknown>,
  env: Record<string, string>,
  files: Record<string, string> = {},
  load = true,
): string[] {
  const app = new Phial(import.meta.url)
  if (load) app.config.fromPrefixedEnv('PHIAL', env)
  Object.assign(app.config, config)
  const place = { folder: '/site', variables: { env, files: new Map(Object.entries(files)) } }
  const findings = examineOrigins(app, place)
  return findings.map(({ level, about, text }) => `${level} ${about}: ${text}`)
}

test('a new app has only defaults', () => {
  expect(reported({}, {})).toEqual(['value all others: default'])
})

test('names the code, the environment or a file as the origin of a setting', () => {
  const env = {
    PHIAL_TRUSTED_HOSTS: '["example.com"]',
    PHIAL_SECRET_KEY: 'x'.repeat(40),
    PHIAL_APP: 'app',
  }
  expect(reported({ SERVER_NAME: 'example.com' }, env, { PHIAL_SECRET_KEY: '/site/.env' })).toEqual(
    [
      'value APP: PHIAL_APP, environment',
      'value SECRET_KEY: PHIAL_SECRET_KEY, .env',
      'value SERVER_NAME: code',
      'value TRUSTED_HOSTS: PHIAL_TRUSTED_HOSTS, environment',
      'value all others: default',
    ],
  )
})

test('names the origin of a part of a setting and of a custom setting', () => {
  expect(reported({ PAGE_SIZE: 20 }, { PHIAL_MAIL__PORT: '25' })).toEqual([
    'value MAIL: PHIAL_MAIL__PORT, environment',
    'value PAGE_SIZE: code',
    'value all others: default',
  ])
})

test('reports a variable that the code overrides, and one that the app does not load', () => {
  expect(reported({ SERVER_NAME: 'a.example' }, { PHIAL_SERVER_NAME: 'b.example' })).toEqual([
    'value SERVER_NAME: code, which overrides PHIAL_SERVER_NAME, environment',
    'value all others: default',
  ])
  const files = { PHIAL_SECRET_KEY: '/site/.env' }
  expect(reported({}, { PHIAL_SECRET_KEY: 'x'.repeat(40) }, files, false)).toEqual([
    'note settings: PHIAL_SECRET_KEY, .env, is not loaded. Call app.config.fromPrefixedEnv() to load it.',
    'value all others: default',
  ])
})

test('treats an empty variable as unset, and accepts that phial run reads PHIAL_DEBUG', () => {
  expect(reported({}, { PHIAL_SERVER_NAME: '', PHIAL_DEBUG: '1' }, {}, false)).toEqual([
    'value all others: default',
  ])
})
