import { expect, test } from 'vitest'
import { style } from '../../../packages/xray/src/page/style.ts'

test('fetches nothing, and is light and dark', () => {
  expect(style.text).not.toMatch(/url\(|@import/)
  expect(style.text).toContain('color-scheme: light dark')
})
