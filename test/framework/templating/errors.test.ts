import { renderTemplate, renderTemplateString, streamTemplate, TemplateError } from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp, rendered } from './support.ts'

const source = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n')

test('a template error shows where it was', () => {
  const error = new TemplateError('a.eta', 4, source, new TypeError('no'))
  const frame = '     2 | two\n     3 | three\n>    4 | four\n     5 | five\n     6 | six'
  expect(error.message).toBe(`a.eta:4: TypeError: no\n${frame}`)
  expect(error).toMatchObject({ file: 'a.eta', line: 4, frame, cause: new TypeError('no') })
})

test('a template error may know no line, and have any cause', () => {
  const error = new TemplateError('a.eta', undefined, source, 'why')
  expect(error).toMatchObject({ message: 'a.eta: why\n', line: undefined, frame: '' })
})

/** Fails at once, with an error that has the template in its stack. */
const fail = (): never => {
  throw new Error('here')
}

/** Fails so deep that its stack does not reach the template. */
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
  ['the head of a loop', '\n<% for (const x of it.fail()) { %>\n<% } %>', 2],
  [
    'the head of a loop that goes on',
    '\n<% for (const x of it.items()) { %>\n<%= x %>\n<% } %>',
    2,
  ],
  ['a loop', '\n<% for (const x of it.list) { %>\n<%= x %>\n<% it.fail() %>\n<% } %>', 4],
  ['a callback', '\n<% it.list.forEach((x) => { %>\n<%= x %>\n<%= it.fail() %>\n<% }) %>', 4],
  ['a print that goes on', '\n<%= it.list.map((x) => { %>\n<%= it.fail() %>\n<% }) %>', 3],
  ['the end of one', '\n<%= it.list.map((x) => { %>\n<%= x %>\n<% }).fail() %>', 4],
  ['a case', '<% switch (1) { %>\n<% case 1: %>\n<% it.fail() %>\n<% } %>', 3],
  ['the same code as before', '<% if (false) { it.fail() } %>\nit.fail()\n<%= it.fail() %>', 3],
  ['a tag of several lines', 'a\n<%\nconst a = 1\nit.fail()\n%>', 4],
  ['a print of several lines', 'a\n<%=\n  [\n    it.fail()\n  ]\n%>', 4],
  ['several tags on a line', '<% { %><% { %><% { %>\n<% it.fail() %><% } } } %>', 2],
  ['Windows line ends', 'a\r\n<% const a = 1 %>\r\n<%=\r\nit.fail() %>\r\n', 4],
  ['old line ends', 'a\r<% const a = 1 %>\r<%=\rit.fail() %>\r', 4],
  ['line ends of JavaScript', '\u2028<% "\u2028"; /*\u2029*/ %>\n<%\n"\u2028"; it.fail() %>', 3],
  ['a line break in a template literal', '<% `\n` %>\n<%= `\n${it.fail()}` %>', 4],
  ['a comment before', '<% // %\n %><% /*\n*/ %>\n<%= it.fail() // c\n %>', 4],
  ['a regular expression before', '<% /[/`"]/ %>\n\n<%= it.fail() %>', 3],
  ['an object', '<%= {\n a: 1 }.a\n%>\n<%= { a: it.fail() } %>', 4],
  ['trimmed lines', 'a\n<%_ _%>\n\n<%- -%>\n<%_= it.fail() -%>\n', 5],
  ['a deep stack in a print', '\n<%= 1 %>\n<%= it.deep() %>', 3],
  ['a deep stack in code', '<% const a = 1 %>\n<% let b %>\n<% it.deep() %>', 3],
  ['a text that is thrown', '<% it.list.map((x) => x) %>\n<% it.text() %>\n', 2],
  [
    'a text that is thrown in a loop',
    '<% for (const x of it.list) { %>\n<% it.text() %>\n<% } %>',
    2,
  ],
  ['an error made elsewhere', '<% const a = [1] %>\n<% it.made() %>\n', 2],
  ['an error made elsewhere in a print', 'a<% if (true) %>\n<%~ it.made() %>\n', 2],
  ['throw', '<% const a = {} %>\n<% throw it %>\n', 2],
]

const AWAITING: [string, string, number][] = [
  ['await in a print', 'a\n<%= await it.later() %>', 2],
  ['await in code', '<% const a = 1 %>\n<% const b = await it.later() %>', 2],
  [
    'await after await',
    '<% const a = await 1 %>\n<% await null %>\n<% await it.later() %>\n<% await 1 %>',
    3,
  ],
  ['await in a condition', 'a\n<% if (await it.later()) { %><% } %>', 2],
  [
    'await in a function of its own',
    'a\n<% const f = async () => { await it.soon() } %>\n<% await f() %>',
    2,
  ],
  ['a loop that awaits', 'a\n<% for await (const row of it.rows()) { %>\n<%= row %>\n<% } %>\n', 2],
  [
    'a loop that awaits, of code',
    'a\n<% for await (const row of it.rows()) { %>\n<% it.list.push(row) %>\n<% } %>\n',
    2,
  ],
  [
    'what comes after such a loop',
    '<% for await (const row of it.list) { %>\n<% } %>\n<% await it.later() %>',
    3,
  ],
]

