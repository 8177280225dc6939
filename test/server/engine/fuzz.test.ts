/** The parser alone, on arbitrary bytes: it parses or rejects them, with the same result for any split into packets, in linear time. */
import { Session } from 'node:inspector'
import { expect, test } from 'vitest'
import { decoderOf } from '../../../packages/server/src/engine/decoder.ts'
import { HeadReader } from '../../../packages/server/src/engine/head.ts'
import { Reader } from '../../../packages/server/src/engine/reader.ts'
import type { Head } from '../../../packages/server/src/engine/request.ts'
import { Refused } from '../../../packages/server/src/refusal.ts'
import { boundsOf } from '../../../packages/server/src/refusal.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'
import { Chance, mutated, oneConnection } from '../support/made-up.ts'

const isSlow = process.env['PHIAL_SLOW'] !== undefined
const seed = Number(process.env['PHIAL_SEED'] ?? 1)
const CASES = isSlow ? 1_000_000 : 10_000

/** A connection without a socket: parses heads and bodies from packets until an error. */
class Parsing {
  readonly #reader = new Reader()
  readonly #heads: HeadReader
  readonly #limits
  readonly found: string[] = []
  #isOver = false
  #body: ReturnType<typeof decoderOf> | undefined

  constructor(limits = defaultLimits) {
    this.#limits = limits
    this.#heads = new HeadReader(boundsOf(limits))
  }

  push(piece: Buffer): void {
    if (this.#isOver) return
    this.#reader.push(piece)
    try {
      while (this.#step());
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#over(error.message)
    }
  }

  #over(why: string): void {
    this.#isOver = true
    this.found.push(why)
  }

  #step(): boolean {
    if (this.#isOver) return false
    if (this.#body !== undefined) return this.#readBody(this.#body)
    const head = this.#heads.read(this.#reader)
    if (head !== undefined) this.#begin(head)
    return head !== undefined
  }

  #begin(head: Head): void {
    this.found.push(
      `${head.method} ${head.target} ${JSON.stringify(head.headers)} ${head.closes}\n`,
    )
    if (head.refusal !== undefined) this.#over(head.refusal.reason)
    else if (head.length > 0)
      this.#body = decoderOf(this.#reader, head.length, boundsOf(this.#limits))
  }

  #readBody(body: ReturnType<typeof decoderOf>): boolean {
    for (let piece = body.next(); piece; piece = body.next())
      this.found.push(piece.toString('latin1'))
    if (body.isDone) this.#body = undefined
    return body.isDone
  }
}

function parsed(pieces: Iterable<Buffer>): string {
  const parsing = new Parsing()
  for (const piece of pieces) parsing.push(piece)
  return parsing.found.join('')
}

function* cut(bytes: Buffer, chance: Chance): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const to = at + 1 + chance.below(chance.once(2) ? 3 : 40)
    yield bytes.subarray(at, to)
    at = to
  }
}

test(
  `parses ${CASES} generated connections of seed ${seed} the same in one packet and in several`,
  { timeout: 900_000 },
  () => {
    for (let at = 0; at < CASES; at++) {
      const chance = new Chance(seed * 1e7 + at)
      const text = oneConnection(chance)
      const bytes = Buffer.from(chance.once(2) ? mutated(chance, text) : text, 'latin1')
      const whole = parsed([bytes])
      if (parsed(cut(bytes, chance)) !== whole) expect.fail(JSON.stringify({ seed, at, text }))
    }
  },
)

test('parses or rejects random bytes', () => {
  for (let at = 0; at < CASES / 4; at++) {
    const chance = new Chance(seed * 1e7 + at)
    const bytes = Buffer.from(Array.from({ length: chance.below(60) }, () => chance.below(256)))
    expect(parsed(cut(bytes, chance))).toBe(parsed([bytes]))
  }
})

/** Counts how often any block of the engine's code ran, by V8's coverage. */
async function steps(work: () => void): Promise<number> {
  const session = new Session()
  session.connect()
  const post = (method: string, params = {}): Promise<object> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result = {}) =>
        error ? reject(error) : resolve(result),
      )
    })
  await post('Profiler.enable')
  await post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  work()
  const { result } = (await post('Profiler.takePreciseCoverage')) as Coverage
  session.disconnect()
  return result
    .filter(({ url }) => url.includes('/server/src/engine/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0)
}

interface Coverage {
  result: { url: string; functions: { ranges: { count: number }[] }[] }[]
}

const NONE = { ...defaultLimits, requestLine: 0, fields: 0, fieldSize: 0, head: 0 }
const H = 'POST / HTTP/1.1\r\nHost: a\r\n'

test.each([
  ['a request line', (n: number) => `GET /${'x'.repeat(n)}`],
  ['a field', (n: number) => `${H}A: ${'x'.repeat(n)}`],
  ['fields', (n: number) => H + 'A: b\r\n'.repeat(n / 6)],
  ['hosts', (n: number) => H + 'Host: b\r\n'.repeat(n / 9)],
  ['space', (n: number) => `${H}A: ${' '.repeat(n)}b${' '.repeat(n)}\r\n`],
  ['chunks', (n: number) => `${H}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(n / 6)}`],
  [
    'trailers',
    (n: number) => `${H}Transfer-Encoding: chunked\r\n\r\n0\r\n${'A: b\r\n'.repeat(n / 6)}`,
  ],
  ['requests', (n: number) => 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(n / 27)],
])('the steps for %s are a few for each byte, whole and byte by byte', async (_, make) => {
  const count = (size: number, pieces: (bytes: Buffer) => Iterable<Buffer>): Promise<number> =>
    steps(() => {
      const parsing = new Parsing(NONE)
      for (const piece of pieces(Buffer.from(make(size)))) parsing.push(piece)
    })
  const whole = (bytes: Buffer): Buffer[] => [bytes]
  const single = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.of(byte))
  const { length } = make(24_000)
  const once = await count(24_000, whole)
  const bytewise = await count(24_000, single)
  expect(once + bytewise).toBeGreaterThan(0)
  expect(once).toBeLessThan(20 * length)
  expect(bytewise).toBeLessThan(200 * length)
})
