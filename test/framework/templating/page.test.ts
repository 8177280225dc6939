import {
  abort,
  redirect,
  renderTemplate,
  renderTemplateString,
  streamTemplate,
  TemplateError,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp, rendered } from './support.ts'

const base = {
  'base.eta': "<title><%~ block('title', () => { %>Home<% }) %></title><%~ it.body %>",
}

describe('layouts and blocks', () => {
  test('a layout surrounds the page, and its own data overrides the page’s', () => {
    const files = {
      'page.eta': "<% layout('frame', { a: 2, c: 3 }) %>body",
      'frame.eta': '<%= it.a %><%= it.b %><%= it.c %>[<%~ it.body %>]',
    }
    expect(rendered(files, { a: 1, b: 1 })).toBe('213[body]')
  })

  test('a block has the content of the page, or the default of the layout', () => {
    expect(rendered({ ...base, 'page.eta': "<% layout('base') %>x" })).toBe('<title>Home</title>x')
    const page = "<% layout('base') %><% block('title', () => { %>Mine<% }) %>x"
    expect(rendered({ ...base, 'page.eta': page })).toBe('<title>Mine</title>x')
  })

  test('a block may print the default content with parent()', () => {
    const page =
      "<% layout('base') %><% block('title', (parent) => { %><%~ parent() %>, <%= it.x %><% }) %>"
    expect(rendered({ ...base, 'page.eta': page }, { x: '<' })).toBe('<title>Home, &lt;</title>')
  })

  test('a block passes through nested layouts, each with its parent', () => {
    const files = {
      ...base,
      'shop.eta':
        "<% layout('base') %><% block('title', (parent) => { %>Shop, <%~ parent() %><% }) %><main><%~ it.body %></main>",
      'page.eta':
        "<% layout('shop') %><% block('title', (parent) => { %>Tea, <%~ parent() %><% }) %>x",
      'plain.eta': "<% layout('shop') %>y",
    }
    expect(rendered(files)).toBe('<title>Tea, Shop, Home</title><main>x</main>')
    expect(rendered(files, {}, 'plain')).toBe('<title>Shop, Home</title><main>y</main>')
  })

  test('a nested layout may fill a block that the outer one does not have', () => {
    const files = {
      'base.eta': '(<%~ it.body %>)',
      'middle.eta': "<% layout('base') %>[<%~ block('side') %>]<%~ it.body %>",
      'page.eta': "<% layout('middle') %><% block('side', () => { %>s<% }) %>x",
    }
    expect(rendered(files)).toBe('([s]x)')
  })

  test('a block within a block is rendered', () => {
    const page =
      "<% layout('base') %><% block('title', () => { %>a<%~ block('b', () => { %>b<% }) %><% }) %>"
    expect(rendered({ ...base, 'page.eta': page })).toBe('<title>ab</title>')
  })

  test('a template that the layout includes may print a block', () => {
    const files = {
      'base.eta': "<%~ include('head') %>",
      'head.eta': "<%~ block('title') %>",
      'page.eta': "<% layout('base') %><% block('title', () => { %>t<% }) %>",
    }
    expect(rendered(files)).toBe('t')
  })

  test('an error in a block has the line of the page, not of the layout', () => {
    const page = "<% layout('base') %>\n<% block('title', () => { %>\n<%= it.user.name %><% }) %>"
    const fail = (): string => rendered({ ...base, 'page.eta': page })
    expect(fail).toThrow(TemplateError)
    expect(fail).toThrow(
      /page\.eta:3: TypeError: .*undefined.*\n.*\n.*\n> +3 \| <%= it.user.name %>/,
    )
  })

  test('a block with an async function is an error', () => {
    const page = "<% layout('base') %><% block('title', async () => { %>x<% }) %>"
    expect(() => rendered({ ...base, 'page.eta': page })).toThrow(
      'async, but block and capture do not await it',
    )
  })

  test('a missing layout is an error at the line of the layout call', () => {
    expect(() => rendered({ 'page.eta': "\n<% layout('none') %>\n\n<% it.x %>" })).toThrow(
      /page\.eta:2: TemplateNotFound: Template "none" was not found/,
    )
  })
})

describe('include', () => {
  test('passes the data of the page and additional data', () => {
    const files = {
      'page.eta': "<%~ include('part', { b: 2 }) %>",
      'part.eta': '<%= it.a %><%= it.b %>',
    }
    expect(rendered(files, { a: 1, b: 1 })).toBe('12')
  })

  test('accepts a list of names', () => {
    const files = { 'page.eta': "<%~ include(['none', 'part']) %>", 'part.eta': 'x' }
    expect(rendered(files)).toBe('x')
  })

  test('renders a template with its own layout', () => {
    const files = {
      'page.eta': "a<%~ include('part') %>c",
      'part.eta': "<% layout('box') %>b",
      'box.eta': '[<%~ it.body %>]',
    }
    expect(rendered(files)).toBe('a[b]c')
  })

  test('resolves names from the template folder, and ./ and ../ from the including template', () => {
    const files = {
      'page.eta': "<%~ include('deep/one') %>",
      'deep/one.eta':
        "<%~ include('row') %><%~ include('./row') %><%~ include('../row') %><%~ include('/row') %>",
      'row.eta': 'a',
      'deep/row.eta': 'b',
    }
    expect(rendered(files)).toBe('abaa')
  })
})

test('endless recursion of templates is an error with file and line', () => {
  const within = 'RangeError: Templates are nested more than 300 levels deep.'
  const include = { 'page.eta': "\n<%~ include('page') %>" }
  expect(() => rendered(include)).toThrow(`page.eta:2: ${within}`)
  const layout = { 'page.eta': "\n\n<% layout('page') %>" }
  expect(() => rendered(layout)).toThrow(`page.eta:3: ${within}`)
  const tree = {
    'page.eta': "<%= it.n %><% if (it.n > 1) { %>,<%~ include('page', { n: it.n - 1 }) %><% } %>",
  }
  expect(rendered(tree, { n: 300 })).toMatch(/^300,.*,2,1$/)
})

describe('output and capture', () => {
  const show = (source: string): string => inApp(() => renderTemplateString(source))

  test('output writes text without escaping', () => {
    expect(show("a<% output('<b>'); output(undefined) %>c")).toBe('a<b>c')
  })

  test('capture returns the output as HTML', () => {
    expect(show('<% const x = capture(() => { %><b><% }) %>[<%= x %><%~ x %>]')).toBe('[<b><b>]')
    expect(show('<% if (capture(() => {})) { %>x<% } %>')).toBe('')
  })
})

describe('abort(response) in a template ends the request with that response', () => {
  test.each([
    ['code', '<% it.leave() %>'],
    ['a printing tag', '<%= it.leave() %>'],
    ['a callback', '<% [1].forEach(() => { %>x<% it.leave() %><% }) %>'],
    ['a block', "<% layout('base') %><% block('a', () => { %><% it.leave() %><% }) %>"],
    ['an include', "<%~ include('leave') %>"],
    ['a layout', "<% layout('leave') %>"],
  ])('from %s', async (_, page) => {
    const files = { 'base.eta': "<%~ block('a') %>", 'leave.eta': '<% it.leave() %>' }
    const app = appWith({ ...files, 'page.eta': page })
    const response = redirect('/login')
    const leave = (): never => abort(response)
    app.get('/', () => renderTemplate('page', { leave }))
    const answer = await app.testClient().get('/')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])
    const stream = inApp(() => streamTemplate('page', { leave }), app)[Symbol.asyncIterator]()
    await expect(stream.next()).rejects.toMatchObject({ response })
  })
})
