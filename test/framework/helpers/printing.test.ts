import fc from 'fast-check'
import { Markup, renderTemplateString, streamTemplate } from 'phial'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'
import { appWith, inApp, rendered } from '../templating/support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

describe('automatic escaping by extension', () => {
  const all = `<b>&"'`
  const escaped = '&lt;b&gt;&amp;&quot;&#39;'

  test.each(['html', 'htm', 'xml', 'xhtml', 'svg', 'eta', 'html.eta', 'svg.eta', 'md', 'HTML'])(
    '.%s: on',
    (ending) => {
      const name = `page.${ending}`
      expect(rendered({ [name]: '<%= it.x %>' }, { x: all }, name)).toBe(escaped)
    },
  )

  test.each(['txt', 'txt.eta', 'TXT'])('.%s: off', (ending) => {
    const name = `mail.${ending}`
    expect(rendered({ [name]: '<%= it.x %>' }, { x: all }, name)).toBe(all)
  })

  test('from a string: on', () => {
    expect(show('<%= it.x %>', { x: all })).toBe(escaped)
  })

  test('an included text template is escaped, unless it is printed raw', () => {
    const files = {
      'page.eta': "<%= include('mail.txt') %> <%~ include('mail.txt') %>",
      'mail.txt': '<%= it.x %>',
    }
    expect(rendered(files, { x: all })).toBe(`${escaped} ${all}`)
  })

  test('an included HTML template is never escaped again', () => {
    const files = {
      'page.eta': "<%= include('row') %><%~ include('row') %>",
      'row.eta': '<i>&<%= it.x %></i>',
    }
    expect(rendered(files, { x: '<' })).toBe('<i>&&lt;</i><i>&&lt;</i>')
  })
})

