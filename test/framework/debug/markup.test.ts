import { expect, test } from 'vitest'
import { markup } from '../../../packages/framework/dist/debug/markup.js'

test('what is put in is escaped, in texts and in attributes', () => {
  const text = markup`<p title="${'"><script>'}">${"<b>'&"}</p>`
  expect(text.toString()).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&#39;&amp;</p>')
})

test('pieces are put in as they are, and lists of them and of texts too', () => {
  expect(markup`<ul>${['a<', markup`<i></i>`]}</ul>`.toString()).toBe('<ul>a&lt;<i></i></ul>')
})

test('nothing is printed for what is not there', () => {
  expect(markup`<p>${undefined}${null}${''}${0}</p>`.toString()).toBe('<p>0</p>')
})
