import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Property } from '../../../packages/framework/src/forms/property.ts'
import { isNeeded, shapeOf } from '../../../packages/framework/src/forms/shape.ts'
import { signUp, signUpOfValibot, silent } from './schema.ts'

describe.each([
  ['zod', signUp],
  ['valibot', signUpOfValibot],
])('the shape of a %s schema', (_, schema: StandardSchemaV1) => {
  const shape = shapeOf(schema)

  test('has all fields and the required ones', () => {
    const names = ['name', 'email', 'age', 'agreed', 'news', 'colour', 'days']
    expect(Object.keys(shape?.properties ?? {})).toEqual(names)
    expect(shape?.required).toEqual(['name', 'email', 'agreed', 'news', 'days'])
  })

  test('determines which fields must be filled in', () => {
    const names = Object.keys(shape?.properties ?? {})
    expect(names.filter((name) => shape && isNeeded(name, shape))).toEqual([
      'name',
      'email',
      'agreed',
    ])
  })
})

test('a schema without JSON Schema or not of an object has no shape', () => {
  expect(shapeOf(silent)).toBeUndefined()
  expect(shapeOf(z.array(z.string()))).toBeUndefined()
})

test('a type that JSON Schema cannot express accepts any value', () => {
  const shape = shapeOf(z.object({ born: z.coerce.date(), photo: z.instanceof(File) }))
  expect(shape).toEqual({ properties: { born: {}, photo: {} }, required: ['born', 'photo'] })
})

test('a schema that cannot be converted has no shape', () => {
  const input = (): never => {
    throw new Error('no such target')
  }
  const jsonSchema = { input, output: input }
  const schema = { '~standard': { ...silent['~standard'], jsonSchema } }
  expect(shapeOf(schema)).toBeUndefined()
})

test('a default from a function is evaluated each time', () => {
  let count = 0
  const schema = z.object({ key: z.string().default(() => String((count += 1))) })
  const ask = (): unknown => shapeOf(schema)?.properties['key']?.default
  expect(ask()).not.toBe(ask())
})

test('a named schema of zod is resolved', () => {
  const colour = z.enum(['red']).meta({ id: 'Colour' })
  const shape = shapeOf(z.object({ colour, other: colour }))
  expect(shape?.properties['other']).toMatchObject({ type: 'string', enum: ['red'] })
})

test.for<[property: Property, verdict: boolean]>([
  [{ type: 'string' }, false],
  [{ type: 'string', minLength: 1 }, true],
  [{ type: 'string', format: 'email' }, true],
  [{ type: 'string', enum: ['a'] }, true],
  [{ type: 'string', enum: ['a', ''] }, false],
  [{ type: 'integer' }, true],
  [{ type: 'boolean' }, false],
  [{ type: 'boolean', const: true }, true],
  [{ type: 'array' }, false],
  [{ type: 'array', minItems: 1 }, true],
  [{}, true],
])('%j, if required, must be filled in: %s', ([property, verdict]) => {
  expect(isNeeded('it', { properties: { it: property }, required: ['it'] })).toBe(verdict)
  expect(isNeeded('it', { properties: { it: property }, required: [] })).toBe(false)
})
