import { Eta } from 'eta/core'
import fc from 'fast-check'
import { renderTemplate, renderTemplateString, streamTemplate, TemplateError } from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp } from './support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

/** Returns the output of the template as a stream. */
async function streamed(source: string, it: object = {}): Promise<string> {
  const stream = inApp(() => streamTemplate('page', it), appWith({ 'page.eta': source }))
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}

const both = { a: 0, b: 1, list: [1, 2] }

describe('code split across tags', () => {
  test.each([
    ['blocks', '<% if (it.a) { %>a<% } else if (it.b) { %>b<% } else { %>c<% } %>', 'b'],
    ['else without braces', '<% if (it.a) %>a<% else %>b', 'b'],
    ['else if without braces', '<% if (it.a) %>a<% else if (it.b) %>b<% else %>c', 'b'],
    ['if before code', '<% let n = 0 %><% if (it.a) %><% n = 1 %><%= n %>', '0'],
    ['if before a printing tag', '<% if (it.a) %><%= 1 %><%= 2 %>', '2'],
    ['if before raw output', '<% if (it.a) %><%~ 1 %><%~ 2 %>', '2'],
    ['if before text', '<% if (it.a) %>a<%= 2 %>', '2'],
    [
      'for before code',
      '<% const l = [] %><% for (const x of [1, 2]) %><% l.push(x) %><%= l %>',
      '1,2',
    ],
    ['for before a printing tag', '<% for (const x of it.list) %><%= x %>', '12'],
    [
      'a for header split across tags',
      '<% for (let i = 0; %><% i < 3; %><% i++) %><%= i %>',
      '012',
    ],
    ['while', '<% let n = 0 %><% while (n < 3) %><% n += 1 %><%= n %>', '3'],
    [
      'while with braces',
      '<% let n = 0 %>\n<% while (n < 3) { %>\n<% n += 1 %>\n<% } %>\n<%= n %>',
      '3',
    ],
    ['do', '<% let n = 0 %><% do %><% n += 1 %><% while (n < 3) %><%= n %>', '3'],
    ['do around text', '<% let n = 0; do { n++ %>x<% } while (n < 3) %>y', 'xxxy'],
    ['labels', '<% a: %><% for (;;) { %>x<% for (;;) { %><% break a %><% } %><% } %>y', 'xy'],
    ['labels on separate lines', '<% a: %>\n<% for (;;) { %>\n<% break a %>\n<% } %>\ny', 'y'],
    ['switch', '<% switch (it.b) { case 1: %>one<% break; default: %>other<% } %>', 'one'],
    [
      'switch on separate lines',
      '<% switch (it.b) { %>\n  <% case 1: %>\none\n<% break %>\n<% default: %>\nno\n<% } %>',
      'one\n',
    ],
    ['try', '<% try { %>a<% throw 1 %><% } catch { %>b<% } finally { %>c<% } %>', 'abc'],
    ['callbacks', '<% [1, 2].forEach((x) => { %><%= x %><% }) %>', '12'],
    ['functions', '<% function row(x) { %>[<%= x %>]<% } %><% row(1); row(2) %>', '[1][2]'],
    [
      'the result of a function that writes text',
      '<% const row = (x) => { %>[<%= x %>]<% } %>a<%= row(1) %>b',
      'a[1]b',
    ],
    ['a generator', '<% function* f() { %>a<% yield 1 %>b<% } %><%= [...f()] %>', 'ab1'],
    ['methods', '<% const o = { m() { %>a<% } } %><% o.m() %>', 'a'],
    ['classes', '<% class A { m() { %>a<% } } %><% new A().m() %>', 'a'],
    [
      'classes across lines',
      '<% class A { %>\n<% m() { return 1 } %>\n<% n = 2 %>\n<% } %><%= new A().m() + new A().n %>',
      '3',
    ],
    [
      'objects across lines',
      '<% const o = { %>\n<% a: 1, %>\n<% m() { return 2 } %>\n<% } %>\n<%= o.a + o.m() %>',
      '3',
    ],
    ['calls across lines', '<% const x = Math.max( %>\n<% 1, %>\n<% 2 %>\n<% ) %>\n<%= x %>', '2'],
    ['expressions across lines', '<% const x = 1 %>\n<% + 2 %>\n<%= x %>', '3'],
    [
      'a printing tag whose expression ends in a later tag',
      '<%= capture(() => { %><b><% }) %>',
      '<b>',
    ],
    ['the same with a semicolon', '<%= capture(() => { %><b><% }); %>c', '<b>c'],
    ['the same after text', 'a<%~ it.list.map((x) => { %>[<%= x %>]<% }).length %>b', 'a[1][2]2b'],
    [
      'statements without semicolons',
      '<% const a = 1 %><% const b = { c: 2 } %><%= a + b.c %>',
      '3',
    ],
    ['URLs in strings', `<%= 'http://x' %><%~ include ? 1 : 2 %>`, 'http://x1'],
    ['an early return', 'a<% if (it.b) return %>b', 'a'],
    [
      'template names redeclared with let and const',
      '<% let include = 1; const g = 2 %><%= include + g %>',
      '3',
    ],
    [
      'template names redeclared with var',
      '<% var include = 1; var g = 2; var it = 3 %><%= include + g + it %>',
      '6',
    ],
    ['whitespace', 'a <%_ 1 _%> b <%- 2 -%>\n c', 'ab  c'],
    ['a block statement', '<% { let x = 1 %><%= x %><% } %>', '1'],
    [
      'keywords as property names',
      '<% const o = { if: (x) => x, else: 2 } %><%= o.if(1) + o.else %>',
      '3',
    ],
  ])('%s', async (_, source, expected) => {
    expect(show(source, both)).toBe(expected)
    expect(await streamed(source, both)).toBe(expected)
  })

  test.each([
    ['a value with semicolons', '<%= it.b; %><%~ it.b ; ; %>', '11'],
    [
      'a value with comments',
      '<%= it.b // one %><%= it.b /* two %> */ %><%= // three\nit.b %>',
      '111',
    ],
    ['comments and semicolons', '<%= it.b; // one\n %><%= it.b /* two */; %>', '11'],
    ['nothing for empty tags', '[<%= %><%~%><%%><% %><%= /* c */ %><%= ; %>]', '[]'],
    ['the last value of a comma expression', '<%= 1, 2 %>', '1'],
    ['a property of an object literal', '<%= { a: 1 }.a %><%= {}.a %>', '1'],
    [
      'the results of function expressions',
      '<%= (() => { return 1 })() %><%= function () { return 2 }() %>',
      '12',
    ],
    ['conditions', '<%= it.a ? 1 : 2 %><%= it.a || 3 %><%= it.a ?? 4 %>', '230'],
    ['arrow functions', '<%= it.list.map((x) => x * 2).join("") %>', '24'],
    ['assignments', '<% let x %><%= x = 1 %><%= x %>', '11'],
    ['a name that ends with an underscore', '<% const a_ = 1 %><%= a_%>', '1'],
    ['an operator before the end of the tag', '<% let n = 1 %><% n--%><%= n-%>\n', '0'],
  ])('prints %s', async (_, source, expected) => {
    expect(show(source, both)).toBe(expected)
    expect(await streamed(source, both)).toBe(expected)
  })

  test.each([
    ['a quote in a comment', "<%\n// it's for later\nconst a = 1\n%><%= a %>", '1'],
    ['a quote in a single-line comment', "<% // it's %>1", '1'],
    ['quotes in a comment', '<% /* "it\'s` */ %><% // "`${ %>1', '1'],
    ['%> in a block comment', '<% /* %> */ %>1', '1'],
    ['a quote in a regular expression', `<%= 'a"b'.replace(/"/g, '') %>`, 'ab'],
    [
      'other quotes in a regular expression',
      `<%= "a'b\`c".replace(/'/, '').replace(/\`/, '') %>`,
      'abc',
    ],
    ['%> in a regular expression', `<%= 'a%>b'.replace(/%>/, '') %>`, 'ab'],
    ['a slash in a character class', `<%= 'a/"b'.replace(/[/"]+/, '') %>`, 'ab'],
    ['a regular expression after a condition', `<% if (it.b) /"/.test('"') %>1`, '1'],
    ['a regular expression at the start', `<% /'/.test("'") %>1`, '1'],
    ['division', `<%= 4 / 2 %>'<%= (4) / 2 %>"<%= [4][0] / 2 / 1 %>`, `2'2"2`],
    ['division after an increment', '<% let n = 3 %><%= n++ / 3 %>/<%= n %>', '1/4'],
    ['%> in strings', `<%= '%>' + "%>" + \`%>\` %>`, '%&gt;%&gt;%&gt;'],
    ['escapes in strings', `<%= 'it\\'s "x"'.length + "\\"".length %>`, '9'],
    ['template literals', '<%= `a${`b${1 + 1}`}c` %>', 'ab2c'],
    ['objects in template literals', '<%= `${{ a: `}` }.a}` %>', '}'],
    ['quotes in template literals', '<%= `it\'s ${"\\""} ${/`/.source}` %>', 'it&#39;s &quot; `'],
    ['line breaks in template literals', '<%= `a\nb` %>', 'a\nb'],
    ['CRLF line breaks', '<%\r\nconst a = 1\r\n%>\r\n<%= a %>\r\n', '1\r\n'],
    ['U+2028 and U+2029', '<%= "\u2028" %>\u2029<% // c\u2028 %>', '\u2028\u2029'],
    ['a quote in text', `it's <% /* it's */ %> it's`, `it's  it's`],
  ])('parses %s', async (_, source, expected) => {
    expect(show(source, both)).toBe(expected)
    expect(await streamed(source, both)).toBe(expected)
  })

  test.each([
    ['an assignment to an undeclared variable', '<% x = 1 %>', 'x is not defined'],
    ['an assignment to undefined', '<% undefined = 1 %>', 'Cannot assign'],
  ])('throws in strict mode for %s', (_, source, message) => {
    expect(() => show(source)).toThrow(message)
  })

  test('the stack contains the template’s file and lines if a line has several tags', () => {
    const page =
      'a\n<% if (true) { %><% if (true) { %><% f(it) %>\n<% } } function f(it) { %>\n<%= it.fail() %>\n<% } %>'
    const fail = (): never => {
      throw new Error('here')
    }
    try {
      inApp(() => renderTemplate('page', { fail }), appWith({ 'page.eta': page }))
      expect.unreachable()
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      expect(cause instanceof Error && cause.stack).toMatch(/page\.eta:4:\d+[^]*page\.eta:2:\d+/)
      expect(error).toMatchObject({ line: 4 })
    }
  })
})

