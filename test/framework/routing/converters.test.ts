import fc from 'fast-check'
import { any, bigint, type Converter, float, int, path, Router, string, uuid } from 'phial'
import { describe, expect, test } from 'vitest'

function parsing(converter: Converter<unknown>, text: string): unknown {
  const router = new Router()
  router.add('/:x', undefined, { endpoint: 'e', params: { x: converter } })
  const match = router.match('GET', `/${text}`)
  return match.kind === 'found' ? match.values['x'] : undefined
}

function building(converter: Converter<unknown>, x: unknown): string {
  const router = new Router()
  router.add('/:x', undefined, { endpoint: 'e', params: { x: converter } })
  return router.build('e', { x })
}

const UUID = '01234567-89AB-cdef-0123-456789abcdef'

test.each([
  ['string', string, 'a b', 'a b'],
  ['string: minLength', string({ minLength: 2 }), 'a', undefined],
  ['string: maxLength', string({ maxLength: 2 }), 'abc', undefined],
  ['string: length', string({ length: 2 }), 'ab', 'ab'],
  ['int', int, '42', 42],
  ['int: zeros in front', int, '007', 7],
  ['int: unsigned by default', int, '-5', undefined],
  ['int: signed', int({ signed: true }), '-5', -5],
  ['int: below zero by min', int({ min: -5 }), '-5', -5],
  ['int: under min', int({ min: 3 }), '2', undefined],
  ['int: over max', int({ max: 3 }), '4', undefined],
  ['int: fixed digits', int({ fixedDigits: 3 }), '07', undefined],
  ['int: no point', int, '1.0', undefined],
  ['int: no other digits', int, '٣', undefined],
  ['int: too large to be exact', int, '9007199254740993', undefined],
  ['bigint', bigint, '1797231234567890123', 1797231234567890123n],
  ['bigint: zeros in front', bigint, '007', 7n],
  ['bigint: the largest', bigint, '18446744073709551615', 2n ** 64n - 1n],
  ['bigint: beyond 64 bits', bigint, '18446744073709551616', undefined],
  ['bigint: very long', bigint, '9'.repeat(3000), undefined],
  ['bigint: unsigned by default', bigint, '-5', undefined],
  ['bigint: no minus zero', bigint, '-0', undefined],
  ['bigint: signed', bigint({ signed: true }), '-9223372036854775808', -(2n ** 63n)],
  ['bigint: under min', bigint({ min: 3n }), '2', undefined],
  ['bigint: over max', bigint({ max: 3n }), '4', undefined],
  ['bigint: no point', bigint, '1.0', undefined],
  ['float', float, '1.5', 1.5],
  ['float: needs a point', float, '1', undefined],
  ['float: unsigned by default', float, '-1.5', undefined],
  ['float: signed', float({ signed: true }), '-1.5', -1.5],
  ['float: no exponent', float, '1.0e5', undefined],
  ['path', path, 'a/b', 'a/b'],
  ['path: not from a slash', path, '/a', undefined],
  ['any', any('a', 'b'), 'b', 'b'],
  ['any: another value', any('a', 'b'), 'c', undefined],
  ['uuid: either case', uuid, UUID, UUID.toLowerCase()],
  ['uuid: malformed', uuid, UUID.slice(1), undefined],
])('%s', (_, converter: Converter<unknown>, text, expected) => {
  expect(parsing(converter, text)).toBe(expected)
})

