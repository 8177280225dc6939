/**
 * Generated requests to the engine and to `node:http`. `differences.ts` has a reason for each difference. `pnpm test:slow`
 * tries a million. `PHIAL_SEED` selects other requests.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Chance, mutated, oneConnection, oneRequest } from '../support/made-up.ts'
import { explain } from './differences.ts'
import { verdicts, ways } from './differential.ts'

const isSlow = process.env['PHIAL_SLOW'] !== undefined
const seed = Number(process.env['PHIAL_SEED'] ?? 1)
const CASES = isSlow ? 1_000_000 : 4000
const AT_ONCE = 128

const { engine, http } = ways()

/** The number of cases for each reason, and the cases without one. */
interface Found {
  readonly reasons: Map<string, number>
  readonly unexplained: object[]
}

const nothing = (): Found => ({ reasons: new Map(), unexplained: [] })

async function compare(cases: readonly string[], found: Found): Promise<Found> {
  const [ours, theirs] = await Promise.all([verdicts(engine, cases), verdicts(http, cases)])
  const silent: string[] = []
  for (const [at, bytes] of cases.entries()) {
    const [one, other] = [ours[at], theirs[at]]
    if (one === undefined || other === undefined) continue
    const why = explain(one, other, bytes)
    if (why !== undefined) found.reasons.set(why, (found.reasons.get(why) ?? 0) + 1)
    else if (isSilent(one.end)) silent.push(bytes.replaceAll('HEAD', 'LOCK'))
    else found.unexplained.push({ bytes, engine: one, http: other })
  }
  return silent.length > 0 ? compare(silent, found) : found
}

/** Whether the reason is missing, as in the response to a rejected HEAD. Another method receives it. */
const isSilent = (end: string): boolean => /^\d{3} [^:]*$/.test(end)

test(
  `treats ${CASES} generated connections of seed ${seed} like node:http, or has a reason not to`,
  { timeout: 900_000 },
  async () => {
    const found = nothing()
    for (let at = 0; at < CASES; at += AT_ONCE) {
      const cases = Array.from({ length: Math.min(AT_ONCE, CASES - at) }, (_, next) =>
        oneConnection(new Chance(seed * 1e7 + at + next)),
      )
      // oxlint-disable-next-line no-await-in-loop -- a bounded number at a time
      await compare(cases, found)
    }
    expect(found.unexplained.slice(0, 10)).toEqual([])
    expect(found.reasons.get('the same')).toBeGreaterThan(CASES * 0.9)
    if (isSlow) console.log(`seed ${seed}`, found.reasons)
  },
)

test(
  'treats requests that fast-check can shrink like node:http, or has a reason not to',
  { timeout: 900_000 },
  async () => {
    const request = fc.nat().map((from) => oneRequest(new Chance(from)))
    const flawed = fc
      .tuple(request, fc.nat())
      .map(([bytes, from]) => mutated(new Chance(from), bytes))
    const connection = fc
      .array(fc.oneof(request, flawed), { maxLength: 4 })
      .map((all) => all.join(''))
    await fc.assert(
      fc.asyncProperty(connection, async (bytes) => {
        expect((await compare([bytes], nothing())).unexplained).toEqual([])
      }),
      { numRuns: isSlow ? 20_000 : 200, seed },
    )
  },
)

test('finds a difference without a reason', () => {
  const get = '["GET","/","HTTP/1.1",""]'
  const reason = (end: string, served: string[], other: string[]): string | undefined =>
    explain({ served, end }, { served: other, end: 'open' }, '')
  expect(reason('open', [get], [get])).toBe('the same')
  expect(reason('open', [get], ['["GET","/x","HTTP/1.1",""]'])).toBeUndefined()
  expect(reason('open', [get, get], [get])).toBeUndefined()
  expect(reason('open', [], [get])).toBeUndefined()
  expect(
    reason('400 Bad Request: the Host header is missing (RFC 9112 §3.2)', [], [get]),
  ).toBeUndefined()
})
