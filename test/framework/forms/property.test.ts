import { expect, test } from 'vitest'
import {
  alternativesOf,
  choicesOf,
  isFile,
  itemOf,
  type Property,
  resolve,
  typeOf,
} from '../../../packages/framework/src/forms/property.ts'

test.for<[property: Property, type: string | undefined]>([
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string'],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer'],
  [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, undefined],
  [{}, undefined],
])('the type of %j is %s', ([property, type]) => {
  expect(typeOf(property)).toBe(type)
})

test('itemOf, choicesOf and isFile examine the items of an array', () => {
  const list: Property = { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }
  expect(itemOf(list)).toBe(list.items)
  expect(choicesOf(list)).toEqual(['a', 'b'])
  expect(choicesOf({ const: 'a' })).toEqual(['a'])
  expect(choicesOf({ type: 'string' })).toEqual([])
  expect(isFile({ type: 'array', items: { format: 'binary' } })).toBe(true)
  expect(isFile({ type: 'string' })).toBe(false)
})

test.for<[property: Property, type: string | undefined]>([
  [{ anyOf: [{ type: 'number' }, { type: 'string', const: '' }] }, 'number'],
  [{ oneOf: [{ type: 'number' }, { type: 'null' }] }, 'number'],
  [{ enum: ['', 'a'] }, 'string'],
  [{ const: '' }, 'string'],
  [{ allOf: [{ type: 'string' }, { minLength: 2 }] }, 'string'],
])('the type of %j, apart from empty values, is %s', ([property, type]) => {
  expect(typeOf(property)).toBe(type)
})

test('common keywords apply to each alternative', () => {
  const property: Property = { format: 'binary', anyOf: [{ contentMediaType: 'a/b' }, { type: ['string', 'null'] }] } // prettier-ignore
  expect(alternativesOf(property)).toEqual([
    { format: 'binary', contentMediaType: 'a/b' },
    { format: 'binary', type: 'string' },
    { format: 'binary', type: 'null' },
  ])
})

test('a recursive reference is resolved once', () => {
  const root: Property = {
    properties: { a: { $ref: '#' }, b: { items: { $ref: '#/$defs/b' } }, c: { $ref: 'elsewhere' } },
    $defs: { b: { type: 'array', items: { $ref: '#/$defs/b' } } },
  }
  const resolved = resolve(root, root)
  expect(resolved.properties?.['b']).toEqual({ items: { type: 'array', items: {} } })
  expect(resolved.properties?.['a']?.properties?.['a']).toEqual({})
  expect(resolved.properties?.['c']).toEqual({})
})
