import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { drawTime, hue, milliseconds } from '../../../packages/xray/src/page/time.ts'
import { createApp } from '../../../examples/ladder/2-middleware/app.ts'

test('formats times in milliseconds', () => {
  expect([0.04, 9.96, 12.3, undefined].map(milliseconds)).toEqual([
    '0.0 ms',
    '10.0 ms',
    '12 ms',
    '…',
  ])
})

test('draws a bar for each layer, indented by depth, and a tick for each chunk', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const drawn = drawTime(picture).text
  expect(drawn.match(/class="bar"/g)?.length).toBeGreaterThan(1)
  expect(drawn.match(/class="tick"/g)).toHaveLength(1)
  expect(drawn).toContain('--depth:1')
})

test('no bar extends beyond the end, even if a layer still runs when the answer is complete', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  picture.top?.work.push([10_000, 20_000])
  const bars = drawTime(picture).text.matchAll(/left:([\d.]+)%;width:([\d.]+)%/g)
  for (const [, left, width] of bars) expect(Number(left) + Number(width)).toBeLessThan(100.2)
})

test('repeats the colours for deep layers', () => {
  expect([hue(0), hue(1), hue(6)]).toEqual(['c0', 'c1', 'c0'])
})
