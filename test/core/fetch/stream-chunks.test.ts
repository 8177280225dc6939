import { call, fromFetch, type FetchHandler } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'

/** Returns a stream that records what happens to it. */
function watched(): { handler: FetchHandler; seen: string[] } {
  const seen: string[] = []
  const handler: FetchHandler = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          seen.push('pull')
          controller.enqueue(bytes('x'))
          if (seen.length === 2) controller.close()
        },
        cancel: () => void seen.push('cancel'),
      }),
    )
  return { handler, seen }
}

test('does not cancel a stream that is read to its end', async () => {
  const { handler, seen } = watched()
  expect((await call(fromFetch(handler))).text()).toBe('xx')
  expect(seen).not.toContain('cancel')
})

test('cancels a stream once if the iteration ends early', async () => {
  const { handler, seen } = watched()
  await call(fromFetch(handler), { method: 'HEAD' })
  expect(seen.filter((what) => what === 'cancel')).toEqual(['cancel'])
})
