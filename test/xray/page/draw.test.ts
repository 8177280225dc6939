import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { drawPicture, title, tone } from '../../../packages/xray/src/page/draw.ts'
import { createApp } from '../../../examples/ladder/2-middleware/app.ts'

test('bytes in, layers, bytes out, in this order; a header that a layer put in stands out', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const page = drawPicture(picture).text
  const order = ['bytes in', 'startResponse', 'bytes out'].map((words) => page.indexOf(words))
  expect(order.toSorted((one, other) => one - other)).toEqual(order)
  expect(page).toMatch(/class="added">\s*<th scope="row">X-Content-Type-Options/)
  expect([title(picture), tone(picture)]).toEqual(['GET / → 200 OK', 'good'])
})
