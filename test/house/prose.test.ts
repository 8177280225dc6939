/**
 * Prose is natural English. `prose.json` has the number of suspicious phrases that each folder had when the check was
 * written. These numbers may only fall: rewrite the sentence that the failure names.
 */
import { describe, expect, test } from 'vitest'
import limits from './prose.json' with { type: 'json' }
import { allowed, areaOf, excessOf, findingsBelow, findingsIn, isAllowed } from './prose.ts'

const findings = findingsBelow('.')

test('no folder has more suspicious phrases than before', () => {
  const counted = findings.filter((finding) => !isAllowed(finding))
  expect(excessOf(counted, limits)).toEqual([])
})

test('each allowed phrase still exists', () => {
  const used = findings
    .filter(isAllowed)
    .map(({ path, phrase }) => `${path}: ${phrase.toLowerCase()}`)
  const listed = Object.entries(allowed).flatMap(([path, phrases]) =>
    Object.keys(phrases).map((phrase) => `${path}: ${phrase}`),
  )
  expect(listed.filter((phrase) => !used.includes(phrase))).toEqual([])
})

describe('findingsIn', () => {
  const phrasesIn = (path: string, text: string): string[] =>
    findingsIn(path, text).map(({ line, phrase }) => `${line} ${phrase}`)

  test('reads comments, strings and templates of a script, also across lines, but not its code', () => {
    const script = [
      '/** A header that is',
      ' * no token. */',
      "const beside = test('who dies is replaced', () => {",
      '  // whatever',
      '  return `${beside} is told`',
      '})',
    ].join('\n')
    expect(phrasesIn('a.ts', script)).toEqual(['1 is no', '4 whatever', '3 who dies', '5 is told'])
  })

  test('does not join a string with the next one', () => {
    expect(phrasesIn('a.ts', "f('it is', 'no')")).toEqual([])
  })

  test('leaves "raises" and "gives" to pages, which may be about Python or a present', () => {
    expect(phrasesIn('a.md', 'Flask raises an error.')).toEqual([])
    expect(phrasesIn('a.ts', '// Raises an error.')).toEqual(['1 Raises'])
  })

  test.for([
    'There is no network.',
    'It is no longer needed.',
    'TAG stands for the tag.',
    'Those who write middleware',
    'You do not have to do this.',
  ])('accepts %s', (text) => {
    expect(phrasesIn('a.md', text)).toEqual([])
  })
})

describe('excessOf', () => {
  const found = findingsIn('packages/core/src/a.ts', '// This is no token. Nobody asks.')

  test('describes the findings of a pattern that has more than its limit', () => {
    expect(excessOf(found, { 'packages/core': { nobody: 1 } })).toEqual([
      'packages/core/src/a.ts:1: "is no". Write "is not a …", "does not …", "cannot …", "invalid", "missing"',
    ])
  })

  test('returns nothing if there are fewer than the limit', () => {
    expect(excessOf(found, { 'packages/core': { nobody: 1, 'is no': 9 } })).toEqual([])
  })
})

test.for([
  ['packages/core/src/a.ts', 'packages/core'],
  ['test/server/a.test.ts', 'test/server'],
  ['test/README.md', 'test'],
  ['docs/guide/a.md', 'docs'],
  ['README.md', '.'],
])('areaOf(%j) is %j', ([path, area]) => {
  expect(areaOf(path ?? '')).toBe(area)
})
