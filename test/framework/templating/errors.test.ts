import { renderTemplate, renderTemplateString, streamTemplate, TemplateError } from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp, rendered } from './support.ts'

const source = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n')

test('TemplateError has the file, the line and an excerpt', () => {
  const error = new TemplateError('a.eta', 4, source, new TypeError('no'))
  const frame = '     2 | two\n     3 | three\n>    4 | four\n     5 | five\n     6 | six'
  expect(error.message).toBe(`a.eta:4: TypeError: no\n${frame}`)
  expect(error).toMatchObject({ file: 'a.eta', line: 4, frame, cause: new TypeError('no') })
})

test('TemplateError accepts an unknown line, and a cause that is not an Error', () => {
  const error = new TemplateError('a.eta', undefined, source, 'why')
  expect(error).toMatchObject({ message: 'a.eta: why\n', line: undefined, frame: '' })
})

/** Throws an error whose stack includes the template. */
const fail = (): never => {
  throw new Error('here')
}

/** Throws an error from so deep that its stack does not reach the template. */
const deep = (depth = 50): number => (depth === 0 ? fail() : 1 + deep(depth - 1))

const made = new Error('made elsewhere')
const it = {
  fail,
  deep,
  list: [1, 2],
  text: (): never => {
    // oxlint-disable-next-line typescript/only-throw-error, no-throw-literal
    throw 'a text'
  },
  made: (): never => {
    throw made
  },
  later: (): Promise<never> => Promise.reject(made),
  soon: async (): Promise<void> => {
    await Promise.resolve()
    fail()
  },
  async *rows(): AsyncGenerator<number> {
    yield await Promise.resolve(1)
    throw made
  },
  *items(): Generator<number> {
    yield 1
    fail()
  },
}

async function failed(
  files: Readonly<Record<string, string>>,
  isStream: boolean,
): Promise<unknown> {
  const app = appWith(files)
  try {
    if (!isStream) return inApp(() => renderTemplate('page', it), app)
    let text = ''
    for await (const chunk of inApp(() => streamTemplate('page', it), app)) text += chunk
    return text
  } catch (error) {
    return error
  }
}

