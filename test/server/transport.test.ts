import { expect, test } from 'vitest'
import { defaultLimits } from '../../packages/server/src/transport.ts'

test('a request line may be as long as RFC 9112 §3 asks, and the head holds more than one such field', () => {
  expect(defaultLimits.requestLine).toBeGreaterThanOrEqual(8000)
  expect(defaultLimits.head).toBeGreaterThan(defaultLimits.requestLine + defaultLimits.fieldSize)
})

test('a connection is kept longer than the minute after which load balancers let go', () => {
  expect(defaultLimits.keepAlive).toBeGreaterThan(60)
})

test('nobody waits for ever', () => {
  const { headTimeout, bodyTimeout, writeTimeout } = defaultLimits
  expect(Math.min(headTimeout, bodyTimeout, writeTimeout)).toBeGreaterThan(0)
})
