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

describe('a setting of Phial’s own rejects', () => {
  test.each<[string, unknown, string]>([
    ['LOG_LEVEL', 'verbose', 'one of debug, info, warning, error, critical'],
    ['LOG_FORMAT', 'xml', 'one of text, json'],
    ['SESSION_COOKIE_SAMESITE', 'lax', 'one of Lax, Strict, None'],
    ['MAX_FORM_PARTS', 'many', 'a number, 0 or greater'],
    ['MAX_CONTENT_LENGTH', -1, 'a number, 0 or greater'],
    ['MAX_CONTENT_LENGTH', Number.NaN, 'a number, 0 or greater'],
    ['MAX_CONTENT_LENGTH', null, 'a number, 0 or greater'],
    ['MAX_CONTENT_LENGTH', undefined, 'a number, 0 or greater'],
    ['PERMANENT_SESSION_LIFETIME', Number.POSITIVE_INFINITY, 'a number of seconds'],
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
  ])('%s: %j, however it is set', (name, value, expected) => {
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

  test('a value with a message that names the setting, the value and the remedy', () => {
    expect(() => make({ config: { DEBUG: 'yes' as never } })).toThrow(
      'Expected true or false for DEBUG, received "yes".',
    )
    expect(() => make({ config: { MAX_FILE_SIZE: undefined as never } })).toThrow(
      'Expected a number, 0 or greater for MAX_FILE_SIZE, received undefined. Leave it out to use the default.',
    )
  })

  test('a secret without showing it', () => {
    expect(() => make({ config: { SECRET_KEY: 12_345 as never } })).toThrow(
      'Expected a string for SECRET_KEY, received number.',
    )
    expect(() => make({ config: { SECRET_KEY_FALLBACKS: ['kept', 1] as never } })).toThrow(
      /received object\.$/,
    )
  })
})

describe('a setting of Phial’s own accepts', () => {
  test('no value if it is optional; null means the same', () => {
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

  test('a list of its own for each app', () => {
    const [one, other] = [make(), make()]
    expect(one.config.TRUSTED_HOSTS).not.toBe(other.config.TRUSTED_HOSTS)
  })
})

describe('an environment variable is read as its setting’s type', () => {
  test.each(['0', 'false', 'FALSE', 'no', 'No', 'off', 'OFF', ' off '])(
    'a switch: %j is false',
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

  test.each(['1', 'true', 'True', 'yes', 'on', 'ON'])('a switch: %j is true', (text) => {
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

  test('text stays text, whatever it looks like', () => {
    const SECRET_KEY = '{"not": "an object, but text"}'
    expect(
      load({ SECRET_KEY, SESSION_COOKIE_NAME: 'true', SERVER_NAME: '127.0.0.1' }),
    ).toMatchObject({ SECRET_KEY, SESSION_COOKIE_NAME: 'true', SERVER_NAME: '127.0.0.1' })
  })

  test('a choice in any case', () => {
    expect(load({ LOG_LEVEL: 'INFO', SESSION_COOKIE_SAMESITE: 'strict' })).toMatchObject({
      LOG_LEVEL: 'info',
      SESSION_COOKIE_SAMESITE: 'Strict',
    })
  })

  test('anything else is an error that names the variable', () => {
    expect(() => load({ DEBUG: 'maybe' })).toThrow(
      'PHIAL_DEBUG: Expected true or false for DEBUG, received "maybe".',
    )
    expect(() => load({ MAX_FORM_PARTS: '1 MB' })).toThrow('PHIAL_MAX_FORM_PARTS: Expected')
    expect(() => load({ TRUSTED_HOSTS: 'example.com' })).toThrow('PHIAL_TRUSTED_HOSTS: Expected')
  })
})

describe('a name that is not one of Phial’s own', () => {
  test('takes any value, even if objects have such a property', () => {
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
  ])('%s: a warning names %s', (name, meant) => {
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
  ])('%s: no warning', (name) => {
    expect(misspeltSettings(make({ config: { [name]: 'x' } }).config)).toEqual([])
  })

  test('the warning is logged in debug mode, once the app starts', async () => {
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
