import type { StandardSchemaV1 } from '@standard-schema/spec'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Form, type FormEntries } from '../../../packages/framework/src/body/form.ts'
import { coerce, submittedValues } from '../../../packages/framework/src/forms/coerce.ts'
import type { Property } from '../../../packages/framework/src/forms/property.ts'
import { type Shape, shapeOf } from '../../../packages/framework/src/forms/shape.ts'

const shapeFor = (property: Property, isRequired = true): Shape => ({
  properties: { it: property },
  required: isRequired ? ['it'] : [],
})
const read = (entries: FormEntries, shape?: Shape): unknown => ({
  ...coerce(new Form(entries), shape),
})
const one = (text: string, property: Property, isRequired = true): unknown =>
  coerce(new Form([['it', text]]), shapeFor(property, isRequired))['it']

const file = new File(['x'], 'x.png', { type: 'image/png' })
const unchosen = new File([], '')
const files: Property = { type: 'array', items: { format: 'binary' } }

test.for<[text: string, property: Property, value: unknown]>([
  ['42', { type: 'integer' }, 42],
  [' -1.5e2 ', { type: 'number' }, -150],
  ['.5', { type: 'number' }, 0.5],
  ['4x', { type: 'integer' }, '4x'],
  ['0x10', { type: 'integer' }, '0x10'],
  ['Infinity', { type: 'number' }, 'Infinity'],
  ['42', { type: 'string' }, '42'],
  ['42', { type: ['integer', 'null'] }, 42],
  ['42', { anyOf: [{ type: 'integer' }, { type: 'string' }] }, '42'],
  ['on', { type: 'boolean' }, true],
  ['false', { type: 'boolean' }, false],
  ['maybe', { type: 'boolean' }, 'maybe'],
  ['a', { type: 'array', items: { type: 'string' } }, ['a']],
  ['7', { type: 'array', items: { type: 'integer' } }, [7]],
  ['a\r\nb', { type: 'string' }, 'a\nb'],
])('%j as %j is %j', ([text, property, value]) => {
  expect(one(text, property)).toEqual(value)
})

test('an empty field is omitted, unless the schema requires a string', () => {
  expect(one('', { type: 'string' })).toBe('')
  expect(one('', { type: 'string' }, false)).toBeUndefined()
  expect(one('', { type: 'integer' })).toBeUndefined()
  expect(one('', {})).toBeUndefined()
  expect(one('', { type: 'array', items: { type: 'string' } })).toEqual([])
})

test('a missing field is false for a checkbox, an empty array for an array, and omitted otherwise', () => {
  expect(read([], shapeFor({ type: 'boolean' }))).toEqual({ it: false })
  expect(read([], shapeFor({ type: 'array' }))).toEqual({ it: [] })
  expect(read([], shapeFor({ type: 'string' }))).toEqual({})
})

test('files that were not chosen are omitted', () => {
  const photo: Property = { type: 'string', format: 'binary' }
  expect(read([['it', file]], shapeFor(photo))).toEqual({ it: file })
  expect(read([['it', unchosen]], shapeFor(photo))).toEqual({})
  const two: FormEntries = [
    ['it', file],
    ['it', unchosen],
    ['it', file],
  ]
  expect(read(two, shapeFor(files))).toEqual({ it: [file, file] })
  expect(submittedValues(new Form(two), 'it')).toEqual([file, file])
})

test('without a shape, values stay strings', () => {
  const entries: FormEntries = [
    ['empty', ''],
    ['number', '1'],
    ['twice', 'a'],
    ['twice', 'b'],
    ['photo', unchosen],
  ]
  expect(read(entries)).toEqual({ empty: '', number: '1', twice: ['a', 'b'] })
})

test('a repeated value is an array, which a schema for one value rejects', () => {
  const entries: FormEntries = [
    ['it', 'a'],
    ['it', 'b'],
  ]
  expect(read(entries, shapeFor({ type: 'string' }))).toEqual({ it: ['a', 'b'] })
})

