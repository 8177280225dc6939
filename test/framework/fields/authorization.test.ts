import { Response, type Authorization } from 'phial'
import { describe, expect, test } from 'vitest'
import { requestWith } from './support.ts'

const read = (value: string): Authorization | undefined =>
  requestWith('Authorization', value).authorization
const basic = (pair: string | Uint8Array): string => `Basic ${Buffer.from(pair).toString('base64')}`

describe('Authorization', () => {
  test.each([
    ['Ann:secret', 'Ann', 'secret'],
    ['Zoë:pä:ss:', 'Zoë', 'pä:ss:'],
    [':', '', ''],
    ['a:line\nbreak', 'a', 'line\nbreak'],
  ])('parses Basic %j', (pair, username, password) => {
    expect(read(basic(pair))).toEqual({ type: 'basic', username, password, parameters: {} })
    expect(read(basic(pair).replace('Basic', 'bAsIc  '))?.username).toBe(username)
  })

  test.each([
    ['without a colon', basic('Ann')],
    ['not UTF-8', basic(Uint8Array.of(0xff, 0x3a, 0x61))],
    ['not base64', 'Basic ***'],
    ['without credentials', 'Basic'],
    ['empty', ''],
    ['not a token', '"x"'],
  ])('ignores a malformed header: %s', (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  test('parses a Bearer token', () => {
    expect(read('Bearer abc.DEF-123_~+/==')).toEqual({
      type: 'bearer',
      token: 'abc.DEF-123_~+/==',
      parameters: {},
    })
  })

  test('parses Digest parameters', () => {
    const digest = read(
      'Digest username="A \\"n\\" n", realm="a, b", nc=00000001, QOP=auth, __proto__=x',
    )
    expect(digest).toMatchObject({ type: 'digest', username: 'A "n" n' })
    expect(digest?.parameters['realm']).toBe('a, b')
    expect(digest?.parameters['nc']).toBe('00000001')
    expect(digest?.parameters['qop']).toBe('auth')
    expect(digest?.parameters['none']).toBeUndefined()
    expect(read('Custom x')?.token).toBe('x')
  })
})

describe('WWW-Authenticate', () => {
  test.each([
    [{ type: 'basic', parameters: { realm: 'my "site"' } }, 'Basic realm="my \\"site\\""'],
    [{ type: 'bearer' }, 'Bearer'],
    [{ type: 'negotiate', token: 'abc' }, 'Negotiate abc'],
    ['Basic realm="x"', 'Basic realm="x"'],
  ])('serializes %j', (challenge, expected) => {
    const response = new Response()
    response.wwwAuthenticate = challenge
    expect(response.wwwAuthenticate).toBe(expected)
    response.wwwAuthenticate = undefined
    expect(response.headers.has('WWW-Authenticate')).toBe(false)
  })
})
