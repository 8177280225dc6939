import { validator, type Application } from '@phial/core'
import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { drawPicture, title, tone } from '../../../packages/xray/src/page/draw.ts'
import { createApp } from '../../../examples/ladder/2-middleware/app.ts'

test('draws bytes in, layers and bytes out in this order, and highlights a header that a layer added', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const page = drawPicture(picture).text
  const order = ['bytes in', 'startResponse', 'bytes out'].map((words) => page.indexOf(words))
  expect(order.toSorted((one, other) => one - other)).toEqual(order)
  expect(page).toMatch(/class="added">\s*<th scope="row">X-Content-Type-Options/)
  expect([title(picture), tone(picture)]).toEqual(['GET / → 200 OK', 'good'])
})

test('draws the layers before the times, and folds details', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const page = drawPicture(picture).text
  expect(page.indexOf('where the time went')).toBeGreaterThan(page.lastIndexOf('class="layer'))
  expect(page).toMatch(/<details data-of="bytes in">\s*<summary>and 1 header</)
})

test('folds the layers that commands add around an application, and does not count them', async () => {
  const { picture } = await record(validator(createApp()), { path: '/' })
  const page = drawPicture(picture).text
  expect(page).toMatch(
    /<details class="tool"[^>]*>\s*<summary>\s*<b>validator<\/b>, which wraps everything below/,
  )
  expect(page).toMatch(/layer 1<\/small>\s*withHeader/)
  const { picture: bare } = await record(createApp(), { path: '/' })
  const count = (text: string): string | undefined => /through (\d+) layers/.exec(text)?.[1]
  expect(count(page)).toBe(count(drawPicture(bare).text))
})

test('names a broken rule in the layer that broke it, with code formatted as code', async () => {
  const wrong: Application = (_environ, startResponse) => {
    startResponse('200 OK', [])
    return []
  }
  const { picture } = await record(validator(wrong), { path: '/' })
  const page = drawPicture(picture).text
  expect(page).toMatch(
    /wrong\s*<\/h3>[^]*throws <b>GatewayError: APP-10: .*<code>Content-Type<\/code>/,
  )
  expect(page).not.toContain('`')
})