const FAILING: [string, string, number][] = [
  ['the first line', '<%= it.fail() %>\nb', 1],
  ['the last line', 'a\n<% it.fail() %>', 2],
  ['code after code', '<% const a = 1 %>\n<% const b = 2 %>\n<% it.fail() %>', 3],
  ['code without braces', 'a\n<% if (true) %>\n<% it.fail() %>', 3],
  ['a condition', 'a\n<% if (it.fail()) { %>b<% } %>', 2],
  ['a second condition', '<% if (false) { %>\na\n<% } else if (it.fail()) { %>\n<% } %>', 3],
  ['the header of a loop', '\n<% for (const x of it.fail()) { %>\n<% } %>', 2],
  [
    'the header of a loop, after the first iteration',
    '\n<% for (const x of it.items()) { %>\n<%= x %>\n<% } %>',
    2,
  ],
  ['a loop', '\n<% for (const x of it.list) { %>\n<%= x %>\n<% it.fail() %>\n<% } %>', 4],
  ['a callback', '\n<% it.list.forEach((x) => { %>\n<%= x %>\n<%= it.fail() %>\n<% }) %>', 4],
  [
    'a printing tag whose expression ends in a later tag',
    '\n<%= it.list.map((x) => { %>\n<%= it.fail() %>\n<% }) %>',
    3,
  ],
  ['the end of such an expression', '\n<%= it.list.map((x) => { %>\n<%= x %>\n<% }).fail() %>', 4],
  ['a case', '<% switch (1) { %>\n<% case 1: %>\n<% it.fail() %>\n<% } %>', 3],
  ['the same code as before', '<% if (false) { it.fail() } %>\nit.fail()\n<%= it.fail() %>', 3],
  ['a tag with several lines', 'a\n<%\nconst a = 1\nit.fail()\n%>', 4],
  ['a printing tag with several lines', 'a\n<%=\n  [\n    it.fail()\n  ]\n%>', 4],
  ['several tags on a line', '<% { %><% { %><% { %>\n<% it.fail() %><% } } } %>', 2],
  ['CRLF line breaks', 'a\r\n<% const a = 1 %>\r\n<%=\r\nit.fail() %>\r\n', 4],
  ['CR line breaks', 'a\r<% const a = 1 %>\r<%=\rit.fail() %>\r', 4],
  ['U+2028 and U+2029', '\u2028<% "\u2028"; /*\u2029*/ %>\n<%\n"\u2028"; it.fail() %>', 3],
  ['a line break in a template literal', '<% `\n` %>\n<%= `\n${it.fail()}` %>', 4],
  ['a comment before', '<% // %\n %><% /*\n*/ %>\n<%= it.fail() // c\n %>', 4],
  ['a regular expression before', '<% /[/`"]/ %>\n\n<%= it.fail() %>', 3],
  ['an object', '<%= {\n a: 1 }.a\n%>\n<%= { a: it.fail() } %>', 4],
  ['trimmed lines', 'a\n<%_ _%>\n\n<%- -%>\n<%_= it.fail() -%>\n', 5],
  ['a deep stack in a printing tag', '\n<%= 1 %>\n<%= it.deep() %>', 3],
  ['a deep stack in code', '<% const a = 1 %>\n<% let b %>\n<% it.deep() %>', 3],
  ['a thrown string', '<% it.list.map((x) => x) %>\n<% it.text() %>\n', 2],
  ['a string thrown in a loop', '<% for (const x of it.list) { %>\n<% it.text() %>\n<% } %>', 2],
  ['an error created elsewhere', '<% const a = [1] %>\n<% it.made() %>\n', 2],
  ['an error created elsewhere, in a printing tag', 'a<% if (true) %>\n<%~ it.made() %>\n', 2],
  ['throw', '<% const a = {} %>\n<% throw it %>\n', 2],
]

const AWAITING: [string, string, number][] = [
  ['await in a printing tag', 'a\n<%= await it.later() %>', 2],
  ['await in code', '<% const a = 1 %>\n<% const b = await it.later() %>', 2],
  [
    'await after await',
    '<% const a = await 1 %>\n<% await null %>\n<% await it.later() %>\n<% await 1 %>',
    3,
  ],
  ['await in a condition', 'a\n<% if (await it.later()) { %><% } %>', 2],
  [
    'await in an async function of the template',
    'a\n<% const f = async () => { await it.soon() } %>\n<% await f() %>',
    2,
  ],
  ['a for await loop', 'a\n<% for await (const row of it.rows()) { %>\n<%= row %>\n<% } %>\n', 2],
  [
    'a for await loop with a code tag',
    'a\n<% for await (const row of it.rows()) { %>\n<% it.list.push(row) %>\n<% } %>\n',
    2,
  ],
  [
    'code after a for await loop',
    '<% for await (const row of it.list) { %>\n<% } %>\n<% await it.later() %>',
    3,
  ],
]

