import { expect, test } from 'vitest'
import { contextOf, watchContexts } from '../../../packages/framework/dist/debug/contexts.js'
import { make } from '../support.ts'

test('a request’s context is known once it was entered, and by its environ alone', () => {
  watchContexts()
  watchContexts()
  const app = make()
  const context = app.testRequestContext('/')
  const { environ } = context.request
  expect(contextOf(environ)).toBeUndefined()
  context.run(() => expect(contextOf(environ)).toBe(context))
  expect(contextOf({ ...environ })).toBeUndefined()
  app.appContext().run(() => undefined)
})
