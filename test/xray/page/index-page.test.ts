import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { indexPage } from '../../../packages/xray/src/page/index-page.ts'
import { createApp } from '../../../examples/ladder/1-function/app.ts'

test('says so if there are no requests yet', () => {
  expect(indexPage([])).toContain('No requests yet')
})

test('shows the latest picture or the chosen one, and marks it in the list', async () => {
  const { picture: one } = await record(createApp(), { path: '/one' })
  const { picture: two } = await record(createApp(), { path: '/two' })
  expect(indexPage([two, one])).toContain('<title>X-ray: GET /two → 404 Not Found</title>')
  const chosen = indexPage([two, one], one)
  expect(chosen).toContain('<title>X-ray: GET /one → 404 Not Found</title>')
  expect(chosen).toContain(`<a href="${one.id}" aria-current="page">`)
})
