import { expect, test } from 'vitest'
import { html } from '../../../packages/xray/src/page/html.ts'

test('escapes text, keeps HTML, joins lists, leaves out what is not there', () => {
  const bold = html`<b>${'<i>'}</b>`
  expect(html`<p>${[bold, '&']}${undefined}${false}${0}</p>`.text).toBe(
    '<p><b>&#60;i&#62;</b>&#38;0</p>',
  )
})
