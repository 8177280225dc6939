import { g, makeResponse, urlFor, UrlHooks } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('urlValuePreprocessor and urlDefaults', () => {
  test('apply to the whole app, for example for language codes', async () => {
    const app = make()
    app.urlValuePreprocessor((_, values) => {
      g['lang'] = values['lang'] ?? 'en'
      delete values['lang']
    })
    app.urlDefaults((endpoint, values) => {
      if (endpoint === 'about') values['lang'] ??= g['lang']
    })
    app.beforeRequest(() => {
      if (g['lang'] === 'xx') return makeResponse('no such language', 404)
      return undefined
    })
    app.get('/:lang/about', { endpoint: 'about' }, (values) => ({
      values,
      here: urlFor('about', { q: 1 }),
      there: urlFor('about', { lang: 'fr' }),
      index: urlFor('index'),
    }))
    app.get('/', { endpoint: 'index' }, () => String(g['lang']))
    const client = app.testClient()
    expect(await (await client.get('/de/about')).json()).toEqual({
      values: {},
      here: '/de/about?q=1',
      there: '/fr/about',
      index: '/',
    })
    expect(await (await client.get('/')).text()).toBe('en')
    expect((await client.get('/xx/about')).status).toBe(404)
    expect((await client.get('/nothing')).status).toBe(404)
  })

  test('do not change the values passed to urlFor', () => {
    const app = make({ config: { SERVER_NAME: 'example.com' } })
    app.get('/', { endpoint: 'index' }, () => '')
    app.urlDefaults((_, values) => {
      values['lang'] = 'de'
    })
    const values = Object.freeze({ q: 1 })
    expect(app.urlFor('index', values)).toBe('http://example.com/?q=1&lang=de')
  })

  test('may be async', async () => {
    const app = make()
    app.urlValuePreprocessor(async (_, values) => {
      await Promise.resolve()
      values['id'] = 'loaded'
    })
    app.get('/:id', ({ id }) => id)
    expect(await (await app.testClient().get('/1')).text()).toBe('loaded')
  })

  test('run for the app, then for the outer blueprint, then for the inner one', async () => {
    const app = make({ config: { SERVER_NAME: 'example.com' } })
    const hooks = (name: string): UrlHooks => {
      const made = new UrlHooks()
      made.defaults.push((_, values) => void (values['by'] = `${String(values['by'])} ${name}`))
      made.preprocessors.push(
        (_, values) => void (values['by'] = `${String(values['by'])} ${name}`),
      )
      return made
    }
    app.urlDefaults((_, values) => void (values['by'] = 'app'))
    app.urlValuePreprocessor((_, values) => void (values['by'] = 'app'))
    app.urlHooks.adopt('admin.users', hooks('inner'))
    app.urlHooks.adopt('admin', hooks('outer'))
    app.urlHooks.adopt('other', hooks('other'))
    app.get('/', { endpoint: 'admin.users.list' }, (values) => ({ values }))
    app.get('/x', { endpoint: 'x' }, (values) => ({ values }))
    expect(app.urlFor('admin.users.list')).toBe('http://example.com/?by=app+outer+inner')
    expect(app.urlFor('x')).toBe('http://example.com/x?by=app')
    const answer = await app.testClient().get('/')
    expect(await answer.json()).toEqual({ values: { by: 'app outer inner' } })
  })

  test('ignore the return value of a preprocessor', async () => {
    const app = make()
    app.urlValuePreprocessor(((_: unknown, values: object) =>
      Reflect.deleteProperty(values, 'lang')) as unknown as () => undefined)
    app.get('/:lang/about', (values) => values)
    expect(await (await app.testClient().get('/de/about')).json()).toEqual({})
  })

  test('throw after the first request', async () => {
    const app = make()
    await app.testClient().get('/')
    expect(() => app.urlDefaults(() => undefined)).toThrow('urlDefaults')
    expect(() => app.urlValuePreprocessor(() => undefined)).toThrow('urlValuePreprocessor')
  })
})
