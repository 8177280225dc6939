import { expect, test } from 'vitest'
import { contextOf, watchContexts } from '../../../packages/framework/dist/debug/contexts.js'
import { make } from '../support.ts'

test('contextOf returns the context of an environ after the context has been entered', () => {
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
