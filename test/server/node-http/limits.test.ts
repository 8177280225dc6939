import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { bodyTooLong, excess } from '../../../packages/server/src/node-http/limits.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'

function asked(url: string, ...rawHeaders: string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  return Object.assign(request, { method: 'GET', url, rawHeaders })
}

test('a request within its limits passes', () => {
  expect(excess(asked('/', 'Host', 'a'), defaultLimits)).toBeUndefined()
})

test('says what is too long, how long it is, and how long it may be', () => {
  const limits = { ...defaultLimits, requestLine: 20, fieldSize: 10 }
  expect(excess(asked('/1234567'), limits)).toEqual({
    status: '414 URI Too Long',
    reason: 'the request line has 21 bytes; here it may have 20',
  })
  expect(excess(asked('/', 'Cookie', '12345'), limits)).toEqual({
    status: '431 Request Header Fields Too Large',
    reason: 'the field Cookie has 11 bytes; here it may have 10',
  })
  expect(bodyTooLong(5).reason).toBe('a body has 5 bytes here at most')
})

test('a long name is cut short where it is told', () => {
  const found = excess(asked('/', 'x'.repeat(9000), ''), defaultLimits)
  expect(found?.reason.length).toBeLessThan(120)
})