describe.each([
  ['in renderTemplate', false, FAILING],
  ['in streamTemplate', true, [...FAILING, ...AWAITING]],
] as const)('an error %s has the line of', (_, isStream, cases) => {
  test.each(cases)('%s', async (_, page, line) => {
    expect(await failed({ 'page.eta': page }, isStream)).toMatchObject({
      name: 'TemplateError',
      line,
    })
  })

  test.each([
    ['an included template', "<% const a = 1 %>\n<%~ include('part') %>", 'part.eta', 3],
    [
      'a template included in a callback',
      "<% [1].map(() => { %><%~ include('part') %><% }) %>",
      'part.eta',
      3,
    ],
    ['a layout', "<% layout('part') %>\nx", 'part.eta', 3],
    [
      'a block',
      "<% layout('base') %>\n<% block('b', () => { %>\n\n<%= it.fail() %><% }) %>",
      'page.eta',
      4,
    ],
    ['a page with a layout', "<% layout('base') %>\n\n<%= it.fail() %>", 'page.eta', 3],
    ['a layout that does not exist', "\n<% layout('none') %>\n\n", 'page.eta', 2],
    [
      'an include that does not exist',
      "\n<% const a = 1 %>\n<%~ include('none') %>",
      'page.eta',
      3,
    ],
    ['a syntax error in an included template', "\n<%~ include('bad') %>", 'bad.eta', 2],
  ])('%s', async (_, page, file, line) => {
    const files = {
      'page.eta': page,
      'part.eta': '\n<% const a = 1 %>\n<% it.fail() %>',
      'base.eta': "<%~ it.body %>\n<%~ block('b') %>",
      'bad.eta': '\n<% const = 1 %>',
    }
    const error = await failed(files, isStream)
    expect(error).toMatchObject({ name: 'TemplateError', line })
    expect(error instanceof TemplateError && error.file.endsWith(`/${file}`)).toBe(true)
  })

  test.each([
    [
      'a missing }',
      'a\n<% if (true) { %>\nb\n<% for (;;) { %>\n<% } %>\nc',
      2,
      'The { in <% if (true) { %> is not closed',
    ],
    ['a missing } in the last tag', 'a\n<% if (true) { %>', 2, 'Add <% } %>'],
    [
      'a missing } of a callback',
      '<% if (1) { %>\n<% [1].map((x) => { %>\n<% ) %>\n<% } %>',
      2,
      'The { in',
    ],
    [
      'a missing )',
      '<% if (1) { %>\n<% [1].map((x) => { %>\nx\n<% } %>\n<% } %>',
      2,
      'The ( in <% [1].map((x) => { %> is not closed. Add ).',
    ],
    ['a missing ) of a block', "\n<%~ block('a', () => { %>\nx\n<% } %>\ny", 2, 'The ( in'],
    ['a missing ) before text', 'a\n<% it.fail( %>\nb', 2, 'The ( in <% it.fail( %>'],
    [
      'a missing ) before code',
      'a\n<% it.fail( %>\n<% const b = 1 %>',
      2,
      'The ( in <% it.fail( %>',
    ],
    ['an unmatched }', 'a\n<% if (1) { %>\n<% } %>\n<% } %>', 4, 'This } does not close a bracket'],
    ['an unmatched )', '<% [1].map(() => { %>\n<% })) %>\nx', 2, 'This ) does not close a bracket'],
    ['a code tag', 'a\n<% const = 1 %>', 2, 'Unexpected token'],
    ['a code tag within an unclosed {', '<% if (1) { %>\n<% const = 1 %>', 2, 'Unexpected token'],
    ['a printing tag', 'a\n\n<%= it. %>', 3, 'Unexpected token'],
    ['two statements in a printing tag', '\n<%= 1; 2 %>', 2, 'SyntaxError'],
    ['a line within a tag', '<%\nconst a = 1\nconst = 2\n%>', 3, 'Unexpected token'],
    [
      'several tags on a line',
      '<% { %><% } %><% const a = 1 %>\n<% const = 2 %>',
      2,
      'Unexpected token',
    ],
    ['the first line', '<% const = 1 %>\na', 1, 'Unexpected token'],
    ['the last line', 'a\nb\n<% const = 1 %>', 3, 'Unexpected token'],
    [
      'a very long line',
      `<% { %><% { %><% { %>\n${'x'.repeat(2000)}<% const = 1 %>`,
      2,
      'Unexpected token',
    ],
    ['a name declared twice', '<% let a %>\n<% let a %>', 2, 'already been declared'],
    ['an EJS comment', "a\n<%# it's later %>", 2, 'Write <% /* … */ %>'],
    ['an EJS comment without a space', 'a\n<%#later %>', 2, '<%# … %> is not an Eta comment'],
    ['an unclosed tag', 'a\n<% x', 2, 'This tag is not closed'],
    ['an unclosed tag before HTML', 'a\n<%= x </p>\n', 2, 'This tag is not closed'],
    ['an unclosed string', 'a\n\n<% "x %>', 3, 'This string is not closed'],
    ['an unclosed template literal', 'a\n<% `x %>', 2, 'This template literal is not closed'],
    [
      'an unclosed expression in a template literal',
      'a\n<% `${x %>`',
      2,
      'This template literal is not closed',
    ],
    ['an unclosed comment', 'a\n<% /* x %>', 2, 'This comment is not closed'],
    [
      'an unclosed regular expression',
      'a\n<% x = /a %>',
      2,
      'This regular expression is not closed',
    ],
  ])('a syntax error: %s', async (_, page, line, reason) => {
    const error = await failed({ 'page.eta': page }, isStream)
    expect(error).toMatchObject({ name: 'TemplateError', line })
    expect(String(error)).toContain(`page.eta:${line}: SyntaxError`)
    expect(String(error)).toContain(reason)
  })
})

