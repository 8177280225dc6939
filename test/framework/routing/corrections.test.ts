import { PatternError, Router } from 'phial'
import { describe, expect, test } from 'vitest'

const refusing = (pattern: string) => () => new Router().add(pattern, undefined)

describe('throws an error with the corrected pattern for a Flask pattern', () => {
  test.each([
    ['/<name>', '"/:name"'],
    ['/<int:id>', '"/:id" with { params: { id: int } }'],
    ['/<int:year>/<uuid:id>', '"/:year/:id" with { params: { year: int, id: uuid } }'],
    ['/<path:rest>', '"/*rest"'],
    ['/<int(min=1, max=9):n>', '"/:n" with { params: { n: int({ min: 1, max: 9 }) } }'],
    ['/<any(a, b):x>', `"/:x" with { params: { x: any('a', 'b') } }`],
  ])('%s', (pattern, corrected) => {
    expect(refusing(pattern)).toThrow(PatternError)
    expect(refusing(pattern)).toThrow(`syntax of Flask. Write ${corrected}.`)
  })
})

describe('throws an error with the corrected pattern for an Express 4 pattern', () => {
  test.each([
    ['/:id(\\d+)', '"/:id" with { params: { id: int } }'],
    ['/:kind(a|b)', `"/:kind" with { params: { kind: any('a', 'b') } }`],
    ['/posts/:id?', '"/posts{/:id}"'],
    ['/files/:path*', '"/files/*path"'],
    ['/files/:path(.*)', '"/files/*path"'],
    ['*', '"*path"'],
    ['/api/*', '"/api/*path"'],
    ['/(.*)', '"/*path"'],
  ])('%s', (pattern, corrected) => {
    expect(refusing(pattern)).toThrow(`syntax of Express 4. Write ${corrected}`)
  })
})
