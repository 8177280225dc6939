import { EventEmitter, once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { guard, guardWithin } from '../../../packages/framework/src/helpers/guards.ts'

const rejected = (): Promise<never> => Promise.reject(new Error('late'))

/** Returns the unhandled rejections within one turn of the event loop. */
async function unhandled(work: () => void): Promise<unknown[]> {
  const found: unknown[] = []
  const take = (error: unknown): void => void found.push(error)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', take)
  work()
  await new Promise(setImmediate)
  process.removeAllListeners('unhandledRejection')
  for (const listener of before) process.on('unhandledRejection', listener)
  return found
}

test('guard prevents an unhandled rejection, and awaiting the promise still throws', async () => {
  expect(await unhandled(() => void rejected())).toHaveLength(1)
  expect(await unhandled(() => void guard(rejected()))).toEqual([])
  await expect(guard(rejected())).rejects.toThrow('late')
})

test('guard handles the error event of a stream, but not of other emitters', async () => {
  const stream = guard(new PassThrough())
  const closed = once(stream, 'close').catch(() => undefined)
  stream.destroy(new Error('late'))
  await closed
  const pool = guard(new EventEmitter())
  expect(pool.listenerCount('error')).toBe(0)
})

test.each([
  ['an object', () => ({ a: { b: rejected() } })],
  ['a list', () => [rejected(), [rejected()]]],
  ['a map', () => new Map([['a', rejected()]])],
  ['a set', () => new Set([rejected()])],
])('guardWithin finds the promises in %s', async (_, make) => {
  expect(await unhandled(() => guardWithin(make()))).toEqual([])
})

test('guardWithin accepts circular structures and any value', () => {
  const own: unknown[] = []
  own.push(own)
  for (const value of [own, null, undefined, 'text', 5, () => 1]) guardWithin(value)
  expect(own).toHaveLength(1)
})