describe('a random template', () => {
  const eta = new Eta({ autoTrim: false })
  const parts = fc.constantFrom(
    'a',
    "it's",
    '\\ "',
    '<%= it.b %>',
    '<%~ "<" %>',
    '<% let n = 1 %>',
    '<% n += 1 %>',
    '<%= n %>',
    '<% if (it.a) %>',
    '<% if (it.b) { %>',
    '<% } else { %>',
    '<% } %>',
    '<% else %>',
    '<% for (const x of it.list) %>',
    '<% for (const x of it.list) { %>',
    '<% it.list.forEach((x) => { %>',
    '<% }) %>',
    '<% switch (it.b) { case 1: %>',
    '<% break; case 2: %>',
    '<% do { %>',
    '<% } while (n++ < 3) %>',
    '<% a: %>',
    '<%= { a: 1 }.a %>',
    '<% ; %>',
  )

  test('has the same output as with Eta, or throws if Eta throws', { timeout: 30_000 }, () => {
    let rendered = 0
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 9 }), (parts) => {
        const source = `${parts.join('')}.`
        const expected = attempt(() => eta.renderString(source, both))
        expect(attempt(() => show(source, both))).toBe(expected)
        if (expected !== undefined) rendered += 1
      }),
      { numRuns: 2000 },
    )
    expect(rendered).toBeGreaterThan(100)
  })

  function attempt(render: () => string): string | undefined {
    try {
      return render()
    } catch (error) {
      if (error instanceof TemplateError || error instanceof Error) return undefined
      throw error
    }
  }
})
