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

  test.each([
    ['line breaks after prints', '<%= 1 %>\n<%~ 2 %>\r\n<%= 3 %>\n', '1\n2\r\n3\n'],
    ['the lines of code tags', '<% %>\n<% %>\r\nx\n<%= 1 %>\n', 'x\n1\n'],
    ['the whole of such a line', 'a\n  <% if (true) { %> \t\n  b\n\t<% } %>\nc', 'a\n  b\nc'],
    ['lines of several code tags', 'a\n <% if (true) { %> <% } %> \nb', 'a\nb'],
    ['code tags of several lines', 'a\n<%\nlet x = 1\n%>\nb', 'a\nb'],
    ['a last line without an end', 'a\n  <% %>', 'a\n'],
    ['a file of one code tag', '<% %>', ''],
    ['old line ends', 'a\r<% %>\rb', 'a\rb'],
    ['code tags within text', 'a <% %> \n<% %> b\n<% %>', 'a  \n b\n'],
    ['code tags next to prints', '<%= 1 %><% %>\n<% %><%= 2 %>\n', '1\n2\n'],
    ['empty lines', '\n\n<% %>\n\nx', '\n\n\nx'],
    ['trimming a line break', 'a\n<%- %>\nb\n<%= 1 -%>\nc <%- 1 -%> d', 'ab\n1c  d'],
    ['trimming everything', 'a\n \n<%_ _%>\n \nb <%_= 1 _%> c', 'ab1c'],
    ['trimming next to comments', 'a\n<%- /* c */ -%>\n\nb<% // c -%>\nc', 'a\nbc'],
  ])('%s', (_, source, expected) => {
    expect(show(source)).toBe(expected)
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
    ['a tag that is not closed', 'a\n<% x', 2, 'This tag is not closed'],
    ['a string that is not closed', 'a\n\n<% "x %>', 3, 'This string is not closed'],
    ['code that is none', 'a\n<% if (x) { %>\n<% } } %>', 3, 'This } does not close a bracket'],
    ['code that is none, after a comment', '<% // c\n %><% const a = %>', 2, 'Unexpected token'],
    ['code that ends too early', 'a\n<% if (x) { %>\nb', 2, 'SyntaxError'],
  ])('%s', (_, source, line, reason) => {
    expect(() => show(source)).toThrow(new RegExp(`string:${line}: SyntaxError: .*`))
    expect(() => show(source)).toThrow(reason)
  })
})