describe('converters in URLs', () => {
  test.each<[Converter<unknown>, unknown, string]>([
    [string, 3, '/3'],
    [int, '7', '/7'],
    [int({ fixedDigits: 3 }), 7, '/007'],
    [int({ signed: true }), -7, '/-7'],
    [bigint, 1797231234567890123n, '/1797231234567890123'],
    [bigint, '007', '/7'],
    [bigint, 7, '/7'],
    [float, 1, '/1.0'],
    [float, 1e21, '/1000000000000000000000.0'],
    [float, 1.5e-7, '/0.00000015'],
    [path, 'a/b', '/a/b'],
    [uuid, UUID, `/${UUID.toLowerCase()}`],
  ])('%# %s', (converter, value, expected) => {
    expect(building(converter, value)).toBe(expected)
  })

  test.each<[Converter<unknown>, unknown, string]>([
    [int, 1.5, 'expected an integer from 0 to Infinity, received 1.5'],
    [int, 'x', 'expected an integer from 0 to Infinity, received NaN'],
    [int, '', 'expected an integer from 0 to Infinity, received NaN'],
    [int, -1, 'expected an integer from 0 to Infinity, received -1'],
    [bigint, -1n, 'expected an integer from 0 to 18446744073709551615, received "-1"'],
    [bigint, 1.5, 'expected an integer from 0 to 18446744073709551615, received "1.5"'],
    [any('a', 'b'), 'c', 'expected one of "a", "b", received "c"'],
    [uuid, 'x', 'expected a UUID, received "x"'],
    [string, {}, 'expected a string or a number, received object'],
    [string({ maxLength: 2 }), 'abc', 'expected 1 to 2 characters, received "abc"'],
  ])('rejects a value that the converter cannot format: %# %s', (converter, value, reason) => {
    expect(() => building(converter, value)).toThrow(reason)
  })

  test('int parses every value that it formats', () => {
    const signed = int({ signed: true })
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parsing(signed, building(signed, value).slice(1))).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  test('float parses every value that it formats, and formats none with an exponent', () => {
    const signed = float({ signed: true })
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = building(signed, value).slice(1)
        expect(text).toMatch(/^-?\d+\.\d+$/)
        expect(Number(parsing(signed, text))).toBe(value === 0 ? 0 : value)
      }),
    )
  })
})

describe('a custom converter', () => {
  const hex: Converter<number> = {
    parse: (text) => (/^[0-9a-f]+$/.test(text) ? Number.parseInt(text, 16) : undefined),
    format: (value) => value.toString(16),
  }
  const list: Converter<string[]> = {
    multiSegment: true,
    parse: (text) => (text.startsWith('no') ? undefined : text.split('/')),
    format: (value) => value.join('/'),
  }

  test('parses and formats values', () => {
    expect(parsing(hex, 'ff')).toBe(255)
    expect(building(hex, 255)).toBe('/ff')
  })

  test('leaves the path to the next rule if it does not match', () => {
    const router = new Router<string>()
    router.add('/:name', 'by name')
    router.add('/:color', 'by color', { params: { color: hex } })
    expect(router.match('GET', '/ff')).toMatchObject({ rule: { target: 'by color' } })
    expect(router.match('GET', '/zz')).toMatchObject({ rule: { target: 'by name' } })
  })

  test('may match several segments, also in the middle of a pattern', () => {
    const router = new Router()
    router.add('/*tags/edit', undefined, { endpoint: 'e', params: { tags: list } })
    expect(router.match('GET', '/a/b/edit')).toMatchObject({ values: { tags: ['a', 'b'] } })
    expect(router.match('GET', '/no/b/edit')).toEqual({ kind: 'not-found' })
    expect(router.match('POST', '/no/b/edit')).toEqual({ kind: 'not-found' })
    expect(router.build('e', { tags: ['a', 'b'] })).toBe('/a/b/edit')
  })

  test('for several segments must be the only one in its pattern', () => {
    const router = new Router()
    expect(() => router.add('/*a/x/*b', undefined, { params: { a: list } })).toThrow(
      'a has a custom converter for several segments, so no other param may match several',
    )
  })

  test('for one segment is rejected for a wildcard', () => {
    expect(() => new Router().add('/*id', undefined, { params: { id: int } })).toThrow('Write :id')
  })

  test('is rejected for a param that the pattern lacks, naming the nearest', () => {
    const params: {} = { nmae: string }
    expect(() => new Router().add('/:name', undefined, { params })).toThrow('Did you mean "name"?')
  })

  test('is rejected without its functions', () => {
    const params: {} = { id: Number }
    expect(() => new Router().add('/:id', undefined, { params })).toThrow(
      'the converter of id needs the functions parse and format',
    )
  })
})

test('any() rejects values that are not one segment', () => {
  expect(() => any()).toThrow('at least one')
  expect(() => any('a/b')).toThrow('none with a slash')
})
