import { expect, test } from 'vitest'
import { atMost, excessOf } from '../../../packages/server/src/engine/excess.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'

test('0 is no limit', () => {
  expect([atMost(0), atMost(1)]).toEqual([Infinity, 1])
})

test('each refusal names its limit', () => {
  const refusals = excessOf({ ...defaultLimits, body: 1000 })
  expect(Object.values(refusals).map(({ status, reason }) => `${status}: ${reason}`)).toEqual([
    '414 URI Too Long: the request line may have 8190 bytes here',
    '431 Request Header Fields Too Large: a header field may have 8190 bytes here',
    '431 Request Header Fields Too Large: there may be 100 header fields here',
    '431 Request Header Fields Too Large: the head of a request may have 65536 bytes here',
    '413 Content Too Large: a body has 1000 bytes here at most',
  ])
})
