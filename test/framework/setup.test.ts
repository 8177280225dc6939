import { BuildError } from 'phial'
import { expect, test } from 'vitest'
import { make } from './support.ts'

test('setup methods throw after the first request', async () => {
  const app = make()
  app.get('/', () => '')
  app.appContext().run(() => app.templateGlobal('before', 1))
  await app.testClient().get('/')
  for (const late of [
    () => app.get('/late', () => ''),
    () => app.templateGlobal('late', 1),
    () => app.teardownAppContext(() => undefined),
    () => app.shellContextProcessor(() => ({})),
  ]) {
    expect(late).toThrow('was called after the first request')
  }
})

test('urlFor and injectUrlDefaults add the values of urlDefaults', () => {
  const app = make()
  app.get('/:lang/', { endpoint: 'index' }, () => '')
  app.urlDefaults((_, values) => void (values['lang'] ??= 'de'))
  expect(app.injectUrlDefaults('index', {})).toEqual({ lang: 'de' })
  expect(app.testRequestContext('/').run(() => app.urlFor('index'))).toBe('/de/')
})

test('handleUrlBuildError returns the first URL that a handler returns, or else throws the error', () => {
  const app = make()
  const error = new BuildError('no such endpoint', 'none', {})
  expect(() => app.handleUrlBuildError(error, 'none', {})).toThrow(error)
  app.urlBuildErrorHandlers.push(
    () => undefined,
    (_, endpoint) => `https://wiki.example/${endpoint}`,
  )
  expect(app.handleUrlBuildError(error, 'none', {})).toBe('https://wiki.example/none')
})

test.each(['listen', 'run', 'use'])('app.%s throws an error with the replacement', (name) => {
  expect(() => (make() as unknown as Record<string, () => void>)[name]?.()).toThrow(
    `An app has no ${name}().`,
  )
})

test('addUrlRule, registerErrorHandler, sendStaticFile and isEndpointExpecting work as in Flask', async () => {
  const app = make({ staticFolder: 'static' })
  app.addUrlRule('/about/:lang', 'about', () => 'about')
  app.addUrlRule('/unnamed', undefined, () => 'unnamed', { methods: ['POST'] })
  app.registerErrorHandler(404, () => 'nothing here')
  app.get('/small', () => app.sendStaticFile('none.txt'))
  const client = app.testClient()
  expect(app.urlMap.isEndpointExpecting('about', 'lang')).toBe(true)
  expect(app.urlMap.isEndpointExpecting('about', 'lang', 'id')).toBe(false)
  expect(app.urlMap.isEndpointExpecting('none')).toBe(false)
  expect(await (await client.get('/about/de')).text()).toBe('about')
  expect(await (await client.post('/unnamed')).text()).toBe('unnamed')
  expect(await (await client.get('/small')).text()).toBe('nothing here')
})
