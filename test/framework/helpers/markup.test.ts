import { escapeHtml } from 'phial'
import { expect, test } from 'vitest'
import { wellFormed } from '../../../packages/framework/src/helpers/markup.ts'

test('escapes only the five special characters of HTML', () => {
  expect(escapeHtml(`<a href="x">'&'</a>`)).toBe(
    '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;',
  )
  expect(escapeHtml('é/`=\u2028')).toBe('é/`=\u2028')
})

test.each([
  ['plain', 'plain'],
  ['😀', '😀'],
  ['a\ud800b', 'a\uFFFDb'],
  ['\udc00😀\ud800', '\uFFFD😀\uFFFD'],
])('replaces lone surrogates with U+FFFD: %j', (text, expected) => {
  expect(wellFormed(text)).toBe(expected)
})
