import { expect, test } from 'vitest'
import { markup } from '../../../packages/framework/dist/debug/markup.js'

test('escapes values in text and in attributes', () => {
  const text = markup`<p title="${'"><script>'}">${"<b>'&"}</p>`
  expect(text.toString()).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&#39;&amp;</p>')
})

test('does not escape Markup, and joins arrays', () => {
  expect(markup`<ul>${['a<', markup`<i></i>`]}</ul>`.toString()).toBe('<ul>a&lt;<i></i></ul>')
})

test('prints nothing for undefined, null and an empty string', () => {
  expect(markup`<p>${undefined}${null}${''}${0}</p>`.toString()).toBe('<p>0</p>')
})
