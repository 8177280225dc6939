import { Eta } from 'eta/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mask, spansOf } from '../../../packages/framework/dist/templating/mask.js'

const eta = new Eta({ autoTrim: false })
const fail = (reason: string, offset: number): Error => new SyntaxError(`${reason} at ${offset}`)
const masked = (source: string): string => mask(source, spansOf(source, fail))

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

describe('code that Eta would misread is masked', () => {
  test.each([
    ['a quote in a comment', "<% // it's%>", '<% xxxxxxx%>'],
    ['a quote in a regular expression', '<%= a.split(/"/)%>', '<%= xxxxxxxxxxxx%>'],
    ['%> in a regular expression', '<%~ /%>/%>', '<%~ xxxx%>'],
    ['quotes in a template literal', '<%= `${"}`"}`%>', '<%= xxxxxxxxx%>'],
    ['a decrement', '<% n--%>', '<% xxx%>'],
    ['a name that ends in _', '<%= a_%>', '<%= xx%>'],
  ])('%s', (_, source, expected) => {
    const values = (text: string): unknown =>
      attempt(() => eta.parse(text).map((node) => (typeof node === 'string' ? node : node.val)))
    const code = source.slice(...(spansOf(source, fail)[0]?.inner ?? []))
    expect(masked(source)).toBe(expected)
    expect(values(masked(source))).toEqual(['x'.repeat(code.length)])
    expect(values(source)).not.toEqual([code])
  })
})

test.each([
  ['<%- a -%>', '<%- xx-%>'],
  ['<%_= a _%>', '<%_= xx_%>'],
  ["<% // it's -%>", '<% xxxxxxxx-%>'],
  ['<%-%>', '<%-%>'],
  ['<% -%>', '<% -%>'],
  ['<%_ _%>', '<%_ _%>'],
])('the trim markers of %j are not masked', (source, expected) => {
  expect(masked(source)).toBe(expected)
})

test('text is not masked', () => {
  expect(masked(`it's "<% 'a' %>' %> \` /* <%= 'b' %> // \\`)).toBe(
    `it's "<% xxxx%>' %> \` /* <%= xxxx%> // \\`,
  )
})

test('Eta finds the same tags in a masked template of the same length', () => {
  const parts = '<% %> <%= <%~ <%- -%> <%_ _%> \' " ` ${ } / // /* */ a \\ - _ = ~ % > <'.split(' ')
  const part = fc.constantFrom(...parts, ' ', '\n', '\r\n')
  let read = 0
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (list) => {
      const source = list.join('')
      const spans = attempt(() => spansOf(source, fail))
      if (spans === undefined) return
      const text = mask(source, spans)
      expect(text).toHaveLength(source.length)
      expect(eta.parse(text).filter((node) => typeof node !== 'string')).toHaveLength(spans.length)
      if (spans.length > 0) read += 1
    }),
    { numRuns: 5000 },
  )
  expect(read).toBeGreaterThan(100)
})
