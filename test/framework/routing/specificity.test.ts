import fc from 'fast-check'
import { int, Router } from 'phial'
import { describe, expect, test } from 'vitest'
import { type Kind, kinds, modelMatch, type ModelRule, patternOf } from './model.ts'

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
const part = fc.constantFrom('a', 'b', 'c', '7', '42', 'a-x', 'a-', '')
const anyPath = fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`)

/** Texts that a segment of a pattern may match. */
const fillings: Record<Kind, fc.Arbitrary<string>> = {
  a: fc.constant('a'),
  b: fc.constant('b'),
  'a-:': fc.constant('a-x'),
  ':int': fc.constantFrom('7', '42'),
  ':': fc.constantFrom('a', 'b', '7', 'a-x'),
  '*': fc.constantFrom('a', '7/a', 'a/a-x', 'b//'),
}

/** Rules, and a path that is random or matches the first of them. */
const asked = rules.chain((all) => {
  const [first] = all
  if (first === undefined) return fc.tuple(fc.constant(all), anyPath)
  const fitting = fc.tuple(...first.segments.map((kind) => fillings[kind]), fc.constant(''))
  const paths = fitting.map((parts) => `/${(first.slash ? parts : parts.slice(0, -1)).join('/')}`)
  return fc.tuple(fc.constant(all), fc.oneof(anyPath, paths))
})

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

describe('specificity, for any routes', () => {
  test('finds the same rule as an exhaustive search of all rules', () => {
    fc.assert(
      fc.property(asked, fc.constantFrom('GET', 'POST'), ([all, path], method) => {
        const match = tableOf(all).match(method, path)
        const expected = modelMatch(all, path, method)
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

  test('finds the same rule in any order of registration', () => {
    fc.assert(
      fc.property(asked, ([all, path]) => {
        const [one, other] = [all, all.toReversed()].map((some) => {
          const match = tableOf(some).match('GET', path)
          return match.kind === 'found' ? some[match.rule.target] : match.kind
        })
        expect(one).toEqual(other)
      }),
    )
  })
})
