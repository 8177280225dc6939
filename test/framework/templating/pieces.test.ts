import fc from 'fast-check'
import { renderTemplateString } from 'phial'
import { describe, expect, test } from 'vitest'
import { inApp } from './support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

describe('text', () => {
  test('is printed as it is, whatever it is', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '\\', '\n', '`', '${', '\u2028', '%', '<', 'é', '\0'),
    })
    fc.assert(
      fc.property(text, (text) => {
        fc.pre(!text.includes('<%'))
        expect(show(text)).toBe(text)
      }),
    )
  })

  test('a line end right after a tag is left out, as Eta does', () => {
    expect(show('<% %>\n<% %>\r\nx\n<%= 1 %>\n')).toBe('x\n1')
  })
})

describe('a tag’s line', () => {
  test.each([
    ['after text', 'a\nb\n<%= it.x.y %>', 3],
    ['after other tags on its line', '\n<% if (true) { %><%= 1 %><%= it.x.y %><% } %>', 2],
    ['after the same code as text', 'it.x.y\n<b>it.x.y</b>\n<%= it.x.y %>', 3],
    ['where its code begins', '<%\n\n  it.x.y\n%>', 3],
    ['within its code', '<%\n  const a = 1\n  it.x.y\n%>', 3],
    ['after Windows line ends', 'a\r\nb\r\n<%= it.x.y %>', 3],
    ['after line ends that only JavaScript counts', '\u2028\u2029\n<%\n\nit.x.y %>', 4],
    ['after a comment', '<% // a comment with %\n %>\n<%= 1 // two\n %>\n<%= it.x.y %>', 5],
    ['in a callback', '<% [1].forEach(() => { %>\n\n<%= it.x.y %><% }) %>', 3],
    ['in a print that goes on', '\n<%= [1].map(() => { %>\n<% it.x.y %><% }) %>', 3],
  ])('%s', (_, source, line) => {
    expect(() => show(source)).toThrow(`a template from a string:${line}: TypeError`)
  })

  test.each([
    ['a tag that is not closed', 'a\n<% x', 2, 'unclosed tag'],
    ['a string that is not closed', 'a\n\n<% "x %>', 3, 'unclosed string'],
    ['code that is none', 'a\n<% if (x) { %>\n<% } } %>', 3, 'There is a } too many'],
    ['code that is none, after a comment', '<% // c\n %><% const a = %>', 2, 'Unexpected token'],
    ['code that ends too early', 'a\n<% if (x) { %>\nb', 2, 'SyntaxError'],
  ])('%s', (_, source, line, reason) => {
    expect(() => show(source)).toThrow(new RegExp(`string:${line}: SyntaxError: .*`))
    expect(() => show(source)).toThrow(reason)
  })
})
