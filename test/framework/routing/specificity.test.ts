import fc from 'fast-check'
import { int, Router } from 'phial'
import { describe, expect, test } from 'vitest'
import { kinds, modelMatch, type ModelRule, patternOf } from './model.ts'

const rule: fc.Arbitrary<ModelRule> = fc.record({
  segments: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
  slash: fc.boolean(),
  method: fc.constantFrom('GET', 'POST'),
})
const rules = fc.uniqueArray(rule, {
  selector: ({ method, ...one }) =>
    `${method} ${patternOf(one as ModelRule)} ${one.segments.join()}`,
  maxLength: 12,
})
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', '7', '42', 'a-x', 'a-', ''), { maxLength: 6 })
  .map((parts) => `/${parts.join('/')}`)

function tableOf(all: readonly ModelRule[]): Router<number> {
  const router = new Router<number>()
  for (const [index, one] of all.entries()) {
    const names = one.segments.flatMap((kind, at) => (kind === ':int' ? [[`p${at}`, int]] : []))
    const params = Object.fromEntries(names) as Record<string, typeof int>
    const options = { methods: [one.method], params, mergeSlashes: false }
    router.add(patternOf(one), index, { ...options, provideAutomaticOptions: false })
  }
  return router
}

describe('specificity, whatever the routes', () => {
  test('the tree finds what trying every rule in every way would', () => {
    fc.assert(
      fc.property(rules, path, fc.constantFrom('GET', 'POST'), (all, asked, method) => {
        const match = tableOf(all).match(method, asked)
        const expected = modelMatch(all, asked, method)
        if (match.kind === 'found') expect(match.rule.target).toBe(expected)
        else if (match.kind === 'redirect') expect(`to ${match.path}`).toBe(expected)
        else {
          const allow = match.kind === 'not-found' ? [] : match.allow
          expect(allow.filter((one) => one !== 'HEAD')).toEqual(expected)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('the order of registration does not matter', () => {
    fc.assert(
      fc.property(rules, path, (all, asked) => {
        const [one, other] = [all, all.toReversed()].map((some) => {
          const match = tableOf(some).match('GET', asked)
          return match.kind === 'found' ? some[match.rule.target] : match.kind
        })
        expect(one).toEqual(other)
      }),
    )
  })
})
