import { expect, test } from 'vitest'
import { make, raise } from '../support.ts'

const views = {
  'at once': () => 'answer',
  'by a promise': async () => 'answer',
  'by anything that can be awaited': () =>
    // oxlint-disable-next-line unicorn/no-thenable -- as a query builder's
    ({ then: (resolve: (value: string) => void) => resolve('answer') }) as never,
}
const hooks = [undefined, () => undefined, async () => undefined]
const errors = {
  'at once': raise(new RangeError('no')),
  'by a promise': async () => raise(new RangeError('no'))(),
}

for (const [how, view] of Object.entries(views)) {
  test.each(hooks)(`a view may answer ${how}, between hooks of any kind: %o`, async (hook) => {
    const app = make()
    app.get('/', view)
    if (hook !== undefined) {
      app.beforeRequest(hook)
      app.afterRequest(hook)
      app.teardownRequest(hook)
    }
    expect(await (await app.testClient().get('/')).text()).toBe('answer')
  })
}

for (const [how, view] of Object.entries(errors)) {
  test(`a view may fail ${how}`, async () => {
    const app = make()
    app.get('/', view)
    app.errorHandler(RangeError, (error) => error.message)
    app.afterRequest(async () => undefined)
    const response = await app.testClient().get('/')
    expect([response.status, await response.text()]).toEqual([500, 'no'])
  })
}
