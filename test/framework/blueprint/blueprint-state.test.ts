import fc from 'fast-check'
import { Blueprint, type BlueprintSetupState, Phial } from 'phial'
import { expect, test } from 'vitest'

/** Returns the state of the registration of a blueprint that is nested in others. */
function stateOf(
  options: ConstructorParameters<typeof Blueprint>[2],
  ...outerOptions: ConstructorParameters<typeof Blueprint>[2][]
): BlueprintSetupState | undefined {
  const app = new Phial(import.meta.url)
  let blueprint = new Blueprint('inner', import.meta.url, options)
  let state: BlueprintSetupState | undefined
  blueprint.record((recorded) => (state = recorded))
  for (const [index, outerOption] of outerOptions.entries()) {
    const outer = new Blueprint(`outer${index}`, import.meta.url, outerOption)
    outer.registerBlueprint(blueprint)
    blueprint = outer
  }
  app.registerBlueprint(blueprint)
  expect(app.registrations.at(-1)).toBe(state)
  return state
}

/** Returns the pattern in the app for a pattern of a blueprint with a prefix. */
function patternAt(urlPrefix: string, pattern: string): string | undefined {
  const app = new Phial(import.meta.url, { staticFolder: null })
  const blueprint = new Blueprint('shop', import.meta.url, { urlPrefix })
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
])('joins the prefix %j and the pattern %j to %j', (prefix, pattern, expected) => {
  expect(patternAt(prefix, pattern)).toBe(expected)
})

test('joins prefix and pattern with one slash, for any number of slashes', () => {
  const slashes = fc.integer({ min: 0, max: 3 }).map((count) => '/'.repeat(count))
  fc.assert(
    fc.property(slashes, slashes, (end, start) => {
      expect(patternAt(`/a${end}`, `${start}b`)).toBe('/a/b')
    }),
    { numRuns: 20 },
  )
})

test('joins nested subdomains, innermost first, and lets inner urlDefaults override outer ones', () => {
  const state = stateOf(
    { subdomain: 'api', urlDefaults: { a: 'inner' } },
    {},
    { subdomain: 'eu', urlDefaults: { a: 'outer', b: 'outer' } },
  )
  expect(state?.name).toBe('outer1.outer0.inner')
  expect(state?.subdomain).toBe('api.eu')
  expect(state?.urlDefaults).toEqual({ a: 'inner', b: 'outer' })
  expect(stateOf({}, {})?.subdomain).toBeUndefined()
})

test('cliGroup is the name by default, and may be another name or null', () => {
  expect(stateOf({})?.cliGroup).toBe('inner')
  expect(stateOf({ cliGroup: 'tools' })?.cliGroup).toBe('tools')
  expect(stateOf({ cliGroup: null })?.cliGroup).toBeNull()
})
