import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { picturePage } from '../../../packages/xray/src/page/picture-page.ts'
import { createApp } from '../../../examples/ladder/5-phial/app.ts'

test('is a single file without external resources or scripts', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const page = picturePage(picture)
  expect(page).toContain('<!doctype html>')
  expect(page).not.toMatch(/<script|<link|src=|url\(/)
  expect(page).toContain('takes it')
})