test('await in renderTemplate is an error with its line and the remedy', () => {
  expect(() => rendered({ 'page.eta': 'await\n<% const a = 1 %>\n<%= await it.x %>' })).toThrow(
    /page\.eta:3: SyntaxError: .*can use await only with streamTemplate/,
  )
})

describe('an undefined name', () => {
  const show = (source: string, data: object): string =>
    inApp(() => renderTemplateString(source, data))

  test.each([
    [
      'that is in the data gets a hint',
      '<%= user %>',
      'user is not defined. Did you mean `it.user`?',
    ],
    [
      'that is similar to a name in the data gets a hint',
      '<%= usr.name %>',
      'usr is not defined. Did you mean `it.user`?',
    ],
    [
      'that is similar to a template global gets a hint',
      '<%= urlfor("x") %>',
      'Did you mean `urlFor`?',
    ],
    ['with one letter does not get a hint', '<%= u %>', 'ReferenceError: u is not defined\n'],
    ['in a code tag gets a hint', '\n<% if (user) { %><% } %>', 'Did you mean `it.user`?'],
    [
      'without a similar name does not get a hint',
      '<%= completelyElse %>',
      'ReferenceError: completelyElse is not defined\n',
    ],
  ])('%s', (_, source, message) => {
    expect(() => show(source, { user: 'Ann' })).toThrow(message)
  })

  test('in the app’s code does not get a hint', () => {
    const helper = (): unknown => {
      throw new ReferenceError('user is not defined')
    }
    expect(() => show('<%= it.helper() %>', { helper, user: 1 })).toThrow(
      'ReferenceError: user is not defined\n',
    )
  })
})

test('data that is not an object does not hide the error', () => {
  const data = JSON.parse('null') as object
  expect(() => inApp(() => renderTemplateString('<%= user %>', data))).toThrow(
    'ReferenceError: user is not defined',
  )
})

test('a frozen error keeps its stack', () => {
  const cold = (): never => {
    throw Object.freeze(new Error('cold'))
  }
  expect(() => inApp(() => renderTemplateString('\n<% it.cold() %>', { cold }))).toThrow(
    'a template from a string:2: Error: cold',
  )
})

test('an error that is thrown again keeps its line numbers', () => {
  const app = appWith({ 'page.eta': '<% { %><% { %><% { %>\n<% it.fail() %><% } } } %>' })
  let cached: unknown
  const data = {
    fail() {
      throw (cached ??= new Error('cached'))
    },
  }
  const lines = [1, 2].map(() => {
    try {
      return inApp(() => renderTemplate('page', data), app)
    } catch (error) {
      return error instanceof TemplateError ? error.line : error
    }
  })
  expect(lines).toEqual([2, 2])
})
