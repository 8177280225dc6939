import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('endpoints', () => {
  test('default to the name of the view, or else to the words of the pattern', () => {
    const app = make()
    app.get('/', () => '')
    app.get('/posts/:id', () => '')
    app.get('/sign-up/done', () => '')
    app.get('/x', function named() {
      return ''
    })
    app.get('/y', { endpoint: 'mine' }, () => '')
    const names = [...app.urlMap].map((rule) => rule.endpoint)
    expect(names).toEqual(['static', 'index', 'posts', 'signUpDone', 'named', 'mine'])
  })

  test('throws an error if two functions have one name', () => {
    const app = make()
    const first = { view: (): string => '' }
    const second = { view: (): string => '' }
    app.get('/a', first.view)
    app.post('/a', first.view)
    expect(() => app.get('/b', second.view)).toThrow(
      'The endpoint "view" of "/b" already belongs to another view',
    )
  })

  test('allows several views with the words of the same pattern', () => {
    const app = make()
    app.get('/login', () => '')
    app.post('/login', () => '')
    app.get('/login/:step', () => '')
    expect(app.urlFor('login', {}, { external: false })).toBe('/login')
    expect(app.urlFor('login', { step: 2 }, { external: false })).toBe('/login/2')
  })
})
