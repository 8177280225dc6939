import { call } from '@phial/core'
import fc from 'fast-check'
import {
  g,
  hasRequestContext,
  makeResponse,
  Phial,
  renderTemplate,
  request,
  streamTemplate,
  streamTemplateString,
  TemplateError,
  TemplateNotFound,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { appWith, inApp, rendered, write } from './support.ts'

type Files = Readonly<Record<string, string>>

/** Returns the chunks of a template, by default `page`. */
async function chunksOf(files: Files, data: object = {}, name = 'page'): Promise<string[]> {
  const stream = inApp(() => streamTemplate(name, data), appWith(files))
  return collect(stream)
}

async function collect(stream: AsyncIterable<string>): Promise<string[]> {
  const chunks: string[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

/** An async iterable that yields each row when `release` is called. */
class Rows implements AsyncIterable<string> {
  isClosed = false
  readonly #rows: string[]
  #resolve: (() => void) | undefined

  constructor(...rows: string[]) {
    this.#rows = rows
  }

  /** Yields the next row. */
  release(): void {
    this.#resolve?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (const row of this.#rows) {
        // oxlint-disable-next-line no-await-in-loop
        await new Promise<void>((resolve) => (this.#resolve = resolve))
        yield row
      }
    } finally {
      this.isClosed = true
    }
  }
}

const LIST = '<ul><% for await (const row of it.rows) { %><li><%= row %><% } %></ul>'

describe('a stream', () => {
  test('has the same output as renderTemplate, including layouts, blocks and includes', async () => {
    const files = {
      'base.eta':
        "<title><%~ block('title', () => { %>Home<% }) %></title>\n<%~ it.body %>\n<%~ include('foot') %>",
      'middle.eta': "<% layout('base') %><main><%~ it.body %></main>",
      'foot.eta': '<footer><%= it.x %></footer>',
      'page.eta':
        "<% layout('middle') %><% block('title', (parent) => { %>A, <%~ parent() %><% }) %>\n<% it.list.forEach((n) => { %><i><%= n %></i><% }) %>\n<% for (const n of it.list) { %><%~ include('foot', { x: n }) %><% } %>",
    }
    const data = { x: '<', list: [1, 2, 3] }
    expect((await chunksOf(files, data)).join('')).toBe(rendered(files, data))
  })

  test('yields chunks of about 4 KB', async () => {
    const files = { 'page.eta': '<% for (let i = 0; i < 3000; i += 1) { %><%= i %>,<% } %>' }
    const chunks = await chunksOf(files)
    expect(chunks.join('')).toBe(rendered(files))
    expect(chunks.length).toBe(4)
    expect(chunks.map(({ length }) => length).every((length) => length < 4200)).toBe(true)
  })

  test('yields its output before it waits for a promise', async () => {
    const rows = new Rows('a', '<b')
    const stream = inApp(() => streamTemplate('page', { rows }), appWith({ 'page.eta': LIST }))
    const reader = stream[Symbol.asyncIterator]()
    expect(await reader.next()).toEqual({ done: false, value: '<ul>' })
    const second = reader.next()
    rows.release()
    expect(await second).toEqual({ done: false, value: '<li>a' })
    const third = reader.next()
    rows.release()
    expect(await third).toEqual({ done: false, value: '<li>&lt;b</ul>' })
    expect((await reader.next()).done).toBe(true)
  })

  test('runs only while a chunk is requested', async () => {
    const seen: number[] = []
    const page = '<% for (let i = 0; i < 9; i += 1) { it.seen.push(i) %><%= it.long %><% } %>'
    const data = { seen, long: 'x'.repeat(5000) }
    const stream = inApp(() => streamTemplate('page', data), appWith({ 'page.eta': page }))
    const reader = stream[Symbol.asyncIterator]()
    expect(seen).toEqual([])
    await reader.next()
    await reader.next()
    expect(seen).toEqual([0, 1])
    await reader.return?.()
    expect(seen).toEqual([0, 1])
  })

  test('closes iterators of the template when the consumer stops early', async () => {
    const rows = new Rows('a', 'b')
    const files = { 'page.eta': "<% layout('base') %>" + LIST, 'base.eta': '<b><%~ it.body %></b>' }
    const stream = inApp(() => streamTemplate('page', { rows }), appWith(files))
    const reader = stream[Symbol.asyncIterator]()
    await reader.next()
    const second = reader.next()
    rows.release()
    await second
    expect(rows.isClosed).toBe(false)
    const end = reader.return?.()
    rows.release()
    await end
    expect(rows.isClosed).toBe(true)
  })
})

describe('a stream with a layout', () => {
  const base = "<title><%~ block('title', () => { %>Home<% }) %></title><%~ it.body %><hr>"

  test('starts once all blocks are defined, before the page ends', async () => {
    const rows = new Rows('a')
    const page = "<% layout('base') %><% block('title', () => { %>T<% }) %>" + LIST
    const app = appWith({ 'page.eta': page, 'base.eta': base })
    const reader = inApp(() => streamTemplate('page', { rows }), app)[Symbol.asyncIterator]()
    expect((await reader.next()).value).toBe('<title>T</title>')
    expect((await reader.next()).value).toBe('<ul>')
    const third = reader.next()
    rows.release()
    expect((await third).value).toBe('<li>a</ul>')
    expect((await reader.next()).value).toBe('<hr>')
  })

  test.each([
    ['a block at the end of the page', LIST + "<% block('title', () => { %>T<% }) %>", base],
    ['a block with a computed name', "<% block('ti' + 'tle', () => { %>T<% }) %>" + LIST, base],
    [
      'a layout that tests it.body',
      "<% block('title', () => { %>T<% }) %>" + LIST,
      base.replace('<%~ it.body %>', '<% if (it.body) { %><%~ it.body %><% } %>'),
    ],
    [
      'a layout that prints it.body in a callback',
      "<% block('title', () => { %>T<% }) %>" + LIST,
      base.replace('<%~ it.body %>', '<% [1].forEach(() => { %><%~ it.body %><% }) %>'),
    ],
  ])('waits for the end of the page for %s', async (_, page, layout) => {
    async function* rows(): AsyncGenerator<string> {
      yield await Promise.resolve('a')
    }
    const files = { 'page.eta': "<% layout('base') %>" + page, 'base.eta': layout }
    const chunks = await chunksOf(files, { rows: rows() })
    expect(chunks.join('')).toBe('<title>T</title><ul><li>a</ul><hr>')
  })
})

describe('a template that awaits', () => {
  const rows = ['a', 'b']

  test('can be included, but not in a callback', async () => {
    const files = { 'page.eta': "[<%~ include('list') %>]", 'list.eta': LIST }
    expect((await chunksOf(files, { rows })).join('')).toBe('[<ul><li>a<li>b</ul>]')
    const inside = "<% [1].forEach(() => { %><%~ include('list') %><% }) %>"
    await expect(chunksOf({ ...files, 'page.eta': inside }, { rows })).rejects.toThrow(
      'A template can use await only with streamTemplate, and not in a callback or a block',
    )
  })

  test('throws if it is rendered with renderTemplate', () => {
    expect(() => rendered({ 'page.eta': '\n<%= await it.x %>' })).toThrow(
      /page\.eta:2: SyntaxError: .*can use await only with streamTemplate/,
    )
  })
})

describe('a stream that fails', () => {
  test('throws immediately if the template does not exist', () => {
    const app = appWith({ 'page.eta': '' })
    expect(() => inApp(() => streamTemplate(['a', 'b']), app)).toThrow(TemplateNotFound)
  })

  test('throws immediately if the code is invalid', () => {
    const app = appWith({ 'page.eta': "x\n<% layout('base') %>\n<%= it.( %>", 'base.eta': '' })
    expect(() => inApp(() => streamTemplate('page'), app)).toThrow(/page\.eta:3: SyntaxError/)
  })

  test('rejects with file and line for a later error', async () => {
    const files = { 'page.eta': '\n<% await null %>\n<%= it.user.name %>' }
    await expect(chunksOf(files)).rejects.toThrow(TemplateError)
    await expect(chunksOf(files)).rejects.toThrow(/page\.eta:3: TypeError/)
  })

  test.each([
    ["<% await null %><%~ include('page') %>", 1],
    ["\n<% layout('page') %><% await null %><%~ it.body %>", 2],
  ])('rejects for endless recursion: %j', async (page, line) => {
    const reason = new RegExp(`page\\.eta:${line}: RangeError: Templates are nested more than 300`)
    await expect(chunksOf({ 'page.eta': page })).rejects.toThrow(reason)
  })

  test('rejects if an included template uses it.body as text', async () => {
    const files = {
      'page.eta': "<% layout('base') %>x",
      'base.eta': "<% const part = include('part') %><%~ it.body %>",
      'part.eta': '<%~ it.body + "" %>',
    }
    await expect(chunksOf(files)).rejects.toThrow(
      /part\.eta:1: TypeError: it\.body is still being streamed/,
    )
  })
})

describe('streamTemplate in a view', () => {
  test('omits Content-Length, and keeps the request context', async () => {
    const page = '<%= request.path %> <%= g.user %> <% await null %><%= it.seen() %>'
    const app = appWith({ 'page.eta': page })
    app.get('/:name', ({ name }) => {
      g['user'] = name
      return streamTemplate('page', { seen: () => `${hasRequestContext()} ${request.path}` })
    })
    const answers = await Promise.all(['/a', '/b'].map((path) => call(app, { path })))
    expect(answers.map((answer) => answer.text())).toEqual(['/a a true /a', '/b b true /b'])
    const names = answers[0]?.headers.map(([name]) => name.toLowerCase())
    expect(names).not.toContain('content-length')
    expect(names).toContain('content-type')
  })

  test('sends each chunk before it renders the next one', async () => {
    const order: string[] = []
    const page = '<% for (const n of [1, 2]) { it.note(`made ${n}`) %><%= it.long %><% } %>'
    const app = appWith({ 'page.eta': page })
    const note = (text: string): void => void order.push(text)
    app.get('/', () => streamTemplate('page', { note, long: 'x'.repeat(5000) }))
    await call(app, { onChunk: () => note('sent') })
    expect(order).toEqual(['made 1', 'sent', 'made 2', 'sent'])
  })

  test('is a valid body for makeResponse', () => {
    const app = new Phial(import.meta.url)
    app.get('/', () => makeResponse(streamTemplate('page'), 201))
  })
})

describe('streamTemplateString', () => {
  test('streams a template from a string, with includes and layouts from files', async () => {
    const app = appWith({ 'base.eta': '<b><%~ it.body %></b>', 'row.eta': '<i><%= it.n %></i>' })
    const source =
      "<% layout('base') %><% for await (const n of it.list) { %><%~ include('row', { n }) %><% } %>"
    const stream = inApp(() => streamTemplateString(source, { list: [1, '<'] }), app)
    expect((await collect(stream)).join('')).toBe('<b><i>1</i><i>&lt;</i></b>')
  })

  test('yields its output before it waits for a promise', async () => {
    const rows = new Rows('a')
    const reader = inApp(() => streamTemplateString(LIST, { rows }))[Symbol.asyncIterator]()
    expect((await reader.next()).value).toBe('<ul>')
    const second = reader.next()
    rows.release()
    expect((await second).value).toBe('<li>a</ul>')
  })

  test('throws immediately if the code is invalid', () => {
    expect(() => inApp(() => streamTemplateString('\n<%= it.( %>'))).toThrow(
      'a template from a string:2: SyntaxError',
    )
  })

  test('rejects with the line of an error, and does not require data', async () => {
    const stream = inApp(() => streamTemplateString('\n<% await null %>\n<%= it.user.name %>'))
    await expect(collect(stream)).rejects.toThrow('a template from a string:3: TypeError')
  })

  test('runs within the request context', async () => {
    const app = new Phial(import.meta.url)
    app.get('/:name', () => streamTemplateString('<% await null %><%= request.path %>'))
    expect((await call(app, { path: '/a' })).text()).toBe('/a')
  })
})

describe('a random template', () => {
  const parts = fc.constantFrom(
    'text\n',
    '<%= it.x %>',
    '<%~ it.x %>\n',
    '<% for (const x of [1, 2]) { %>',
    '<% [1, 2].forEach((x) => { %>',
    '<% if (it.x) { %>',
    '<% } else { %>',
    '<% } %>',
    '<% }) %>\n',
    "<% layout('base') %>",
    "<% block('title', (parent) => { %>",
    "<%~ block('title', () => { %>",
    '<%~ it.body %>',
    "<%~ include('part') %>",
    '<%= capture(() => { %>',
    "<%= 'http://x' // %' %>",
    '<% const a = 1 %>',
    '<% // %>',
    '<%= it.y.z %>',
    '<%= ( %>',
    '<%',
  )

  test('has the same output, or the same TemplateError, with streamTemplate and renderTemplate', async () => {
    const files = {
      'base.eta': "<title><%~ block('title', () => { %>Home<% }) %></title>\n<%~ it.body %>!",
      'part.eta': '[<%= it.x %>]',
    }
    const app = appWith(files, { TEMPLATES_AUTO_RELOAD: true })
    let rendered = 0
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 7 }), async (parts) => {
        write(app.rootPath, { 'page.eta': parts.join('') })
        const whole = settled(() => inApp(() => renderTemplate('page', { x: '<' }), app))
        const stream = await inApp(() => streamed(() => streamTemplate('page', { x: '<' })), app)
        expect(stream).toEqual(whole)
        if (typeof whole === 'string') rendered += 1
      }),
      { numRuns: 300 },
    )
    expect(rendered).toBeGreaterThan(20)
  })

  /** Returns the output of a template, or its error. */
  function settled(render: () => string): unknown {
    try {
      return render()
    } catch (error) {
      return problem(error)
    }
  }

  async function streamed(stream: () => AsyncIterable<string>): Promise<unknown> {
    try {
      return (await collect(stream())).join('')
    } catch (error) {
      return problem(error)
    }
  }

  function problem(error: unknown): unknown {
    if (!(error instanceof TemplateError)) throw error
    return { line: error.line, file: error.file, message: error.message }
  }
})
