import type { Config } from 'phial'
import { describe, expect, test } from 'vitest'
import { misspeltSettings } from '../../../packages/framework/src/config/settings.ts'
import { make } from '../support.ts'

const load = (variables: Record<string, string>): Config => {
  const { config } = make()
  config.fromPrefixedEnv(
    'PHIAL',
    Object.fromEntries(Object.entries(variables).map(([name, text]) => [`PHIAL_${name}`, text])),
  )
  return config
}

describe('one of Phial’s own settings rejects', () => {
  test.each<[string, unknown, string]>([
    ['LOG_LEVEL', 'verbose', 'one of debug, info, warning, error, critical'],
    ['LOG_FORMAT', 'xml', 'one of text, json'],
    ['SESSION_COOKIE_SAMESITE', 'lax', 'one of Lax, Strict, None'],
    ['MAX_FORM_PARTS', 'many', 'a non-negative number'],
    ['MAX_CONTENT_LENGTH', -1, 'a non-negative number'],
    ['MAX_CONTENT_LENGTH', Number.NaN, 'a non-negative number'],
    ['MAX_CONTENT_LENGTH', null, 'a non-negative number'],
    ['MAX_CONTENT_LENGTH', undefined, 'a non-negative number'],
    [
      'PERMANENT_SESSION_LIFETIME',
      Number.POSITIVE_INFINITY,
      'a finite, non-negative number of seconds',
    ],
    ['SECRET_KEY_FALLBACKS', undefined, 'a list of strings'],
    ['SECRET_KEY_FALLBACKS', [undefined], 'a list of strings'],
    ['TRUSTED_HOSTS', 'example.com', 'a list of hosts'],
    ['TRUSTED_HOSTS', ['https://example.com'], 'a list of hosts'],
    ['TRUSTED_ORIGINS', ['https://example.com/'], 'a list of origins'],
    ['DEBUG', 'yes', 'true or false'],
    ['DEBUG', undefined, 'true or false'],
    ['SESSION_COOKIE_SECURE', 1, 'true or false'],
    ['SERVER_NAME', 'https://example.com', 'a host'],
    ['SERVER_NAME', '', 'a host'],
    ['APPLICATION_ROOT', 'shop', "a path that starts with '/'"],
    ['PREFERRED_URL_SCHEME', 'https://', 'a scheme'],
    ['SESSION_COOKIE_NAME', 'a b', 'a cookie name'],
    ['SESSION_COOKIE_DOMAIN', 'example.com:8000', 'a domain'],
  ])('%s = %j, from each source', (name, value, expected) => {
    const message = `Expected ${expected}`
    const settings = { [name]: value }
    expect(() => make({ config: settings })).toThrow(message)
    const { config } = make()
    const before = { ...config }
    expect(() => config.fromObject(settings)).toThrow(message)
    expect(() => config.fromMapping(settings)).toThrow(message)
    expect(() => (config[name] = value)).toThrow(message)
    expect({ ...config }).toEqual(before)
  })

  test('a value with an error that names the setting, the value and the remedy', () => {
    expect(() => make({ config: { DEBUG: 'yes' as never } })).toThrow(
      'Expected true or false for DEBUG, received "yes".',
    )
    expect(() => make({ config: { MAX_FILE_SIZE: undefined as never } })).toThrow(
      'Expected a non-negative number for MAX_FILE_SIZE, received undefined. Omit it to use the default.',
    )
  })

  test('an invalid secret without showing it', () => {
    expect(() => make({ config: { SECRET_KEY: 12_345 as never } })).toThrow(
      'Expected a string for SECRET_KEY, received number.',
    )
    expect(() => make({ config: { SECRET_KEY_FALLBACKS: ['kept', 1] as never } })).toThrow(
      /received object\.$/,
    )
  })
})

describe('one of Phial’s own settings accepts', () => {
  test('undefined or null if it is optional', () => {
    const { config } = make({ config: { LOG_LEVEL: 'debug', SERVER_NAME: 'example.com' } })
    config.fromObject({ LOG_LEVEL: undefined, SERVER_NAME: null, SECRET_KEY: null })
    expect([config.LOG_LEVEL, config.SERVER_NAME, config.SECRET_KEY]).toEqual(
      Array.from({ length: 3 }),
    )
  })

  test('an infinite limit', () => {
    expect(make({ config: { MAX_CONTENT_LENGTH: Infinity } }).config.MAX_CONTENT_LENGTH).toBe(
      Infinity,
    )
  })

  test.each(['example.com', 'localhost:8000', '[::1]:8000', '127.0.0.1', 'my_host'])(
    'the server name %s',
    (SERVER_NAME) => {
      expect(make({ config: { SERVER_NAME } }).config.SERVER_NAME).toBe(SERVER_NAME)
    },
  )

  test('a list, which is not shared between apps', () => {
    const [one, other] = [make(), make()]
    expect(one.config.TRUSTED_HOSTS).not.toBe(other.config.TRUSTED_HOSTS)
  })
})

