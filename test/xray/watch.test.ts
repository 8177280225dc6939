import { inputStream } from '@phial/core'
import { expect, test } from 'vitest'
import { watchBody, watchInput, type BodyWatcher } from '../../packages/xray/src/watch.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function watcher(): { told: string[]; watcher: BodyWatcher } {
  const told: string[] = []
  return {
    told,
    watcher: {
      step: (work) => work(),
      chunk: (chunk) => void told.push(new TextDecoder().decode(chunk)),
      ended: () => void told.push('ended'),
      closed: () => void told.push('closed'),
    },
  }
}

test('a request body reports each piece, with every method of reading', async () => {
  const pieces: number[] = []
  const input = watchInput(inputStream([bytes('one\ntwo\nthree\nfour')]), (piece) => {
    pieces.push(piece.byteLength)
  })
  await input.read(2)
  await input.readline()
  await input.readlines(1)
  for await (const chunk of input) expect(chunk.byteLength).toBe(10)
  await input.read()
  expect(pieces).toEqual([2, 2, 4, 10])
})

test('an array is reported immediately, and remains an array', () => {
  const { told, watcher: hears } = watcher()
  const body = [bytes('a'), bytes('b')]
  expect(watchBody(body, hears)).toBe(body)
  expect(told).toEqual(['a', 'b', 'ended'])
})

test('a generator that is left early reports its end', () => {
  const { told, watcher: hears } = watcher()
  const body = watchBody(
    (function* two() {
      yield bytes('a')
      yield bytes('b')
    })(),
    hears,
  ) as Iterable<Uint8Array>
  for (const _ of body) break
  expect(told).toEqual(['a', 'closed'])
})

test('close() is kept and called once', async () => {
  const { told, watcher: hears } = watcher()
  let closed = 0
  async function* one(): AsyncGenerator<Uint8Array> {
    yield bytes('a')
  }
  const body = watchBody(Object.assign(one(), { close: () => (closed += 1) }), hears)
  for await (const _ of body);
  await body.close?.()
  expect([closed, told]).toEqual([1, ['a', 'ended', 'closed']])
})
