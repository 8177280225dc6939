import { expect, test } from 'vitest'
import { lazily, thenHandled } from '../../../packages/framework/src/helpers/promises.ts'
import { make, raise } from '../support.ts'

const views = {
  synchronously: () => 'answer',
  'with a promise': async () => 'answer',
  'with a thenable': () =>
    // oxlint-disable-next-line unicorn/no-thenable -- like a query builder's
    ({ then: (resolve: (value: string) => void) => resolve('answer') }) as never,
}
const hooks = [undefined, () => undefined, async () => undefined]
const errors = {
  synchronously: raise(new RangeError('no')),
  'with a promise': async () => raise(new RangeError('no'))(),
}

for (const [how, view] of Object.entries(views)) {
  test.each(hooks)(`a view may return ${how}, with a hook %o`, async (hook) => {
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

test('lazily loads once, then returns synchronously, and retries after a failure', async () => {
  const outcomes = [Promise.reject(new Error('no file descriptors')), Promise.resolve('module')]
  let loads = 0
  const module = lazily(() => outcomes[loads++] ?? Promise.resolve('another'))
  await expect(module()).rejects.toThrow('no file descriptors')
  const loading = module()
  expect(module()).toBe(loading)
  expect(await loading).toBe('module')
  expect(module()).toBe('module')
  expect(loads).toBe(2)
})

test('thenHandled prevents unhandled rejections, and passes them on', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const failures = [
    thenHandled(Promise.reject(new Error('before')), () => 'never'),
    thenHandled(Promise.resolve(), raise(new Error('thrown'))),
    thenHandled(Promise.resolve(), () => Promise.reject(new Error('later'))),
  ]
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  const results = await Promise.allSettled(failures)
  expect(results.map((result) => result.status === 'rejected' && result.reason.message)).toEqual([
    'before',
    'thrown',
    'later',
  ])
  expect(await thenHandled(Promise.resolve(1), (one) => one + 1)).toBe(2)
})
