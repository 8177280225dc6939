import { expect, test } from 'vitest'
import { describeValue, quote } from '../../packages/xray/src/values.ts'

class Tea {
  kind = 'green'
  get price(): never {
    throw new Error('the getter was called')
  }
}

test.for<[value: unknown, text: string]>([
  ['john', "'john'"],
  [0, '0'],
  [-0, '-0'],
  [1n, '1n'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('a'), 'Symbol(a)'],
  [['john', 1], "[ 'john', 1 ]"],
  [[], '[]'],
  [{ a: 1, 'b-c': [true] }, "{ a: 1, 'b-c': [ true ] }"],
  [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
  [{ __proto__: null, a: 1 }, '{ a: 1 }'],
  [new Tea(), "Tea { kind: 'green' }"],
  [new Map([['a', 1]]), "Map(1) { 'a' => 1 }"],
  [new Set(['a']), "Set(1) { 'a' }"],
  [Uint8Array.of(1, 2), 'Uint8Array(2) [ 1, 2 ]'],
  [new Date(0), String(new Date(0))],
  [new TypeError('no tea'), 'TypeError: no tea'],
  [function brew() {}, '[Function: brew]'],
  [() => {}, '[Function]'],
  ['x'.repeat(201), `'${'x'.repeat(200)}'... 1 more character`],
])('describes %o', ([value, text]) => {
  expect(describeValue(value)).toBe(text)
})

test('calls no getter', () => {
  const value = Object.defineProperty({}, 'price', {
    enumerable: true,
    get: () => expect.unreachable('it was called'),
  })
  expect(describeValue(value)).toBe('{ price: [Getter] }')
})

test('reads no more of a value than it shows', () => {
  const list = new Proxy(new Array<number>(1e7), {
    get: (all, key) => (Number(key) < 20 ? 7 : Reflect.get(all, key)),
  })
  expect(describeValue(list)).toBe(`[ ${'7, '.repeat(20)}... 9999980 more items ]`)
})

test('describes a proxy whose traps throw', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(describeValue(proxy)).toBe('[object]')
})

test('describes a value that contains itself', () => {
  const round: { self?: unknown } = {}
  round.self = round
  expect(describeValue(round)).toBe('{ self: { self: [Object] } }')
})

test.for([
  'plain',
  "it's",
  'say "hi"',
  `it's "both"`,
  'back\\slash',
  'a\n\t\0\u2028\ud800',
  '${x}',
])('quotes %j as TypeScript does', (text) => {
  expect(
    JSON.parse(
      quote(text).replace(
        /^'([^]*)'$/,
        (_, inside: string) => `"${inside.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`,
      ),
    ),
  ).toBe(text)
})