describe.each([
  ['at once', false, FAILING],
  ['as a stream', true, [...FAILING, ...AWAITING]],
] as const)('an error %s names the line of', (_, isStream, cases) => {
  test.each(cases)('%s', async (_, page, line) => {
    expect(await failed({ 'page.eta': page }, isStream)).toMatchObject({
      name: 'TemplateError',
      line,
    })
  })

  test.each([
    ['an included template', "<% const a = 1 %>\n<%~ include('part') %>", 'part.eta', 3],
    [
      'one that is included in a callback',
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
    ['code of an include', "\n<%~ include('bad') %>", 'bad.eta', 2],
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
    ['a } too many', 'a\n<% if (1) { %>\n<% } %>\n<% } %>', 4, 'This } does not close a bracket'],
    ['a ) too many', '<% [1].map(() => { %>\n<% })) %>\nx', 2, 'This ) does not close a bracket'],
    ['code', 'a\n<% const = 1 %>', 2, 'Unexpected token'],
    ['code in a missing }', '<% if (1) { %>\n<% const = 1 %>', 2, 'Unexpected token'],
    ['a print', 'a\n\n<%= it. %>', 3, 'Unexpected token'],
    ['two statements in a print', '\n<%= 1; 2 %>', 2, 'SyntaxError'],
    ['a line within a tag', '<%\nconst a = 1\nconst = 2\n%>', 3, 'Unexpected token'],
    ['tags on one line', '<% { %><% } %><% const a = 1 %>\n<% const = 2 %>', 2, 'Unexpected token'],
    ['the first line', '<% const = 1 %>\na', 1, 'Unexpected token'],
    ['the last line', 'a\nb\n<% const = 1 %>', 3, 'Unexpected token'],
    [
      'a line of many characters',
      `<% { %><% { %><% { %>\n${'x'.repeat(2000)}<% const = 1 %>`,
      2,
      'Unexpected token',
    ],
    ['names declared twice', '<% let a %>\n<% let a %>', 2, 'already been declared'],
    ['a comment of EJS', "a\n<%# it's later %>", 2, 'Write <% /* … */ %>'],
    ['a comment of EJS without a blank', 'a\n<%#later %>', 2, '<%# … %> is not an Eta comment'],
    ['an unclosed tag', 'a\n<% x', 2, 'This tag is not closed'],
    ['an unclosed tag before HTML', 'a\n<%= x </p>\n', 2, 'This tag is not closed'],
    ['an unclosed string', 'a\n\n<% "x %>', 3, 'This string is not closed'],
    ['an unclosed template literal', 'a\n<% `x %>', 2, 'This template literal is not closed'],
    ['an unclosed expression in one', 'a\n<% `${x %>`', 2, 'This template literal is not closed'],
    ['an unclosed comment', 'a\n<% /* x %>', 2, 'This comment is not closed'],
    [
      'an unclosed regular expression',
      'a\n<% x = /a %>',
      2,
      'This regular expression is not closed',
    ],
  ])('syntax: %s', async (_, page, line, reason) => {
    const error = await failed({ 'page.eta': page }, isStream)
    expect(error).toMatchObject({ name: 'TemplateError', line })
    expect(String(error)).toContain(`page.eta:${line}: SyntaxError`)
    expect(String(error)).toContain(reason)
  })
})

test('an await that cannot be is named where it is, with what to do', () => {
  expect(() => rendered({ 'page.eta': 'await\n<% const a = 1 %>\n<%= await it.x %>' })).toThrow(
    /page\.eta:3: SyntaxError: .*can use await only with streamTemplate/,
  )
})

describe('a name that is not defined', () => {
  const show = (source: string, data: object): string =>
    inApp(() => renderTemplateString(source, data))

  test.each([
    ['that the data have', '<%= user %>', 'user is not defined. Did you mean `it.user`?'],
    ['that the data nearly have', '<%= usr.name %>', 'usr is not defined. Did you mean `it.user`?'],
    ['that templates nearly have', '<%= urlfor("x") %>', 'Did you mean `urlFor`?'],
    ['of one letter', '<%= u %>', 'ReferenceError: u is not defined\n'],
    ['in code', '\n<% if (user) { %><% } %>', 'Did you mean `it.user`?'],
    [
      'that nothing is like',
      '<%= completelyElse %>',
      'ReferenceError: completelyElse is not defined\n',
    ],
  ])('%s', (_, source, message) => {
    expect(() => show(source, { user: 'Ann' })).toThrow(message)
  })

  test('in the app’s own code is left as it is', () => {
    const helper = (): unknown => {
      throw new ReferenceError('user is not defined')
    }
    expect(() => show('<%= it.helper() %>', { helper, user: 1 })).toThrow(
      'ReferenceError: user is not defined\n',
    )
  })
})

test('data that are not an object do not hide the error', () => {
  const data = JSON.parse('null') as object
  expect(() => inApp(() => renderTemplateString('<%= user %>', data))).toThrow(
    'ReferenceError: user is not defined',
  )
})

test('an error that cannot be changed keeps its stack', () => {
  const cold = (): never => {
    throw Object.freeze(new Error('cold'))
  }
  expect(() => inApp(() => renderTemplateString('\n<% it.cold() %>', { cold }))).toThrow(
    'a template from a string:2: Error: cold',
  )
})

test('an error that is thrown again keeps its lines', () => {
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
