import { request } from 'phial'
import { expect, test } from 'vitest'
import { logging, make } from '../support.ts'

test('onClose functions all run when the request has ended, the last one first', async () => {
  const done: string[] = []
  const app = make()
  app.teardownRequest(() => void done.push('teardown'))
  app.get('/:kind', function* stream({ kind }) {
    request.onClose(() => void done.push('first'))
    request.onClose(() => {
      throw new Error('not awaited')
    })
    request.onClose(async () => void done.push(await Promise.resolve('last')))
    yield kind
    done.push('sent')
    if (kind === 'bad') throw new Error('oh')
  })
  const client = app.testClient()
  await client.get('/good')
  expect(done).toEqual(['sent', 'teardown', 'last', 'first'])
  done.length = 0
  await expect(client.get('/bad', logging())).rejects.toThrow('oh')
  expect(done).toEqual(['sent', 'teardown', 'last', 'first'])
})

test('has no clone: a body that was read can be read again', async () => {
  const app = make()
  app.post('/', async () => `${await request.text()} ${await request.text()} ${'clone' in request}`)
  expect(await (await app.testClient().post('/', { body: 'x' })).text()).toBe('x x false')
})
