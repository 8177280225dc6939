import { expect, test } from 'vitest'
import {
  accessJson,
  accessText,
  errorJson,
  jsonLine,
} from '../../../packages/server/src/logs/json.ts'
import { record } from '../support/record.ts'

test('accessJson formats a record as a line', () => {
  const basic = `Basic ${Buffer.from('ann:secret').toString('base64')}`
  const whole = record([
    ['Host', 'a:80'],
    ['Authorization', basic],
    ['Referer', 'http://b/'],
    ['User-Agent', 'test/1'],
    ['X-Request-Id', 'r-1'],
  ])
  expect(accessJson(whole)).toBe(
    `{"time":"${whole.time.toISOString()}","log":"access","pid":${process.pid},"client":"192.0.2.7",` +
      '"user":"ann","method":"POST","host":"a:80","target":"/caf%C3%A9?q=1","protocol":"HTTP/1.1",' +
      '"status":201,"bytes":12,"seconds":1.234568,"referer":"http://b/","agent":"test/1",' +
      '"requestId":"r-1"}',
  )
})

test('accessJson omits missing values', () => {
  const { user, referer, agent, host, requestId, ...rest } = JSON.parse(
    accessJson(record([], { status: '' })),
  ) as Record<string, unknown>
  expect([user, referer, agent, host, requestId]).toEqual(Array.from({ length: 5 }))
  expect(rest).toMatchObject({ status: 0, method: 'POST' })
})

test('escapes control characters, so that a request stays on one line', () => {
  const agent = 'a"b\\c\r\nd\x1b[31me\x7f\x9b\u2028'
  const line = accessJson(record([['User-Agent', agent]]))
  expect(line).toMatch(/^[\x20-\x7e]*$/)
  expect(JSON.parse(line)).toMatchObject({ agent })
  expect(jsonLine({ a: 1, b: undefined })).toBe('{"a":1}')
})

test("accessText accepts json and gunicorn's atoms", () => {
  expect(accessText('json')(record())).toBe(accessJson(record()))
  expect(accessText('%(m)s')(record())).toBe('POST')
})

test('errorJson formats a message as a line', () => {
  expect(JSON.parse(errorJson('warning', 'a\nb'))).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    log: 'error',
    pid: process.pid,
    level: 'warning',
    message: 'a\nb',
  })
})
