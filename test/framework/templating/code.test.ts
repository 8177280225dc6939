import { renderTemplate, renderTemplateString } from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp } from './support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

describe('code between tags', () => {
  test.each([
    ['blocks', '<% if (it.a) { %>a<% } else if (it.b) { %>b<% } else { %>c<% } %>', 'b'],
    ['else on its own', '<% if (it.a) %>a<% else %>b', 'b'],
    ['loops', '<% for (const x of [1, 2]) { %><%= x %>,<% } %>', '1,2,'],
    ['switch', '<% switch (it.b) { case 1: %>one<% break; default: %>other<% } %>', 'one'],
    ['callbacks', '<% [1, 2].forEach((x) => { %><%= x %><% }) %>', '12'],
    ['a print that goes on', '<%= capture(() => { %><b><% }) %>', '<b>'],
    ['no semicolons', '<% const a = 1 %><% const b = { c: 2 } %><%= a + b.c %>', '3'],
    ['comments', '<% /* a */ const a = 1 // b %>\n<%= a // c %>\n<%= a /* d */ %>', '11'],
    ['addresses', `<%= 'http://x' %><%~ include ? 1 : 2 %>`, 'http://x1'],
    ['an early end', 'a<% if (it.b) return %>b', 'a'],
    ['names of its own', '<% let include = 1; const g = 2 %><%= include + g %>', '3'],
    ['whitespace', 'a <%_ 1 _%> b <%- 2 -%>\n c', 'ab  c'],
  ])('%s', (_, source, expected) => {
    expect(show(source, { a: 0, b: 1 })).toBe(expected)
  })

  test('stacks show the template’s file and line', () => {
    const app = appWith({ 'page.eta': 'a\n<% if (true) { %>\n<%= it.fail() %>\n<% } %>' })
    const fail = (): never => {
      throw new Error('here')
    }
    try {
      inApp(() => renderTemplate('page', { fail }), app)
      expect.unreachable()
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      expect(cause instanceof Error && cause.stack).toMatch(/page\.eta:3:\d+/)
    }
  })
})
