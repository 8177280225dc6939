import { expect, test } from 'vitest'
import { html, prose } from '../../../packages/xray/src/page/html.ts'

test('escapes text, keeps HTML, joins arrays, and omits undefined and false', () => {
  const bold = html`<b>${'<i>'}</b>`
  expect(html`<p>${[bold, '&']}${undefined}${false}${0}</p>`.text).toBe(
    '<p><b>&#60;i&#62;</b>&#38;0</p>',
  )
})

test('prose() formats text in backticks as code, and escapes it', () => {
  expect(prose('`a` is not `<b>`, and ` alone stays').text).toBe(
    '<code>a</code> is not <code>&#60;b&#62;</code>, and ` alone stays',
  )
})
