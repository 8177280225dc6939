import fc from 'fast-check'
import { Blueprint, type BlueprintSetupState, Phial } from 'phial'
import { expect, test } from 'vitest'

/** What is known of a blueprint where it is registered, inside of others. */
function stateOf(
  options: ConstructorParameters<typeof Blueprint>[2],
  ...around: ConstructorParameters<typeof Blueprint>[2][]
): BlueprintSetupState | undefined {
  const app = new Phial(import.meta.url)
  let made = new Blueprint('it', import.meta.url, options)
  let state: BlueprintSetupState | undefined
  made.record((its) => (state = its))
  for (const [index, its] of around.entries()) {
    const outer = new Blueprint(`around${index}`, import.meta.url, its)
    outer.registerBlueprint(made)
    made = outer
  }
  app.registerBlueprint(made)
  expect(app.registrations.at(-1)).toBe(state)
  return state
}

/** The pattern that becomes of one in a blueprint with a prefix. */
function patternAt(urlPrefix: string, pattern: string): string | undefined {
  const app = new Phial(import.meta.url, { staticFolder: null })
  const blueprint = new Blueprint('it', import.meta.url, { urlPrefix })
  blueprint.get(pattern, () => '')
  app.registerBlueprint(blueprint)
  return [...app.urlMap][0]?.pattern
}

test.each([
  ['/a', '/b', '/a/b'],
  ['/a/', '/b', '/a/b'],
  ['/a//', '//b', '/a/b'],
  ['/a', 'b', '/a/b'],
  ['/a', '', '/a'],
  ['/a', '/', '/a/'],
  ['', '/b', '/b'],
  ['/', '/b', '/b'],
  ['/a', '{/:b}/c', '/a{/:b}/c'],
  ['/:a', '/:b', '/:a/:b'],
])('%j before %j is %j', (prefix, pattern, expected) => {
  expect(patternAt(prefix, pattern)).toBe(expected)
})

test('however many slashes: one between prefix and pattern', () => {
  const slashes = fc.integer({ min: 0, max: 3 }).map((count) => '/'.repeat(count))
  fc.assert(
    fc.property(slashes, slashes, (end, start) => {
      expect(patternAt(`/a${end}`, `${start}b`)).toBe('/a/b')
    }),
    { numRuns: 20 },
  )
})

test('Nesting: subdomains join, the inner one first; defaults add up, the inner ones win', () => {
  const state = stateOf(
    { subdomain: 'api', urlDefaults: { a: 'inner' } },
    {},
    { subdomain: 'eu', urlDefaults: { a: 'outer', b: 'outer' } },
  )
  expect(state?.name).toBe('around1.around0.it')
  expect(state?.subdomain).toBe('api.eu')
  expect(state?.urlDefaults).toEqual({ a: 'inner', b: 'outer' })
  expect(stateOf({}, {})?.subdomain).toBeUndefined()
})

test('CLI group per blueprint: its name if it does not say, null for the app’s own', () => {
  expect(stateOf({})?.cliGroup).toBe('it')
  expect(stateOf({ cliGroup: 'tools' })?.cliGroup).toBe('tools')
  expect(stateOf({ cliGroup: null })?.cliGroup).toBeNull()
})
