import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, Phial } from 'phial'
import { describe, expect, onTestFinished, test } from 'vitest'
import * as settings from './settings.ts'

const make = (): Config => new Phial(import.meta.url).config

describe('config.fromObject', () => {
  test('loads only names in capitals, from objects and modules', () => {
    const config = make()
    config.fromObject(settings)
    expect([config.DEBUG, config.SECRET_KEY, config['lower'], config['default']]).toEqual([
      true,
      'from a module',
      undefined,
      undefined,
    ])
    config.fromObject({ DEBUG: false, A1_B: [1], A: undefined, __PROTO__: 1, Aa: 1 })
    expect([config.DEBUG, config['A1_B'], config['__PROTO__'], config['Aa']]).toEqual([
      false,
      [1],
      undefined,
      undefined,
    ])
  })
})

describe('config.fromMapping', () => {
  test.each<[string, Record<string, unknown> | Map<string, unknown>]>([
    ['an object', { PAGE_SIZE: 20, lower: 1 }],
    [
      'a Map',
      new Map([
        ['PAGE_SIZE', 20],
        ['lower', 1],
      ]),
    ],
  ])('loads only names in capitals from %s', (_, settings) => {
    const config = make()
    config.fromMapping(settings)
    expect([config['PAGE_SIZE'], config['lower']]).toEqual([20, undefined])
  })
})

describe('config.fromFile', () => {
  test.for(['json', 'toml'])('loads a .%s file, relative to the app’s folder', (extension) => {
    const config = make()
    expect(config.fromFile(`settings.${extension}`)).toBe(true)
    expect(config.SECRET_KEY).toBe(`from ${extension.toUpperCase()}`)
    expect([config['lower'], config['MAIL']]).toEqual([undefined, { PORT: 25 }])
  })

  test('throws if the file is missing, unless silent is set', () => {
    const config = make()
    expect(() => config.fromFile('none.json')).toThrow(
      /Cannot read the settings file .*none\.json \(ENOENT\)/,
    )
    expect(() => config.fromFile('none.json')).toThrow('{ silent: true }')
    expect(config.fromFile('none.json', { silent: true })).toBe(false)
    expect(config.fromFile('settings.json/x.json', { silent: true })).toBe(false)
  })

  test.each([
    ['json', '{"PAGE_SIZE": 20}'],
    ['toml', 'PAGE_SIZE = 20'],
  ])('ignores a byte order mark at the start of a .%s file', (extension, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'phial-config-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, `settings.${extension}`)
    writeFileSync(file, `\uFEFF${text}`)
    const config = make()
    config.fromFile(file)
    expect(config['PAGE_SIZE']).toBe(20)
  })

  test('throws an error with the location if the file is invalid, even if silent is set', () => {
    const folder = mkdtempSync(join(tmpdir(), 'phial-config-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const read = (name: string, text: string) => () => {
      const file = join(folder, name)
      writeFileSync(file, text)
      make().fromFile(file, { silent: true })
    }
    expect(read('a.json', '{ "DEBUG":')).toThrow(/a\.json is not valid JSON: /)
    expect(read('a.toml', 'A = 1\nB = = 1\n')).toThrow(
      /a\.toml is not valid TOML: [^]*2: {2}B = = 1/,
    )
    expect(read('b.toml', 'DEBUG = "yes"')).toThrow(/b\.toml: Expected true or false for DEBUG/)
    expect(read('b.json', '[1, 2]')).toThrow(/Expected an object of settings in .*, received array/)
    expect(read('c.json', 'null')).toThrow(/Expected an object of settings in .*, received null/)
    expect(read('a.ts', '')).toThrow('pass it to fromObject')
  })
})

describe('config.fromPrefixedEnv', () => {
  const of = (environment: Record<string, string>, prefix?: string): Config => {
    const config = make()
    config.fromPrefixedEnv(prefix, environment)
    return config
  }

  test('parses values as JSON if possible, and otherwise as text', () => {
    const config = of({
      PHIAL_DEBUG: 'true',
      PHIAL_MAX_CONTENT_LENGTH: '10',
      PHIAL_LIST: '["a"]',
      PHIAL_TEXT: 'a b',
      PHIAL_SECRET_KEY: '12345678901234567890123456789012',
      PHIAL_SESSION_COOKIE_NAME: '1',
      PHIALX_Y: '1',
      OTHER: '1',
      PHIAL_lower: '1',
      PHIAL_: '1',
    })
    expect(config).toMatchObject({
      DEBUG: true,
      MAX_CONTENT_LENGTH: 10,
      LIST: ['a'],
      TEXT: 'a b',
      SECRET_KEY: '12345678901234567890123456789012',
      SESSION_COOKIE_NAME: '1',
    })
    expect(Object.keys(config).filter((name) => !(name in make()))).toEqual(['LIST', 'TEXT'])
  })

  test('sets properties for two underscores, and keeps their siblings', () => {
    const config = make()
    const mail = { HOST: 'a', TLS: { ON: true } }
    config.fromObject({ MAIL: mail, TEXT: 'x' })
    config.fromPrefixedEnv('PHIAL', {
      PHIAL_MAIL__PORT: '25',
      PHIAL_MAIL__TLS__key: 'k',
      PHIAL_NEW__A__B: '1',
      PHIAL_TEXT__A: '1',
      PHIAL_X____proto____y: '1',
    })
    expect(config).toMatchObject({
      MAIL: { HOST: 'a', PORT: 25, TLS: { ON: true, key: 'k' } },
      NEW: { A: { B: 1 } },
      TEXT: { A: 1 },
    })
    expect(mail).toEqual({ HOST: 'a', TLS: { ON: true } })
    expect(Object.hasOwn(Object.prototype, 'y')).toBe(false)
  })

  test('throws an error with the name of the variable if its type is wrong', () => {
    expect(() => of({ PHIAL_MAX_CONTENT_LENGTH: '1 MB' })).toThrow(
      'PHIAL_MAX_CONTENT_LENGTH: Expected a non-negative number for MAX_CONTENT_LENGTH, received "1 MB".',
    )
  })

  test('reads the variables of another prefix', () => {
    const config = of({ SHOP_NAME: 'x', PHIAL_NAME: 'y' }, 'SHOP')
    expect(config['NAME']).toBe('x')
  })

  test('reads the real environment only when it is called', () => {
    process.env['PHIAL_TEST_SETTING'] = '7'
    try {
      const config = make()
      expect(config['TEST_SETTING']).toBeUndefined()
      config.fromPrefixedEnv()
      expect(config['TEST_SETTING']).toBe(7)
    } finally {
      delete process.env['PHIAL_TEST_SETTING']
    }
  })
})

describe('config.getNamespace', () => {
  test('returns the settings with a prefix, with the rest of their names in camelCase', () => {
    const config = make()
    config.fromObject({ MAIL_HOST: 'a', MAIL_USER_NAME: 'b', MAIL: 'c', MAILS: 'd' })
    expect(config.getNamespace('MAIL_')).toEqual({ host: 'a', userName: 'b' })
    expect(config.getNamespace('NONE_')).toEqual({})
  })
})
