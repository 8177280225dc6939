/** Checks after each test that all contexts have ended, so each body was closed and each teardown hook has run. */
import { type AppContext, appcontextPopped, appcontextPushed, hasAppContext } from 'phial'
import { afterEach, expect } from 'vitest'

const open = new Set<AppContext>()
appcontextPushed.connect((_, { context }) => void open.add(context))
appcontextPopped.connect((_, { context }) => void open.delete(context))

afterEach(() => {
  const remaining = open.size
  open.clear()
  expect(remaining, 'contexts that are still open').toBe(0)
  expect(hasAppContext()).toBe(false)
})
