import { describe, expect, test } from 'vitest'
import { allowList } from '../../../packages/server/src/ingress/allow.ts'
import {
  hopsOfForwarded,
  hopsOfList,
  knownHops,
  listOf,
} from '../../../packages/server/src/ingress/hops.ts'

const list = (value: string): unknown =>
  hopsOfList({ HTTP_X_FORWARDED_FOR: value } as never).map(({ for: address, port }) => [
    address,
    port,
  ])

describe('X-Forwarded-For', () => {
  test.each([
    ['192.0.2.1', [['192.0.2.1', undefined]]],
    ['192.0.2.1:4711 , 10.0.0.1', [['192.0.2.1', '4711'], ['10.0.0.1', undefined]]], // prettier-ignore
    ['2001:db8::1', [['2001:db8::1', undefined]]],
    ['[2001:db8::1]:4711', [['2001:db8::1', '4711']]],
    ['::ffff:192.0.2.1', [['192.0.2.1', undefined]]],
    ['unknown', [[undefined, undefined]]],
    ['evil.example,192.0.2.256', [[undefined, undefined], [undefined, undefined]]], // prettier-ignore
    ['', []],
  ])('parses %j', (value, hops) => {
    expect(list(value)).toEqual(hops)
  })
})

describe('Forwarded (RFC 7239 §4)', () => {
  test.each([
    ['for=192.0.2.43', [{ for: '192.0.2.43' }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: '2001:db8:cafe::17', port: '4711' }]],
    [
      'for=192.0.2.60;proto=HTTP;by=203.0.113.43;host="a,b;c"',
      [{ for: '192.0.2.60', proto: 'http', host: 'a,b;c' }],
    ],
    ['for=192.0.2.43, for="_SEVKISEK"', [{ for: '192.0.2.43' }, {}]],
    ['for=unknown , , proto="ht\\tps"', [{}, { proto: 'https' }]],
    ['', []],
  ])('parses %s', (value, hops) => {
    expect(hopsOfForwarded(value)).toEqual(
      hops.map((hop) => ({ for: undefined, port: undefined, proto: undefined, host: undefined, ...hop })), // prettier-ignore
    )
  })
  test.each(['for', 'for=', 'for="a', 'for=a b', 'for=a;;=', 'for=[::1]', '"'])(
    '%s is malformed',
    (value) => expect(hopsOfForwarded(value)).toBeUndefined(),
  )
  test.each([' '.repeat(8000), 'for="'.repeat(1600), 'a=a;'.repeat(2000), `${'\\'.repeat(8000)}"`])(
    'rejects a long malformed value without backtracking: %.8j…',
    (value) => expect(hopsOfForwarded(`${value}x y`)).toBeUndefined(),
  )
})

describe('knownHops', () => {
  const isTrusted = allowList(['10.0.0.0/8'])
  test.each([
    [[], 0],
    [['192.0.2.1'], 1],
    [['192.0.2.1', '10.0.0.1'], 2],
    [['192.0.2.66', '192.0.2.1', '10.0.0.1'], 2],
    [['192.0.2.66', '192.0.2.1'], 1],
    [['10.0.0.3', '10.0.0.2'], 2],
    [['192.0.2.1', undefined, '10.0.0.1'], 2],
  ])('%j has %i known hops', (hops, known) => {
    expect(knownHops(hops.map((address) => ({ for: address })), isTrusted)).toBe(known) // prettier-ignore
  })
})

test('listOf splits a list header at commas', () => {
  expect(listOf(' a , b')).toEqual(['a', 'b'])
  expect([listOf(undefined), listOf(' ')]).toEqual([[], []])
})
