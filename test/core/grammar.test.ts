import { isIP } from 'node:net'
import {
  cachedByName,
  isContentLength,
  isDigits,
  isFieldValue,
  isIPv4,
  isIPv6,
  isStatus,
  isTargetText,
  isToken,
  splitHost,
  splitTarget,
} from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe.each([
  ['isToken', isToken, ['GET', 'a-b', '!#$'], ['', 'a b', 'a(', '\xe9', 'a\n', 'a:']],
  ['isFieldValue', isFieldValue, ['', 'a b', '\t', '\xe9'], ['a\n', '\r', '\0', '\x7f', '\u0100']],
  [
    'isStatus',
    isStatus,
    ['200 OK', '599 ', '204 \xe9'],
    ['200', '100 Continue', '600 x', '200 \n'],
  ],
  ['isDigits', isDigits, ['0', '0042'], ['', '+1', '1.0', '1e3', '\u0661', '1\n']],
  ['isContentLength', isContentLength, ['0', '9007199254740991'], ['', '-1', '9007199254740992']],
  ['isTargetText', isTargetText, ['/', '*', '/a?b', '"'], ['', '/#a', '/a b', '/\xe9', '/\n']],
] as const)('%s', (_name, matches, valid, invalid) => {
  test.each(valid)('accepts %j', (text) => expect(matches(text)).toBe(true))
  test.each(invalid)('rejects %j', (text) => expect(matches(text)).toBe(false))
})

describe('splitTarget', () => {
  const none = { scheme: undefined, authority: undefined }
  test.each([
    ['/a/b?c=d?e', { path: '/a/b', query: 'c=d?e', ...none }],
    ['/', { path: '/', query: '', ...none }],
    ['//host/a', { path: '//host/a', query: '', ...none }],
    ['/a?', { path: '/a', query: '', ...none }],
    ['http://host:81/a?b', { path: '/a', query: 'b', scheme: 'http', authority: 'host:81' }],
    ['HTTPS://host', { path: '/', query: '', scheme: 'https', authority: 'host' }],
    ['http://host?b', { path: '/', query: 'b', scheme: 'http', authority: 'host' }],
    ['*', { path: '', query: '', ...none }],
    ['host:443', { path: '', query: '', ...none }],
    ['ftp://host/a', { path: '', query: '', ...none }],
  ])('splits %s', (target, parts) => {
    expect(splitTarget(target)).toEqual(parts)
  })
  test('throws if the target is not a string', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void splitTarget(text)))
  })
})

describe('splitHost', () => {
  test.each([
    ['localhost', { name: 'localhost', port: undefined }],
    ['localhost:8000', { name: 'localhost', port: '8000' }],
    ['[::1]:65535', { name: '[::1]', port: '65535' }],
    ['a_b.example.', { name: 'a_b.example.', port: undefined }],
    ['%C3%A4.example:', { name: '%C3%A4.example', port: '' }],
    ['', { name: '', port: undefined }],
  ])('splits %j', (text, parts) => expect(splitHost(text)).toEqual(parts))

  test.each([
    'a b',
    'user@a',
    'a:b',
    'a:65536',
    'a:80:80',
    '[::1',
    '::1',
    '[a]',
    '[]',
    'a/b',
    'a\n',
    'ä',
  ])('rejects %j', (text) => expect(splitHost(text)).toBeUndefined())
})

describe('addresses', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom('0', '1', '25', '255', '256', '.', ':', '::', 'f', 'g') }),
    fc.constantFrom(
      '',
      '1.2.3',
      '01.2.3.4',
      '1.2.3.4.',
      '::ffff:1.2.3.4',
      '::1%eth0',
      '1::2::3',
      '1:2:3:4:5:6:7::',
    ),
  )
  test('match node:net, except for zones', () => {
    fc.assert(
      fc.property(address, (text) => {
        const family = text.includes('%') ? 0 : isIP(text)
        expect([text, isIPv4(text), isIPv6(text)]).toEqual([text, family === 4, family === 6])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('cachedByName', () => {
  test('computes a value once for a name, and each time if it is undefined', () => {
    const computed: string[] = []
    const length = cachedByName((name) => {
      computed.push(name)
      return name === '' ? undefined : name.length
    })
    expect([length('a'), length('a'), length(''), length('')]).toEqual([1, 1, undefined, undefined])
    expect(computed).toEqual(['a', '', ''])
  })
  test('caches at most 500 names', () => {
    let count = 0
    const length = cachedByName((name) => {
      count += 1
      return name.length
    })
    for (let at = 0; at < 600; at++) length(`x-${at}`)
    expect([length('x-0'), count]).toEqual([3, 600])
    expect([length('x-599'), count]).toEqual([5, 601])
  })
})
