/** After each test, every context that was opened is over: each body was closed, each teardown has run. */
import { type AppContext, appcontextPopped, appcontextPushed, hasAppContext } from 'phial'
import { afterEach, expect } from 'vitest'

const open = new Set<AppContext>()
appcontextPushed.connect((_, { context }) => void open.add(context))
appcontextPopped.connect((_, { context }) => void open.delete(context))

afterEach(() => {
  const left = open.size
  open.clear()
  expect(left, 'contexts that are still open').toBe(0)
  expect(hasAppContext()).toBe(false)
})
