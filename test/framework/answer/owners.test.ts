import fc from 'fast-check'
import { Blueprint, int, type Placement, uuid } from 'phial'
import { expect, test } from 'vitest'
import { make } from '../support.ts'

/** Returns whose handler responds to an unknown path: the name of a blueprint, or `app`. */
function owners(
  placements: Record<string, Placement>,
): (path: string, method?: string) => Promise<string> {
  const app = make({ staticFolder: null })
  app.errorHandler(404, () => 'app')
  for (const [name, placement] of Object.entries(placements)) {
    const blueprint = new Blueprint(name, import.meta.url, placement)
    blueprint.errorHandler(404, () => name)
    app.registerBlueprint(blueprint)
  }
  const client = app.testClient()
  return async (path, method = 'GET') => (await client.request(path, { method })).text()
}

test('finds the blueprint with the longest prefix, at the end of a segment, for any method', async () => {
  const ownerOf = owners({
    a: { urlPrefix: '/a' },
    deep: { urlPrefix: '/a/b/' },
    param: { urlPrefix: '/:x/b', params: { x: int } },
    id: { urlPrefix: '/u-:id', params: { id: uuid } },
  })
  expect(await ownerOf('/a')).toBe('a')
  expect(await ownerOf('/a/')).toBe('a')
  expect(await ownerOf('/a/x/y')).toBe('a')
  expect(await ownerOf('/a/b')).toBe('deep')
  expect(await ownerOf('/a/b/c', 'DELETE')).toBe('deep')
  expect(await ownerOf('/a/bc')).toBe('a')
  expect(await ownerOf('/ab')).toBe('app')
  expect(await ownerOf('/A')).toBe('app')
  expect(await ownerOf('/7/b/x')).toBe('param')
  expect(await ownerOf('/seven/b/x')).toBe('app')
  expect(await ownerOf('/u-9b2f2a0e-7d5c-4f6e-8a57-1f0d3c0b9a11/x')).toBe('id')
})

test('uses the handlers of a blueprint for any path under its prefix, and those of the app elsewhere', async () => {
  const ownerOf = owners({ a: { urlPrefix: '/a' } })
  const segment = fc.oneof(fc.constantFrom('a', 'b', '', '.', '..', '%2F', '%ff'), fc.string())
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { maxLength: 4 }), async (segments) => {
      const path = `/${segments.map((one) => one.replaceAll(/[?#\\]/g, '')).join('/')}`
      expect(['a', 'app']).toContain(await ownerOf(path))
      expect(await ownerOf(`/a${path}`)).toBe('a')
    }),
    { numRuns: 200 },
  )
})
