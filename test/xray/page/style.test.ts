import { expect, test } from 'vitest'
import { style } from '../../../packages/xray/src/page/style.ts'

test('loads no resources, and has a light and a dark mode', () => {
  expect(style.text).not.toMatch(/url\(|@import/)
  expect(style.text).toContain('color-scheme: light dark')
})
