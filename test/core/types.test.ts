import { expect, test } from 'vitest'

test('the package loads', async () => {
  expect(await import('@phial/core')).toBeDefined()
})