describe('printing', () => {
  test('does not escape Markup and safe()', () => {
    expect(show('<%= it.x %>', { x: new Markup('<b>') })).toBe('<b>')
    expect(show('<%= safe(it.x) %>', { x: '<b>' })).toBe('<b>')
    expect(show('<%= safe(it.x) %>', {})).toBe('')
    expect(show('<%= safe("<b>") + it.x %>', { x: '<i>' })).toBe('&lt;b&gt;&lt;i&gt;')
  })

  test('Markup has the methods of strings, and is a string in text and in JSON', () => {
    const markup = new Markup(' <b> ')
    expect([markup.trim(), markup.length, markup.replace('b', 'i'), [...markup].length]).toEqual([
      '<b>',
      5,
      ' <i> ',
      5,
    ])
    expect([
      [markup].join(),
      String(markup) + markup.valueOf(),
      JSON.stringify({ markup }),
    ]).toEqual([' <b> ', ' <b>  <b> ', '{"markup":" <b> "}'])
  })

  test('converts other values with String()', () => {
    expect(show('<%= it.x %>', { x: [1, '<'] })).toBe('1,&lt;')
    expect(show('<%= it.x %>', { x: { toString: () => '<' } })).toBe('&lt;')
  })

  test('escapes any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '&', '"', "'", '>', 'a', ';') }), (x) => {
        const text = show('<%= it.x %>', { x })
        expect(text).not.toMatch(/[<>"']/)
        expect(text.replaceAll(/&(lt|gt|amp|quot|#39);/g, '')).not.toContain('&')
      }),
    )
  })
})

describe('printing throws an error with the expression for', () => {
  const later = Promise.resolve('Ann')
  const debug = make({ config: { DEBUG: true } })
  const inDebug = (source: string, data: object): string =>
    inApp(() => renderTemplateString(source, data), debug)

  test.each([
    ['a promise', '<%= it.user %>', { user: later }, '`it.user` is a promise', 'Await it'],
    ['a raw promise', '<%~ it.user %>', { user: later }, '`it.user` is a promise', 'await'],
    [
      'a thenable',
      '<%= it.user %>',
      // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
      { user: { then: () => 1 } },
      '`it.user` is a promise',
      'await',
    ],
    [
      'a call of an async function',
      '<%= it.f(1) // c\n%>',
      { f: async () => 1 },
      '`it.f(1)` is a promise',
      'await',
    ],
    [
      'an array with a promise',
      '<%= it.users %>',
      { users: [[later]] },
      '`it.users` contains a promise',
      'Await',
    ],
    [
      'a promise as JSON',
      '<%= tojson(it.user) %>',
      { user: later },
      '`tojson(it.user)` is a promise',
      'Await',
    ],
    ['a promise in safe()', '<%= safe(it.user) %>', { user: later }, 'is a promise', 'Await'],
    [
      'a promise in output()',
      '<% output(it.user) %>',
      { user: later },
      '`output(it.user)` is a promise',
      'Await',
    ],
    [
      'an asynchronous iterable',
      '<%= it.rows %>',
      { rows: new ReadableStream() },
      '`it.rows` is an asynchronous iterable',
      'for await',
    ],
    [
      'a function',
      '<%= it.user.name %>',
      { user: { name: () => 'Ann' } },
      '`it.user.name` is a function',
      'Call it',
    ],
    ['a raw function', '<%~ it.f %>', { f: async () => 1 }, '`it.f` is a function', 'Call it'],
    ['a class', '<%= it.f %>', { f: class {} }, '`it.f` is a function', 'Call it'],
  ])('%s', (_, source, data, problem, remedy) => {
    for (const render of [show, inDebug]) {
      expect(() => render(`\n${source}`, data)).toThrow(/string:2: TypeError: /)
      expect(() => render(source, data)).toThrow(problem)
      expect(() => render(source, data)).toThrow(remedy)
    }
  })

  test('a promise in a template without escaping, and in a stream', async () => {
    expect(() => rendered({ 'a.txt': '<%= it.x %>' }, { x: later }, 'a.txt')).toThrow(
      '`it.x` is a promise',
    )
    const app = appWith({ 'page.eta': 'a\n<%= it.x %>' })
    const read = async (): Promise<void> => {
      for await (const _ of inApp(() => streamTemplate('page', { x: later }), app));
    }
    await expect(read()).rejects.toThrow(/page\.eta:2: TypeError: `it\.x` is a promise/)
  })

  test('a promise concatenated with text, in debug mode', () => {
    for (const source of ["<%= 'Hello ' + it.x %>", '<%= `Hello ${it.x}` %>']) {
      expect(() => inDebug(source, { x: later })).toThrow(
        'contains a promise and cannot be printed',
      )
      expect(inDebug(source, { x: 'Ann' })).toBe('Hello Ann')
    }
    expect(inDebug('<%= it.x %>', { x: String(later) })).toBe('[object Promise]')
  })

  test('functions, unless they define toString', () => {
    const sayer = Object.assign(() => 1, { toString: () => '<one>' })
    expect(show('<%= it.x %>', { x: sayer })).toBe('&lt;one&gt;')
  })
})

describe('tojson', () => {
  test("escapes < > & ' as \\u003c…, safe inside <script>", () => {
    const text = show('<%= tojson(it.x) %>', { x: `</script><!--&'\u2028\u2029"` })
    expect(text).toBe(String.raw`"\u003c/script\u003e\u003c!--\u0026\u0027\u2028\u2029\""`)
  })

  test('is parsed to the same value as JSON and as JavaScript', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (x) => {
        const text = show('<%= tojson(it.x) %>', { x })
        expect(text).not.toMatch(/[<>&'\u2028\u2029]/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(x)))
        // The one key that means something else in a JavaScript literal than in JSON.
        if (text.includes('__proto__')) return
        expect(JSON.stringify(runInNewContext(`(${text})`))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  test('prints null for values that JSON cannot express', () => {
    expect(show('<%= tojson(it.x) %>')).toBe('null')
    expect(() => show('<%= tojson(1n) %>')).toThrow('TypeError')
  })
})

test('importing Phial keeps the prototypes of strings and numbers fast in V8', async () => {
  // A single subclass of String would make V8 look up string methods in a dictionary.
  const program = `
    for (const name of ['phial', '@phial/core', '@phial/server', '@phial/xray']) await import(name)
    const prototypes = [String, Number, Boolean].map((type) => type.prototype)
    console.log(prototypes.map((prototype) => %HasFastProperties(prototype)).join())`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--allow-natives-syntax', '--input-type=module', '--eval', program],
    { cwd: import.meta.dirname },
  )
  expect(stdout).toBe('true,true,true\n')
})
