import { expect, test } from 'vitest'
import { html, prose } from '../../../packages/xray/src/page/html.ts'

test('escapes text, keeps HTML, joins lists, leaves out what is not there', () => {
  const bold = html`<b>${'<i>'}</b>`
  expect(html`<p>${[bold, '&']}${undefined}${false}${0}</p>`.text).toBe(
    '<p><b>&#60;i&#62;</b>&#38;0</p>',
  )
})

test('text with backticks has code in it, escaped like all else', () => {
  expect(prose('`a` is no `<b>`, and ` alone stays').text).toBe(
    '<code>a</code> is no <code>&#60;b&#62;</code>, and ` alone stays',
  )
})
