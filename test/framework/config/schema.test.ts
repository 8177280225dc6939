import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { make } from '../support.ts'

const environment = { PHIAL_DATABASE_URL: 'file:shop.db', PHIAL_MAIL__PORT: '25' }

describe('config.validate', () => {
  test('gives the settings as the schema makes them, typed, and sets them', () => {
    const { config } = make()
    config.fromPrefixedEnv('PHIAL', { ...environment, PHIAL_TAX: '0.19' })
    const schema = z.object({
      DATABASE_URL: z.string().startsWith('file:'),
      MAIL: z.object({ PORT: z.number(), HOST: z.string().default('localhost') }),
      TAX: z.coerce.number(),
      PAGE_SIZE: z.number().default(20),
    })
    const settings = config.validate(schema)
    expectTypeOf(settings.MAIL.PORT).toEqualTypeOf<number>()
    expect(settings).toEqual({
      DATABASE_URL: 'file:shop.db',
      MAIL: { PORT: 25, HOST: 'localhost' },
      TAX: 0.19,
      PAGE_SIZE: 20,
    })
    expect(config['PAGE_SIZE']).toBe(20)
    expect(config.MAX_FORM_PARTS).toBe(1000)
  })

  test('names every setting that does not fit, and no value of it', () => {
    const { config } = make({
      config: { LOG_LEVEL: 'critical', SECRET_KEY: 'short', MAIL: { PORT: 'x' } },
    })
    const schema = v.object({
      SECRET_KEY: v.pipe(v.string(), v.minLength(32, 'has to be 32 characters long')),
      MAIL: v.object({ PORT: v.number('has to be a number') }),
    })
    expect(() => config.validate(schema)).toThrow(
      'The settings do not match the schema. SECRET_KEY: has to be 32 characters long. MAIL.PORT: has to be a number.',
    )
  })

  test('a schema that answers later is an error', () => {
    const schema = z.object({}).refine(async () => Promise.resolve(true))
    expect(() => make().config.validate(schema)).toThrow(
      /Expected a schema that validates synchronously/,
    )
  })

  test('what a schema makes of Phial’s own settings is checked too', () => {
    const schema = z.object({}).transform(() => ({ DEBUG: 'yes' }))
    expect(() => make().config.validate(schema)).toThrow('Expected true or false for DEBUG')
  })
})
