/** Generates malformed and unusual requests for fuzzing. The same seed generates the same requests. */
import { fixtures } from '../engine/fixtures.ts'

/** A seeded pseudo-random generator: mulberry32. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Returns an integer from 0 up to `end`, exclusive. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  of<Thing>(things: readonly [Thing, ...Thing[]]): Thing {
    return things[this.below(things.length)] ?? things[0]
  }

  /** Returns true with a probability of one in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0
  }
}

const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH'] as const
const TARGETS = ['/', '/a', '/a/b?c=d', '/%41%zz', '//x', '/a;b=c', '*', 'http://a/x', '/'.repeat(20), '?', '/a?b?c'] as const // prettier-ignore
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'ICE/1.0'] as const // prettier-ignore
const FIELDS = [
  'Accept: */*', 'A: b', 'a:b', 'A:', 'A: \tb\t ', 'X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Cookie: a=b', 'X_Y: 1',
  'Connection: close', 'Connection: keep-alive', 'Connection: Upgrade', 'Upgrade: h2c', 'Connection: close, x',
  'Content-Length: 5', 'Content-Length: 0', 'Content-Length: 05', 'Content-Length: 5, 5', 'content-length: +5', 'Content-Length: ', 'Content_Length: 3',
  'Transfer-Encoding: chunked', 'Transfer-Encoding: Chunked', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: identity', 'transfer-encoding: xchunked', 'Transfer-Encoding: chunked, chunked',
  'Expect: 100-continue', 'Host: b', 'Host: ', 'Host: a b', 'Proxy: x', 'A : b', ' A: b', 'A\x00: b', 'A: b\x01', 'A: \xe9', 'Abc', ': x', 'Trailer: X',
] as const // prettier-ignore
const SIZES = ['1', '2', '5', '05', '0', 'a', 'A', '5;x', '5;x=y', '5; x="y;z"', '5 ;x', '5 ', '+5', '0x5', '-1', '', 'ffffffffffffffff', '00000000000000005'] as const // prettier-ignore

/** Generates a request in which any part may be malformed. */
export function oneRequest(chance: Chance): string {
  const space = chance.once(40) ? chance.of(['  ', '\t', '']) : ' '
  const end = (): string => (chance.once(60) ? chance.of(['\n', '\r', '\r\r\n', '\r\n ']) : '\r\n')
  const line = `${chance.of(METHODS)}${space}${chance.of(TARGETS)} ${chance.of(VERSIONS)}`
  const fields = Array.from({ length: chance.below(4) }, () => chance.of(FIELDS) + end())
  const host = chance.once(20) ? '' : `Host: a${end()}`
  const [framing, body] = oneBody(chance)
  return `${line}${end()}${host}${fields.join('')}${framing}\r\n${body}`
}

function oneBody(chance: Chance): [framing: string, body: string] {
  if (chance.once(2)) return ['', '']
  const text = 'hello world'.slice(0, chance.below(11))
  if (chance.once(2)) return [`Content-Length: ${text.length}\r\n`, text]
  const chunks = Array.from({ length: chance.below(3) }, () => {
    const size = chance.once(4) ? chance.of(SIZES) : '5'
    return `${size}\r\nhello${chance.once(30) ? chance.of(['', '\n', 'x\r\n']) : '\r\n'}`
  })
  const trailer = chance.once(5) ? chance.of(['A: b\r\n', 'Content-Length: 3\r\n', 'A : b\r\n', 'A\r\n', ' x\r\n', 'A: b\x00\r\n']) : '' // prettier-ignore
  return ['Transfer-Encoding: chunked\r\n', `${chunks.join('')}0\r\n${trailer}\r\n`]
}

const ODD = ['\r', '\n', '\r\n', ' ', '\t', '\0', ':', ';', ',', '0', 'f', '\xff', '\xa0', '"', '\x0b', '-', '_', '\r\n\r\n', 'chunked', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n'] as const // prettier-ignore

/** Replaces, removes, duplicates or inserts some bytes. */
export function mutated(chance: Chance, bytes: string): string {
  let text = bytes
  for (let times = chance.below(3); times >= 0; times--) {
    const at = chance.below(text.length + 1)
    const to = Math.min(text.length, at + 1 + chance.below(chance.once(4) ? 20 : 2))
    const kinds = [
      () => text.slice(0, at) + chance.of(ODD) + text.slice(at),
      () => text.slice(0, at) + text.slice(to),
      () => text.slice(0, at) + chance.of(ODD) + text.slice(to),
      () => text.slice(0, to) + text.slice(at),
      () => text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at + 1),
    ] as const
    text = chance.of(kinds)()
  }
  return text
}

const seeds = fixtures()
  .map(({ bytes }) => bytes.toString('latin1'))
  .filter((text) => text.length < 500) as [string, ...string[]]

/** Generates the bytes of a connection: generated requests or fixtures, with or without mutations. */
export function oneConnection(chance: Chance): string {
  const requests = Array.from({ length: 1 + chance.below(3) }, () =>
    chance.once(3) ? chance.of(seeds) : oneRequest(chance),
  ).join('')
  return chance.once(2) ? mutated(chance, requests) : requests
}
