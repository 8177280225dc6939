import type { Application } from '@phial/core'
import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { drawLayer } from '../../../packages/xray/src/page/layer.ts'
import { application, corrected } from '../../../examples/03-middleware/middleware.ts'
import { createApp } from '../../../examples/ladder/2-middleware/app.ts'

const drawn = async (app: Application, options: Parameters<typeof record>[1]): Promise<string> => {
  const { top } = (await record(app, options)).picture
  if (top === undefined) throw new Error('expected a layer')
  return drawLayer(top, 0).text
}

/** Checks that a text contains these phrases in this order. */
function inOrder(text: string, words: readonly string[]): void {
  let at = 0
  for (const word of words) {
    const found = text.indexOf(word, at)
    expect(found, word).toBeGreaterThanOrEqual(at)
    at = found
  }
}

test('explains what follows a switch of protocols', async () => {
  const switching: Application = (_environ, startResponse) => {
    startResponse('101 Switching Protocols', [])
    return []
  }
  const text = await drawn(switching, { environ: { 'phial.upgrade': 'shout' } })
  inOrder(text, ['101 Switching Protocols', 'bytes of another protocol'])
})

test('draws events in order, with the inner layer between them', async () => {
  const text = await drawn(createApp(), { method: 'POST', body: 'name=a&text=b' })
  inOrder(text, [
    'withHeader',
    'limitBody',
    'reads',
    'changes <code>environ</code>',
    'another stream',
  ])
  inOrder(text, [
    'headAsGet',
    'passes everything on',
    'createApp',
    'startResponse',
    'returns the body',
    'class="added"',
  ])
})

test('draws rejected calls, errors and replaced statuses', async () => {
  const john = { query: 'subject=john' }
  inOrder(await drawn(application, john), [
    'throws <b>Error: Cannot be john',
    'is rejected: <b>GatewayError: APP-2',
  ])
  expect(await drawn(corrected, john)).toContain('replaces the earlier status and headers')
})

test('draws written chunks, yielded chunks and the end of the body', async () => {
  const text = await drawn(async (_environ, startResponse) => {
    await startResponse('200 OK', [['Content-Type', 'text/plain']])(new TextEncoder().encode('one'))
    const body = (function* two() {
      yield new TextEncoder().encode('two')
    })()
    return Object.assign(body, { close: () => undefined })
  }, {})
  inOrder(text, [
    'writes a chunk of 3 bytes',
    'one',
    'yields a chunk of 3 bytes',
    'two',
    'has no more chunks',
    'close()',
  ])
})
