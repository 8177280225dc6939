import { describe, expect, test } from 'vitest'
import { allowFault, allowList } from '../../../packages/server/src/ingress/allow.ts'
import { StartError } from '../../../packages/server/src/errors.ts'

describe('allowList', () => {
  test.each([
    [['127.0.0.1', '::1'], '127.0.0.1', true],
    [['127.0.0.1', '::1'], '::1', true],
    [['127.0.0.1', '::1'], '127.0.0.2', false],
    [['10.0.0.0/8'], '10.200.3.4', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['fd00::/8'], 'fd12::1', true],
    [['fd00::/8'], 'fe80::1', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['*'], '203.0.113.9', true],
    [['*'], 'not an address', true],
    [['10.0.0.0/8'], 'not an address', false],
    [['10.0.0.0/8'], '', true], // a unix socket
    [[], '', false],
    [[], '127.0.0.1', false],
  ])('%j: contains %s: %s', (items, address, isIn) => {
    expect(allowList(items)(address)).toBe(isIn)
  })

  test.each(['10.0.0', '10.0.0.0/33', 'fd00::/129', 'proxy.example', '10.0.0.0/x', '', '/8'])(
    'throws a StartError of one line for %j',
    (item) => {
      const read = (): unknown => allowList([item])
      expect(read).toThrow(StartError)
      expect(read).toThrow(/^--forwarded-allow-ips: expected an address \(10\.0\.0\.1\)[^\n]*$/)
    },
  )
})

test('allowFault returns a message for an invalid item', () => {
  expect(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '*'].map(allowFault)).toEqual(
    Array.from({ length: 5 }),
  )
  expect(allowFault('10.0.0.0/33')).toMatch(/^expected an address .* received 10\.0\.0\.0\/33$/)
})