describe('an environment variable is parsed as the type of its setting', () => {
  test.each(['0', 'false', 'FALSE', 'no', 'No', 'off', 'OFF', ' off '])(
    '%j is false for a boolean',
    (text) => {
      const config = load({ DEBUG: text, TESTING: text, SESSION_COOKIE_HTTPONLY: text })
      expect([config.DEBUG, config.TESTING, config.SESSION_COOKIE_HTTPONLY]).toEqual([
        false,
        false,
        false,
      ])
      expect(load({ SESSION_COOKIE_SECURE: text }).SESSION_COOKIE_SECURE).toBe(false)
    },
  )

  test.each(['1', 'true', 'True', 'yes', 'on', 'ON'])('%j is true for a boolean', (text) => {
    const config = load({ DEBUG: text, TESTING: text, PROPAGATE_EXCEPTIONS: text })
    expect([config.DEBUG, config.TESTING, config.PROPAGATE_EXCEPTIONS]).toEqual([true, true, true])
  })

  test('an empty value counts as unset', () => {
    const { config } = make({ config: { DEBUG: true, MAX_FORM_PARTS: 7, SERVER_NAME: 'kept' } })
    config.fromPrefixedEnv('PHIAL', {
      PHIAL_DEBUG: '',
      PHIAL_MAX_FORM_PARTS: ' ',
      PHIAL_SERVER_NAME: '',
      PHIAL_TRUSTED_HOSTS: '',
      PHIAL_TITLE: '',
    })
    expect(config).toMatchObject({
      DEBUG: true,
      MAX_FORM_PARTS: 7,
      SERVER_NAME: 'kept',
      TRUSTED_HOSTS: [],
      TITLE: '',
    })
  })

  test('text stays text, even if it looks like JSON', () => {
    const SECRET_KEY = '{"not": "an object, but text"}'
    expect(
      load({ SECRET_KEY, SESSION_COOKIE_NAME: 'true', SERVER_NAME: '127.0.0.1' }),
    ).toMatchObject({ SECRET_KEY, SESSION_COOKIE_NAME: 'true', SERVER_NAME: '127.0.0.1' })
  })

  test('a choice is accepted in any case', () => {
    expect(load({ LOG_LEVEL: 'INFO', SESSION_COOKIE_SAMESITE: 'strict' })).toMatchObject({
      LOG_LEVEL: 'info',
      SESSION_COOKIE_SAMESITE: 'Strict',
    })
  })

  test('an invalid value throws an error with the name of the variable', () => {
    expect(() => load({ DEBUG: 'maybe' })).toThrow(
      'PHIAL_DEBUG: Expected true or false for DEBUG, received "maybe".',
    )
    expect(() => load({ MAX_FORM_PARTS: '1 MB' })).toThrow('PHIAL_MAX_FORM_PARTS: Expected')
    expect(() => load({ TRUSTED_HOSTS: 'example.com' })).toThrow('PHIAL_TRUSTED_HOSTS: Expected')
  })
})

describe('a setting that is not Phial’s own', () => {
  test('accepts any value, even if its name is CONSTRUCTOR', () => {
    const { config } = make()
    config.fromObject({ CONSTRUCTOR: 1, PAGE_SIZE: null })
    expect([config['CONSTRUCTOR'], config['PAGE_SIZE']]).toEqual([1, null])
  })

  test.each([
    ['SECRETKEY', 'SECRET_KEY'],
    ['secretKey', 'SECRET_KEY'],
    ['SERCET_KEY', 'SECRET_KEY'],
    ['MAX_CONTENT_LENGHT', 'MAX_CONTENT_LENGTH'],
    ['debug', 'DEBUG'],
    ['SESSION_COOKIE_SAME_SITE', 'SESSION_COOKIE_SAMESITE'],
    ['TRUSTED_HOST', 'TRUSTED_HOSTS'],
  ])('%s causes a warning that suggests %s', (name, meant) => {
    expect(misspeltSettings(make({ config: { [name]: 'x' } }).config)).toEqual([
      `The setting ${name} is unknown. Did you mean ${meant}?`,
    ])
  })

  test.each([
    'PAGE_SIZE',
    'DATABASE_URL',
    'MAIL',
    'SERVER_PORT',
    'SESSION_TYPE',
    'MAX_FORM_SIZE',
    'LOG_FILE',
  ])('%s causes no warning', (name) => {
    expect(misspeltSettings(make({ config: { [name]: 'x' } }).config)).toEqual([])
  })

  test('causes a warning once, at the first request in debug mode', async () => {
    const logged = async (DEBUG: boolean): Promise<string[]> => {
      const app = make({ config: { DEBUG, secretKey: 'x' } })
      const log: string[] = []
      app.logger.handler = ({ message }) => log.push(message)
      await app.testClient().get('/')
      await app.testClient().get('/')
      return log
    }
    expect(await logged(true)).toEqual([
      'The setting secretKey is unknown. Did you mean SECRET_KEY?',
    ])
    expect(await logged(false)).toEqual([])
  })
})

test('app.debug and app.testing are config.DEBUG and config.TESTING', () => {
  const app = make()
  app.debug = true
  app.testing = true
  expect([app.config.DEBUG, app.config.TESTING]).toEqual([true, true])
  app.config.DEBUG = false
  expect([app.debug, app.testing]).toEqual([false, true])
})
