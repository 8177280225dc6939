import { call, validator } from '@phial/core'
import { expect, test, vi } from 'vitest'
import { app } from './app.ts'
import { application, mended } from './middleware.ts'

// The validator stands between: whoever breaks a rule of the gateway is told which one.
const site = validator(app)

test.for([
  ['/', 'href="/hello/"'],
  ['/hello/Ada', 'Hello Ada'],
  ['/greet?subject=Ada', 'Hello Ada'],
  ['/environ', "SCRIPT_NAME: '/environ'"],
] as const)('%s answers with %s', async ([path, text]) => {
  const answer = await call(site, { path })
  expect(answer.statusCode).toBe(200)
  expect(answer.text()).toContain(text)
})

test('what is not there is a 404', async () => {
  expect((await call(site, { path: '/nope' })).statusCode).toBe(404)
})

test('an error is a page: with the wrong status as in the article, and with the right one', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const john = { query: { subject: 'john' } }
  expect((await call(application, john)).statusCode).toBe(200)
  const answer = await call(mended, john)
  expect(answer.statusCode).toBe(500)
  expect(answer.text()).toContain('Error: Cannot be john')
  expect(log).toHaveBeenCalled()
})
