/** The rules as functions. refusal.test.ts and engine/ test them on a socket. */
import { describe, expect, test } from 'vitest'
import {
  offeredProtocol,
  otherHost,
  wrongFraming,
  wrongHost,
  wrongTarget,
  wrongVersion,
} from '../../packages/server/src/head-rules.ts'

const bad = (words: string): unknown => ({
  status: '400 Bad Request',
  reason: expect.stringContaining(words),
})

test('a version other than 1.0 and 1.1 is rejected with 505', () => {
  expect(['1.1', '1.0'].map(wrongVersion)).toEqual([undefined, undefined])
  expect(wrongVersion('2.0')?.status).toBe('505 HTTP Version Not Supported')
})

describe('the target', () => {
  test.each(['/', '/?', '//a', 'http://a', 'HTTPS://a:1/b', 'http://[::1]/'])(
    '%s is accepted',
    (target) => {
      expect(wrongTarget('GET', target)).toBeUndefined()
    },
  )
  test.each(['', 'a', '/a b', '/#', '/\xe9', 'ftp://a', 'http:///a', 'http://u@a/', 'http://[g]/'])(
    '%j is rejected',
    (target) => expect(wrongTarget('GET', target)).toEqual(bad('RFC 9112 §3.2')),
  )
  test('* is accepted only with OPTIONS', () => {
    expect(wrongTarget('OPTIONS', '*')).toBeUndefined()
    expect(wrongTarget('GET', '*')).toEqual(bad('§3.2.4'))
  })
})

test.each([
  [['websocket'], ['Upgrade'], 'websocket'],
  [['WebSocket'], ['keep-alive, upgrade'], 'websocket'],
  [['HTTP/3.0, irc'], ['keep-alive', 'UPGRADE'], 'http/3.0'],
  [['websocket'], ['keep-alive'], undefined],
  [['websocket'], ['not-upgrade'], undefined],
  [['web socket'], ['upgrade'], undefined],
  [['a/b/c'], ['upgrade'], undefined],
  [[''], ['upgrade'], undefined],
])('Upgrade %j with Connection %j offers %j', (upgrades, connections, protocol) => {
  expect(offeredProtocol(upgrades, connections)).toBe(protocol)
})

describe('the host', () => {
  test('must be present exactly once, except in HTTP/1.0', () => {
    expect(wrongHost(['a:1'], '1.1')).toBeUndefined()
    expect(wrongHost([], '1.0')).toBeUndefined()
    expect(wrongHost([], '1.1')).toEqual(bad('Host header is missing'))
    expect(wrongHost(['a', 'a'], '1.0')).toEqual(bad('more than one'))
    expect(wrongHost(['a b'], '1.1')).toEqual(bad('not a host'))
  })
  test.each([
    ['/', 'b'],
    ['http://a/', 'A'],
    ['http://a:80', 'a'],
    ['https://a', 'a:443'],
    ['http://a', undefined],
  ])('%s with Host %s is accepted', (target, host) =>
    expect(otherHost(target, host)).toBeUndefined(),
  )
  test.each([
    ['http://a/', 'b'],
    ['http://a:443', 'a'],
    ['http://a', ''],
  ])('%s with Host %j is rejected as a mismatch', (target, host) => {
    expect(otherHost(target, host)).toEqual(bad('§3.2.2'))
  })
})

describe('the framing', () => {
  test.each([
    [[], []],
    [['5'], []],
    [[], ['chunked']],
    [[], ['Chunked']],
  ])('Content-Length %j, Transfer-Encoding %j is accepted', (lengths, codings) => {
    expect(wrongFraming(lengths, codings, '1.1')).toBeUndefined()
  })
  test.each([
    [['5', '5'], [], 'more than one'],
    [['5, 5'], [], 'not a number'],
    [['9007199254740992'], [], 'too large'],
    [['5'], ['chunked'], 'both present'],
    [[], ['chunked', 'chunked'], 'once'],
    [[], ['gzip'], 'once'],
  ])('Content-Length %j, Transfer-Encoding %j is rejected: %s', (lengths, codings, words) => {
    expect(wrongFraming(lengths, codings, '1.1')).toEqual(bad(words))
  })
  test('rejects transfer codings in HTTP/1.0, and codings other than chunked', () => {
    expect(wrongFraming([], ['chunked'], '1.0')).toEqual(bad('HTTP/1.0'))
    expect(wrongFraming([], ['gzip, chunked'], '1.1')?.status).toBe('501 Not Implemented')
    expect(wrongFraming([], ['gzip', 'chunked'], '1.1')?.status).toBe('501 Not Implemented')
  })
})
