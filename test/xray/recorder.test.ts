import { setupTestingDefaults, type Application } from '@phial/core'
import { expect, test } from 'vitest'
import { Recorder } from '../../packages/xray/src/recorder.ts'

const app: Application = (environ, startResponse) => {
  const trace = environ['phial.trace']
  trace?.note('seen', { a: 1 })
  trace?.span('a part', () => trace.note('inside', 'b'))
  startResponse('204 No Content', [])
  return []
}

test('a part of a layer has its own notes', async () => {
  const environ = setupTestingDefaults({})
  const recorder = new Recorder(environ)
  await recorder.run(app, environ, () => () => undefined)
  const { top } = recorder.picture
  expect(top?.events[0]).toMatchObject({ kind: 'note', what: 'seen', detail: { a: 1 } })
  expect(top?.layers).toMatchObject([
    { kind: 'part', name: 'a part', events: [{ kind: 'note', what: 'inside' }] },
  ])
})

test('calls onChange at each change', async () => {
  const environ = setupTestingDefaults({})
  let times = 0
  const recorder = new Recorder(environ, () => (times += 1))
  await recorder.run(app, environ, () => () => undefined)
  expect(times).toBeGreaterThan(0)
})

test('limits the size of a picture', async () => {
  const busy: Application = (environ, startResponse) => {
    const trace = environ['phial.trace']
    for (let at = 0; at < 1000; at++) {
      trace?.note('again', at)
      trace?.span('part', () => at)
    }
    startResponse('200 OK', [])
    return Array.from({ length: 1000 }, () => new Uint8Array(1))
  }
  const environ = setupTestingDefaults({})
  const recorder = new Recorder(environ)
  await recorder.run(busy, environ, () => () => undefined)
  const { top, answer } = recorder.picture
  expect([top?.layers.length, answer.chunks.length, answer.bytes]).toEqual([200, 50, 1000])
  expect(top?.events.length).toBeLessThan(210)
  expect(top?.events.some(({ kind }) => kind === 'startResponse')).toBe(true)
})
