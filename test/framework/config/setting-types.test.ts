import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('one of Phial’s own settings', () => {
  test.each([
    ['LOG_LEVEL', 'verbose', 'one of debug, info, warning, error, critical'],
    ['LOG_FORMAT', 'xml', 'one of text, json'],
    ['SESSION_COOKIE_SAMESITE', 'lax', 'one of Lax, Strict, None'],
    ['MAX_FORM_PARTS', 'many', 'a number'],
  ])('%s cannot be %s', (name, value, wanted) => {
    expect(() => make().config.fromObject({ [name]: value })).toThrow(
      `${name} has to be ${wanted}; it came as "${value}".`,
    )
  })

  test('may be one of its few values, or none', () => {
    const { config } = make()
    config.fromPrefixedEnv('PHIAL', { PHIAL_LOG_LEVEL: 'debug', PHIAL_LOG_FORMAT: 'json' })
    expect([config.LOG_LEVEL, config.LOG_FORMAT]).toEqual(['debug', 'json'])
    config.fromObject({ LOG_LEVEL: undefined })
    expect(config.LOG_LEVEL).toBeUndefined()
  })

  test('is not held for one of an object’s own names', () => {
    const { config } = make()
    config.fromObject({ CONSTRUCTOR: 1 })
    expect(config['CONSTRUCTOR']).toBe(1)
  })
})
