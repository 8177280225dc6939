import { Phial, type Settings } from 'phial'
import { expect, test } from 'vitest'
import { examineOrigins } from '../../../packages/cli/src/doctor/origins.ts'

/** What is reported of an app that is set up so, with these variables; those in `files` come from there. */
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

test('a new app has the defaults alone', () => {
  expect(reported({}, {})).toEqual(['value all others: default'])
})

test('a setting of the code, of the environment and of a file', () => {
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

test('a part of a setting; a setting of one’s own', () => {
  expect(reported({ PAGE_SIZE: 20 }, { PHIAL_MAIL__PORT: '25' })).toEqual([
    'value MAIL: PHIAL_MAIL__PORT, environment',
    'value PAGE_SIZE: code',
    'value all others: default',
  ])
})

test('a variable that the code replaces, and one that the app does not load', () => {
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

test('an empty variable counts as unset; PHIAL_DEBUG is read by phial run', () => {
  expect(reported({}, { PHIAL_SERVER_NAME: '', PHIAL_DEBUG: '1' }, {}, false)).toEqual([
    'value all others: default',
  ])
})
