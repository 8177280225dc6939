import fc from 'fast-check'
import { Markup, renderTemplateString } from 'phial'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { inApp, rendered } from './support.ts'

const show = (source: string, it: object = {}): string =>
  inApp(() => renderTemplateString(source, it))

describe('Autoescape by extension', () => {
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

  test('strings: on', () => {
    expect(show('<%= it.x %>', { x: all })).toBe(escaped)
  })

  test('a text within a page is text: it is escaped, but where it is printed raw', () => {
    const files = {
      'page.eta': "<%= include('mail.txt') %> <%~ include('mail.txt') %>",
      'mail.txt': '<%= it.x %>',
    }
    expect(rendered(files, { x: all })).toBe(`${escaped} ${all}`)
  })

  test('a page within a page is escaped once, however it is printed', () => {
    const files = {
      'page.eta': "<%= include('row') %><%~ include('row') %>",
      'row.eta': '<i>&<%= it.x %></i>',
    }
    expect(rendered(files, { x: '<' })).toBe('<i>&&lt;</i><i>&&lt;</i>')
  })
})

describe('what is printed', () => {
  test('Markup and safe() as they are, elsewhere text', () => {
    expect(show('<%= it.x %>', { x: new Markup('<b>') })).toBe('<b>')
    expect(show('<%= safe(it.x) %>', { x: '<b>' })).toBe('<b>')
    expect(show('<%= safe(it.x) %>', {})).toBe('')
    expect(show('<%= safe("<b>") + it.x %>', { x: '<i>' })).toBe('&lt;b&gt;&lt;i&gt;')
  })

  test('each value as String() does', () => {
    expect(show('<%= it.x %>', { x: [1, '<'] })).toBe('1,&lt;')
    expect(show('<%= it.x %>', { x: { toString: () => '<' } })).toBe('&lt;')
  })

  test('nothing escapes from being escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '&', '"', "'", '>', 'a', ';') }), (x) => {
        const text = show('<%= it.x %>', { x })
        expect(text).not.toMatch(/[<>"']/)
        expect(text.replaceAll(/&(lt|gt|amp|quot|#39);/g, '')).not.toContain('&')
      }),
    )
  })
})

describe('tojson', () => {
  test("escapes < > & ' as \\u003c…, safe inside <script>", () => {
    const text = show('<%= tojson(it.x) %>', { x: `</script><!--&'\u2028\u2029"` })
    expect(text).toBe(String.raw`"\u003c/script\u003e\u003c!--\u0026\u0027\u2028\u2029\""`)
  })

  test('is the value again, as JSON and as JavaScript', () => {
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

  test('what JSON has no way to write is null', () => {
    expect(show('<%= tojson(it.x) %>')).toBe('null')
    expect(() => show('<%= tojson(1n) %>')).toThrow('TypeError')
  })
})
