import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { make } from '../support.ts'

const environment = { PHIAL_DATABASE_URL: 'file:shop.db', PHIAL_MAIL__PORT: '25' }

describe('config.validate', () => {
  test('returns the output of the schema, with its type, and stores it', () => {
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

  test('throws an error with the names of all invalid settings, but without their values', () => {
    const { config } = make({
      config: { LOG_LEVEL: 'critical', SECRET_KEY: 'short', MAIL: { PORT: 'x' } },
    })
    const schema = v.object({
      SECRET_KEY: v.pipe(v.string(), v.minLength(32, 'must be 32 characters long')),
      MAIL: v.object({ PORT: v.number('must be a number') }),
    })
    expect(() => config.validate(schema)).toThrow(
      'The settings do not match the schema. SECRET_KEY: must be 32 characters long. MAIL.PORT: must be a number.',
    )
  })

  test('throws if the schema is asynchronous', () => {
    const schema = z.object({}).refine(async () => Promise.resolve(true))
    expect(() => make().config.validate(schema)).toThrow(
      /Expected a schema that validates synchronously/,
    )
  })

  test('checks the output of the schema for Phial’s own settings', () => {
    const schema = z.object({}).transform(() => ({ DEBUG: 'yes' }))
    expect(() => make().config.validate(schema)).toThrow('Expected true or false for DEBUG')
  })
})
