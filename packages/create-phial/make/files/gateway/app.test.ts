import { call, validator } from '@phial/core'
import { expect, test, vi } from 'vitest'
import { app } from './app.ts'
import { application, corrected } from './middleware.ts'

// The validator throws if a layer breaks a rule of the gateway.
const site = validator(app)

test.for([
  ['/', 'href="/hello/Ada"'],
  ['/hello/Ada', 'Hello Ada'],
  ['/greet?subject=Ada', 'Hello Ada'],
  ['/environ', "SCRIPT_NAME: '/environ'"],
  ['/static/style.css', 'body {'],
] as const)('%s contains %s', async ([path, text]) => {
  const answer = await call(site, { path })
  expect(answer.statusCode).toBe(200)
  expect(answer.text()).toContain(text)
})

test('links the stylesheet from a page, but not from plain text', async () => {
  expect((await call(site, { path: '/hello/Ada' })).text()).toContain('rel="stylesheet"')
  expect((await call(site, { path: '/environ' })).text()).not.toContain('rel="stylesheet"')
})

test.for([['/nope'], ['/static/../app.ts'], ['/static/']])('%s is a 404', async ([path]) => {
  expect((await call(site, { path })).statusCode).toBe(404)
})

test('turns an error into a page, with status 200 as in the article, and with 500 once fixed', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const john = { query: { subject: 'john' } }
  expect((await call(application, john)).statusCode).toBe(200)
  const answer = await call(corrected, john)
  expect(answer.statusCode).toBe(500)
  expect(answer.text()).toContain('Error: Cannot be john')
  expect(log).toHaveBeenCalled()
})
