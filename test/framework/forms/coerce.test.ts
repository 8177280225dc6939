import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Form, type FormEntries } from '../../../packages/framework/src/body/form.ts'
import { cameFor, coerce } from '../../../packages/framework/src/forms/coerce.ts'
import type { Property, Shape } from '../../../packages/framework/src/forms/shape.ts'

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

test('a field that was left empty is left out, unless it has to be text', () => {
  expect(one('', { type: 'string' })).toBe('')
  expect(one('', { type: 'string' }, false)).toBeUndefined()
  expect(one('', { type: 'integer' })).toBeUndefined()
  expect(one('', {})).toBeUndefined()
  expect(one('', { type: 'array', items: { type: 'string' } })).toEqual([])
})

test('what was not sent is false for a checkbox, an empty list for several, else nothing', () => {
  expect(read([], shapeFor({ type: 'boolean' }))).toEqual({ it: false })
  expect(read([], shapeFor({ type: 'array' }))).toEqual({ it: [] })
  expect(read([], shapeFor({ type: 'string' }))).toEqual({})
})

test('files are those that were chosen', () => {
  const photo: Property = { type: 'string', format: 'binary' }
  expect(read([['it', file]], shapeFor(photo))).toEqual({ it: file })
  expect(read([['it', unchosen]], shapeFor(photo))).toEqual({})
  const two: FormEntries = [
    ['it', file],
    ['it', unchosen],
    ['it', file],
  ]
  expect(read(two, shapeFor(files))).toEqual({ it: [file, file] })
  expect(cameFor(new Form(two), 'it')).toEqual([file, file])
})

test('of a schema that tells nothing, texts stay as they are', () => {
  const entries: FormEntries = [
    ['empty', ''],
    ['number', '1'],
    ['twice', 'a'],
    ['twice', 'b'],
    ['photo', unchosen],
  ]
  expect(read(entries)).toEqual({ empty: '', number: '1', twice: ['a', 'b'] })
})

test('what came twice for one value is for the schema to refuse', () => {
  const entries: FormEntries = [
    ['it', 'a'],
    ['it', 'b'],
  ]
  expect(read(entries, shapeFor({ type: 'string' }))).toEqual({ it: ['a', 'b'] })
})

test('no name is a special one', () => {
  const values = coerce(new Form([['__proto__', 'x']]), shapeFor({ type: 'string' }))
  expect(Object.getPrototypeOf(values)).toBeNull()
  expect(Object.keys(values)).toEqual(['__proto__'])
  expect(read([['constructor', '']], shapeFor({ type: 'string' }))).toEqual({ constructor: '' })
})

test('any number survives being typed', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(one(String(number), { type: 'number' })).toBe(Object.is(number, -0) ? 0 : number)
    }),
  )
})
