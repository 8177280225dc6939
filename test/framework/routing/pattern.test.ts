import fc from 'fast-check'
import { PatternError, Router } from 'phial'
import { describe, expect, test } from 'vitest'

/** The result of a router with one rule for a path: the values, or the kind of the result. */
function matching(pattern: string, path: string): unknown {
  const router = new Router()
  router.add(pattern, undefined)
  const match = router.match('GET', path)
  return match.kind === 'found' ? match.values : match.kind
}

const refusing = (pattern: string) => () => new Router().add(pattern, undefined)

describe('a pattern matches', () => {
  test.each([
    ['/', '/', {}],
    ['/about', '/about', {}],
    ['/dir/', '/dir/', {}],
    ['/:id', '/7', { id: '7' }],
    ['/:id', '/', 'not-found'],
    ['/:id', '/a/b', 'not-found'],
    ['/café/:naïve', '/café/ö', { naïve: 'ö' }],
    ['/file-:name.txt', '/file-a.b.txt', { name: 'a.b' }],
    ['/file-:name.txt', '/file-.txt', 'not-found'],
    ['/:from-:to', '/a-b-c', { from: 'a', to: 'b-c' }],
    ['/:a.:b.:c', '/1.2.3', { a: '1', b: '2', c: '3' }],
    ['/:a--:b', '/x-y--z', { a: 'x-y', b: 'z' }],
    ['/posts{/:year{/:month}}', '/posts', {}],
    ['/posts{/:year{/:month}}', '/posts/2026', { year: '2026' }],
    ['/posts{/:year{/:month}}', '/posts/2026/07', { year: '2026', month: '07' }],
    ['/a{b}c', '/ac', {}],
    ['/a{b}c', '/abc', {}],
    ['/x{.:format}', '/x.json', { format: 'json' }],
    ['/static/*path', '/static/css/site.css', { path: 'css/site.css' }],
    ['/static/*path', '/static/', 'not-found'],
    ['/static/*path', '/static', 'not-found'],
    ['/static/*path', '/static/a/', { path: 'a/' }],
    ['/*path/edit', '/a/b/edit', { path: 'a/b' }],
    ['/*path/edit', '/a/edit/edit', { path: 'a/edit' }],
    ['/*path/edit', '/edit', 'not-found'],
    ['/pages/p-*path.html', '/pages/p-a/b.html', { path: 'a/b' }],
    ['/*first/x/*second', '/1/x/2/x/3', { first: '1', second: '2/x/3' }],
    ['/:"my name"', '/7', { 'my name': '7' }],
    ['/a\\:b', '/a:b', {}],
    ['/:constructor', '/7', { constructor: '7' }],
  ])('%s for the path %s', (pattern, path, expected) => {
    expect(matching(pattern, path)).toEqual(expected)
  })
})

describe('rejects a pattern that no path can match', () => {
  test.each([
    ['about', 'does not always start with a slash. Write "/about"'],
    ['', 'does not always start with a slash'],
    ['{/a}b', 'does not always start with a slash'],
    ['/:a:b', 'a and b are adjacent'],
    ['/:id/:id', 'uses the name "id" twice'],
    ['/:__proto__', '__proto__ cannot be the name of a param'],
    ['/a?', 'Unexpected ?'],
    ['/{a', 'Unexpected end'],
    ['/:', 'Missing parameter name'],
    [`/${'{a}'.repeat(9)}`, 'more than 256'],
    ['/*a.:b', 'a matches several segments, so it cannot share one'],
  ])('%s', (pattern, reason) => {
    expect(refusing(pattern)).toThrow(PatternError)
    expect(refusing(pattern)).toThrow(reason)
  })

  test('parses any text, or rejects it with a PatternError', () => {
    const piece = fc.constantFrom(
      '/',
      ':a',
      '*b',
      '{',
      '}',
      '\\',
      '<int:c>',
      '(',
      ')',
      '?',
      '"',
      'x',
    )
    const pattern = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(pattern, (text) => {
        try {
          new Router().add(text, undefined)
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError)
        }
      }),
    )
  })
})