test('names such as __proto__ are ordinary names', () => {
  const values = coerce(new Form([['__proto__', 'x']]), shapeFor({ type: 'string' }))
  expect(Object.getPrototypeOf(values)).toBeNull()
  expect(Object.keys(values)).toEqual(['__proto__'])
  expect(read([['constructor', '']], shapeFor({ type: 'string' }))).toEqual({ constructor: '' })
})

test('any number is converted back from its text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(one(String(number), { type: 'number' })).toBe(Object.is(number, -0) ? 0 : number)
    }),
  )
})

const buyOrAsk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('buy'), count: z.number(), gift: z.boolean() }),
  z.object({ kind: z.literal('ask'), text: z.string() }),
])
const variant = toStandardJsonSchema(
  v.variant('kind', [
    v.object({ kind: v.literal('buy'), count: v.number(), gift: v.boolean() }),
    v.object({ kind: v.literal('ask'), text: v.string() }),
  ]),
)
const tree: z.ZodType = z.object({
  name: z.string(),
  size: z.number(),
  get children() {
    return z.array(tree).optional()
  },
})
const emptyOr = z.union([z.number(), z.literal('')])

test.for<[name: string, schema: StandardSchemaV1, sent: [string, string][], data: unknown]>([
  [
    'a discriminated union',
    buyOrAsk,
    [
      ['kind', 'buy'],
      ['count', '2'],
    ],
    { kind: 'buy', count: 2, gift: false },
  ],
  [
    'the other branch of a discriminated union',
    buyOrAsk,
    [
      ['kind', 'ask'],
      ['text', ''],
    ],
    { kind: 'ask', text: '' },
  ],
  [
    'a variant of valibot',
    variant,
    [
      ['kind', 'buy'],
      ['count', '2'],
    ],
    { kind: 'buy', count: 2, gift: false },
  ],
  [
    'a union of objects, distinguished by field names',
    z.union([z.object({ a: z.number() }), z.object({ b: z.string() })]),
    [['b', '5']],
    { b: '5' },
  ],
  [
    'a union of objects, distinguished by enumerated values',
    z.union([
      z.object({ v: z.literal('1'), n: z.number() }),
      z.object({ v: z.literal('2'), n: z.string() }),
    ]),
    [
      ['v', '2'],
      ['n', '5'],
    ],
    { v: '2', n: '5' },
  ],
  [
    'a union within a union',
    z.union([buyOrAsk, z.object({ kind: z.literal('go'), far: z.number() })]),
    [
      ['kind', 'go'],
      ['far', '3'],
    ],
    { kind: 'go', far: 3 },
  ],
  [
    'a union whose discriminator is a number',
    z.union([
      z.object({ v: z.literal(1), n: z.number() }),
      z.object({ v: z.literal(2), n: z.string() }),
    ]),
    [
      ['v', '1'],
      ['n', '5'],
    ],
    { v: 1, n: 5 },
  ],
  [
    'an intersection',
    z.object({ a: z.number() }).and(z.object({ b: z.number() })),
    [
      ['a', '1'],
      ['b', '2'],
    ],
    { a: 1, b: 2 },
  ],
  [
    'an intersection with a union',
    z.intersection(z.object({ id: z.number() }), buyOrAsk),
    [
      ['id', '1'],
      ['kind', 'ask'],
      ['text', 'x'],
    ],
    { id: 1, kind: 'ask', text: 'x' },
  ],
  [
    'a record',
    z.record(z.string(), z.number()),
    [
      ['a', '1'],
      ['b', '2'],
    ],
    { a: 1, b: 2 },
  ],
  [
    'a record of valibot',
    toStandardJsonSchema(v.record(v.string(), v.number())),
    [['a', '1']],
    { a: 1 },
  ],
  [
    'an object with a catchall',
    z.object({ a: z.string() }).catchall(z.number()),
    [
      ['a', '1'],
      ['b', '2'],
    ],
    { a: '1', b: 2 },
  ],
  [
    'a loose object',
    z.looseObject({ a: z.number() }),
    [
      ['a', '1'],
      ['b', '2'],
    ],
    { a: 1, b: '2' },
  ],
  ['a number or the empty string, left empty', z.object({ n: emptyOr }), [['n', '']], { n: '' }],
  ['a number or the empty string, filled in', z.object({ n: emptyOr }), [['n', '5']], { n: 5 }],
  [
    'an optional number or empty string',
    z.object({ n: emptyOr.optional() }),
    [['n', '']],
    { n: '' },
  ],
  [
    'an e-mail address or the empty string',
    z.object({ e: z.email().or(z.literal('')) }),
    [['e', '']],
    { e: '' },
  ],
  [
    'a choice that may be empty',
    z.object({ c: z.enum(['', 'a']).optional() }),
    [['c', '']],
    { c: '' },
  ],
  [
    'a number or null, left empty',
    z.object({ n: z.number().nullable() }),
    [['n', '']],
    { n: null },
  ],
  [
    'an optional number or null, left empty',
    z.object({ n: z.number().nullish() }),
    [['n', '']],
    {},
  ],
  [
    'a number or an e-mail address',
    z.object({ n: z.union([z.number(), z.email()]) }),
    [['n', '5']],
    { n: 5 },
  ],
  [
    'a number or any string, left empty',
    z.object({ n: z.union([z.number(), z.string()]) }),
    [['n', '']],
    { n: '' },
  ],
  [
    'enumerated numbers',
    z.object({ n: z.union([z.literal(1), z.literal(2)]) }),
    [['n', '2']],
    { n: 2 },
  ],
  [
    'enumerated values of several types',
    z.object({ n: z.literal([1, 'two', true]) }),
    [['n', 'two']],
    { n: 'two' },
  ],
  [
    'a string or an array, with one value',
    z.object({ t: z.union([z.string(), z.array(z.string())]) }),
    [['t', 'a']],
    { t: 'a' },
  ],
  [
    'a number or an array, with two values',
    z.object({ t: z.union([z.number(), z.array(z.number())]) }),
    [
      ['t', '1'],
      ['t', '2'],
    ],
    { t: [1, 2] },
  ],
  [
    'a tuple',
    z.object({ t: z.tuple([z.number(), z.string()]) }),
    [
      ['t', '1'],
      ['t', '2'],
    ],
    { t: [1, '2'] },
  ],
  [
    'a boolean or an enumerated string',
    z.object({ b: z.union([z.boolean(), z.literal('auto')]) }),
    [['b', 'auto']],
    { b: 'auto' },
  ],
  [
    'a recursive schema',
    tree,
    [
      ['name', 'a'],
      ['size', '1'],
    ],
    { name: 'a', size: 1, children: [] },
  ],
  [
    'a piped, branded and optional number',
    z.object({ n: z.number().brand('n').optional().pipe(z.any()) }),
    [['n', '1']],
    { n: 1 },
  ],
])('%s gets values of the right types', async ([, schema, sent, data]) => {
  const result = await schema['~standard'].validate(coerce(new Form(sent), shapeOf(schema)))
  expect(result).toMatchObject({ value: data })
  expect(Object.keys((result as { value: object }).value)).toEqual(Object.keys(data as object))
})

test('a value that matches no branch is left to the schema', () => {
  const values = coerce(
    new Form([
      ['kind', 'steal'],
      ['count', '2'],
    ]),
    shapeOf(buyOrAsk),
  )
  expect(values).toMatchObject({ kind: 'steal', count: 2 })
})

test('the name of an inherited property is not a boolean', () => {
  expect(one('constructor', { type: 'boolean' })).toBe('constructor')
  expect(one('__proto__', { type: 'boolean' })).toBe('__proto__')
})
