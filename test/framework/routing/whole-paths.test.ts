import fc from 'fast-check'
import { Router } from 'phial'
import { expect, test } from 'vitest'

test('each path without params is found, and no other, however many there are', () => {
  const path = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 3 })
  const paths = fc.uniqueArray(
    path.map((parts) => `/${parts.join('/')}`),
    { maxLength: 300 },
  )
  fc.assert(
    fc.property(paths, fc.array(path), (all, others) => {
      const router = new Router<string>()
      for (const one of all) router.add(one, one)
      for (const one of all) {
        expect(router.match('GET', one)).toMatchObject({ kind: 'found', rule: { target: one } })
      }
      for (const parts of others) {
        const other = `/${parts.join('/')}`
        expect(router.match('GET', other).kind).toBe(all.includes(other) ? 'found' : 'not-found')
      }
    }),
  )
})
