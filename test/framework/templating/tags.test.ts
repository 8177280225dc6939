import fc from 'fast-check'
import { renderTemplateString } from 'phial'
import { describe, expect, test } from 'vitest'
import { inApp } from './support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

describe('text', () => {
  test('is printed unchanged', () => {
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
    ['keeps line breaks after printing tags', '<%= 1 %>\n<%~ 2 %>\r\n<%= 3 %>\n', '1\n2\r\n3\n'],
    ['removes the lines of code tags', '<% %>\n<% %>\r\nx\n<%= 1 %>\n', 'x\n1\n'],
    [
      'removes indentation and trailing spaces of such a line',
      'a\n  <% if (true) { %> \t\n  b\n\t<% } %>\nc',
      'a\n  b\nc',
    ],
    ['removes lines with several code tags', 'a\n <% if (true) { %> <% } %> \nb', 'a\nb'],
    ['removes code tags with several lines', 'a\n<%\nlet x = 1\n%>\nb', 'a\nb'],
    ['removes a last line without a line break', 'a\n  <% %>', 'a\n'],
    ['is empty if the file is a single code tag', '<% %>', ''],
    ['accepts CR line breaks', 'a\r<% %>\rb', 'a\rb'],
    ['keeps the lines of code tags within text', 'a <% %> \n<% %> b\n<% %>', 'a  \n b\n'],
    [
      'keeps the lines of code tags next to printing tags',
      '<%= 1 %><% %>\n<% %><%= 2 %>\n',
      '1\n2\n',
    ],
    ['keeps empty lines', '\n\n<% %>\n\nx', '\n\n\nx'],
    ['loses a line break next to -', 'a\n<%- %>\nb\n<%= 1 -%>\nc <%- 1 -%> d', 'ab\n1c  d'],
    ['loses all whitespace next to _', 'a\n \n<%_ _%>\n \nb <%_= 1 _%> c', 'ab1c'],
    ['is trimmed next to comments', 'a\n<%- /* c */ -%>\n\nb<% // c -%>\nc', 'a\nbc'],
  ])('%s', (_, source, expected) => {
    expect(show(source)).toBe(expected)
  })
})

describe('an error has the line of the tag', () => {
  test.each([
    ['after text', 'a\nb\n<%= it.x.y %>', 3],
    ['after other tags on the same line', '\n<% if (true) { %><%= 1 %><%= it.x.y %><% } %>', 2],
    ['after the same code as text', 'it.x.y\n<b>it.x.y</b>\n<%= it.x.y %>', 3],
    ['at which its code begins', '<%\n\n  it.x.y\n%>', 3],
    ['within its code', '<%\n  const a = 1\n  it.x.y\n%>', 3],
    ['after CRLF line breaks', 'a\r\nb\r\n<%= it.x.y %>', 3],
    ['after U+2028 and U+2029', '\u2028\u2029\n<%\n\nit.x.y %>', 4],
    ['after a comment', '<% // a comment with %\n %>\n<%= 1 // two\n %>\n<%= it.x.y %>', 5],
    ['in a callback', '<% [1].forEach(() => { %>\n\n<%= it.x.y %><% }) %>', 3],
    [
      'within an expression that ends in a later tag',
      '\n<%= [1].map(() => { %>\n<% it.x.y %><% }) %>',
      3,
    ],
  ])('%s', (_, source, line) => {
    expect(() => show(source)).toThrow(`a template from a string:${line}: TypeError`)
  })

  test.each([
    ['that is not closed', 'a\n<% x', 2, 'This tag is not closed'],
    ['with an unclosed string', 'a\n\n<% "x %>', 3, 'This string is not closed'],
    [
      'with an unmatched brace',
      'a\n<% if (x) { %>\n<% } } %>',
      3,
      'This } does not close a bracket',
    ],
    ['with a syntax error after a comment', '<% // c\n %><% const a = %>', 2, 'Unexpected token'],
    ['with an unclosed brace', 'a\n<% if (x) { %>\nb', 2, 'SyntaxError'],
  ])('%s', (_, source, line, reason) => {
    expect(() => show(source)).toThrow(new RegExp(`string:${line}: SyntaxError: .*`))
    expect(() => show(source)).toThrow(reason)
  })
})
