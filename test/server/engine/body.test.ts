import { expect, test } from 'vitest'
import { RequestBody, type BodyOwner } from '../../../packages/server/src/engine/body.ts'
import { decoderOf } from '../../../packages/server/src/engine/decoder.ts'
import { Reader } from '../../../packages/server/src/engine/reader.ts'
import { boundsOf } from '../../../packages/server/src/refusal.ts'
import { UNREAD_LIMIT, defaultLimits } from '../../../packages/server/src/transport.ts'

function bodyOf(length: number): {
  body: RequestBody
  said: string[]
  come: (text: string) => void
} {
  const said: string[] = []
  const owner: BodyOwner = {
    bodyAsked: () => void said.push('asked'),
    bodyCame: (count) => void said.push(`came ${count}`),
    bodyRefused: (error) => void said.push(String(error)),
  }
  const reader = new Reader()
  const body = new RequestBody(decoderOf(reader, length, boundsOf(defaultLimits)), owner)
  const come = (text: string): void => {
    reader.push(Buffer.from(text))
    body.arrived()
  }
  return { body, said, come }
}

const text = ({ value }: IteratorResult<Uint8Array>): string =>
  Buffer.from(value as Uint8Array).toString()

test('next() returns the pieces, or a promise for the next one', async () => {
  const { body, said, come } = bodyOf(5)
  const first = body.next()
  expect([said, body.isAwaited]).toEqual([['asked'], true])
  come('he')
  expect(text(await first)).toBe('he')
  come('llo')
  expect(text(await body.next())).toBe('llo')
  expect(await body.next()).toEqual({ done: true, value: undefined })
  expect([said, body.isDone]).toEqual([['asked', 'came 2', 'came 3', 'came 0'], true])
})

test('the pieces do not share memory with the packet', async () => {
  const { body, come } = bodyOf(2)
  come('abGET /secret')
  const { value } = (await body.next()) as { value: Uint8Array }
  expect(value.buffer.byteLength).toBe(2)
})

test('fail() rejects the pending read and all later ones', async () => {
  const { body, come } = bodyOf(5)
  const reading = body.next()
  body.fail(new Error('gone'))
  await expect(reading).rejects.toThrow('gone')
  come('hello')
  await expect(body.next()).rejects.toThrow('gone')
})

test('reports a malformed body to the connection', () => {
  const { body, said, come } = bodyOf(Infinity)
  void body.next()
  come('x\r\n')
  expect(said).toEqual(['asked', expect.stringContaining('RFC 9112 §7.1')])
})

test('drop() discards the unread rest, up to the limit', () => {
  const short = bodyOf(5)
  short.come('he')
  expect([short.body.drop(), short.body.isDone, short.body.isTooLong]).toEqual([
    false,
    false,
    false,
  ])
  short.come('llo')
  expect([short.body.drop(), short.body.isDone]).toEqual([true, true])

  const long = bodyOf(UNREAD_LIMIT * 2)
  expect(long.body.isTooLong).toBe(true)
  long.come('x'.repeat(UNREAD_LIMIT + 1))
  expect([long.body.drop(), long.body.isDone]).toEqual([true, false])
})
