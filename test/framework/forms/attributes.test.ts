import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type Attributes,
  attributesOf,
  tag,
} from '../../../packages/framework/src/forms/attributes.ts'
import { shapeOf } from '../../../packages/framework/src/forms/shape.ts'
import { signUp, signUpOfValibot } from './schema.ts'

const written = (attributes: Attributes): string => tag('x', attributes).slice(2, -1).trim()

describe.each([
  ['zod', shapeOf(signUp)],
  ['valibot', shapeOf(signUpOfValibot)],
])('the attributes from %s', (_, shape) => {
  test.for([
    ['name', 'type="text" minlength="2" maxlength="40" required'],
    ['email', 'type="email" required'],
    ['age', 'type="number" min="18" max="120" step="1"'],
    ['agreed', 'type="checkbox" required'],
    ['news', 'type="checkbox"'],
    ['colour', 'type="text"'],
    ['unknown', ''],
  ] as const)('%s: %s', ([name, expected]) => {
    expect(written(attributesOf(name, shape))).toBe(expected)
  })
})

test.for([
  ['a number', z.number(), 'type="number" step="any" required'],
  ['a whole number', z.int(), 'type="number" step="1" required'],
  ['above zero', z.int().positive(), 'type="number" min="1" step="1" required'],
  ['below ten', z.int().lt(10), 'type="number" max="9" step="1" required'],
  ['halves', z.number().multipleOf(0.5).min(1), 'type="number" min="1" step="0.5" required'],
  [
    'steps that do not start at min',
    z.number().multipleOf(2).min(1),
    'type="number" min="1" step="any" required',
  ],
  ['a URL', z.url().max(99), 'type="url" maxlength="99" required'],
  ['a date', z.iso.date(), 'type="date" required'],
  ['a time', z.iso.time(), 'type="text"'],
  ['one character', z.string().min(1), 'type="text" required'],
  [
    'a password',
    z.string().min(8).meta({ format: 'password' }),
    'type="password" minlength="8" required',
  ],
  ['a pattern', z.string().regex(/^[a-z]+$/i), 'type="text"'],
  [
    'a picture',
    z.file().mime(['image/png', 'image/gif']),
    'type="file" accept="image/png,image/gif" required',
  ],
  [
    'PNGs',
    z.array(z.file().mime('image/png')).min(1),
    'type="file" accept="image/png" multiple required',
  ],
  ['any file', z.file().optional(), 'type="file"'],
] as const)('%s', ([, schema, expected]) => {
  expect(written(attributesOf('it', shapeOf(z.object({ it: schema }))))).toBe(expected)
})

test('a schema without JSON Schema has no attributes', () => {
  expect(attributesOf('title', undefined)).toEqual({})
})

describe('tag', () => {
  test('escapes its attributes', () => {
    expect(tag('input', { a: '"<&', b: 1, c: true, d: false, e: undefined, f: '' })).toBe(
      '<input a="&quot;&lt;&amp;" b="1" c f="">',
    )
  })

  test.for(['a b', 'a"', '', 'a>', 'a=b', "a'"])('throws for the attribute name %j', (name) => {
    expect(() => tag('input', { [name]: 'x' })).toThrow(/Expected a valid HTML attribute name/)
  })
})
