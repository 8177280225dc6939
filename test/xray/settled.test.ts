import { expect, test } from 'vitest'
import { isPromise, same, settled } from '../../packages/xray/src/settled.ts'

const failed = (error: unknown): never => {
  throw new Error(`caught ${String(error)}`)
}

test('goes on with what is here at once', () => {
  expect(
    settled(
      () => 1,
      (one) => one + 1,
      failed,
    ),
  ).toBe(2)
  expect(() => settled(() => failed('x'), same, failed)).toThrow('caught Error: caught x')
})

test('and with what is promised when it comes', async () => {
  expect(
    await settled(
      async () => 1,
      (one) => one + 1,
      failed,
    ),
  ).toBe(2)
  await expect(settled(() => Promise.reject(new Error('x')), same, failed)).rejects.toThrow(
    'caught Error: x',
  )
  expect([isPromise(Promise.resolve()), isPromise(1)]).toEqual([true, false])
})
