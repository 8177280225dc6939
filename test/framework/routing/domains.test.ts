import { type Phial, type PhialOptions, urlFor } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

const ask = async (app: Phial, host: string, path = '/'): Promise<unknown> => {
  const answer = await app.testClient().get(path, { headers: { Host: host } })
  return answer.status === 200 ? answer.text() : (answer.headers.get('location') ?? answer.status)
}

describe('subdomainMatching', () => {
  const app = make({ subdomainMatching: true, config: { SERVER_NAME: 'example.com:8000' } })
  app.get('/', { endpoint: 'index' }, () => urlFor('user', { user: 'Bob', q: 1 }))
  app.get('/', { endpoint: 'user', subdomain: ':user' }, ({ user }) => {
    expectTypeOf(user).toEqualTypeOf<string>()
    return [user, urlFor('user', { user }), urlFor('index'), urlFor('static', { path: 'x' })].join()
  })
  const dir = (): string => 'dir'
  app.get('/dir/', { subdomain: 'api' }, dir)
  app.get('/old', { subdomain: 'old.api', alias: true }, dir)

  test('passes the subdomain of <u>.example.com to the view', async () => {
    expect(await ask(app, 'ann.example.com:8000')).toBe(
      'ann,/,http://example.com:8000/,http://example.com:8000/static/x',
    )
    expect(await ask(app, 'ANN.EXAMPLE.COM')).toBe(
      'ann,/,http://example.com/,http://example.com/static/x',
    )
  })

  test('matches rules without a subdomain for the server’s own name', async () => {
    expect(await ask(app, 'example.com:8000')).toBe('http://bob.example.com:8000/?q=1')
    expect(await ask(app, 'example.com.')).toBe('http://bob.example.com/?q=1')
  })

  test('returns 404 for any other host', async () => {
    for (const host of ['example.org', 'badexample.com', 'a.b.example.com', 'a/b']) {
      // oxlint-disable-next-line no-await-in-loop
      expect([host, await ask(app, host)]).toEqual([host, 404])
    }
  })

  test('redirects within the host, or to another host if the rule is there', async () => {
    expect(await ask(app, 'api.example.com', '/dir')).toBe('/dir/')
    expect(await ask(app, 'old.api.example.com', '/old')).toBe('http://api.example.com/dir/')
  })

  test('builds URLs outside of a request', () => {
    expect(app.urlFor('user', { user: 'a' })).toBe('http://a.example.com:8000/')
    expect(app.urlFor('user', { user: 'a' }, { external: false })).toBe(
      'http://a.example.com:8000/',
    )
    expect(app.urlFor('index', {}, { external: false })).toBe('/')
    expect(app.urlFor('user', { user: 'a' }, { scheme: 'https' })).toBe(
      'https://a.example.com:8000/',
    )
  })

  test('throws an error that names the setting if SERVER_NAME is missing', async () => {
    const nameless = make({ subdomainMatching: true, config: { PROPAGATE_EXCEPTIONS: true } })
    nameless.get('/', () => '')
    await expect(ask(nameless, 'example.com')).rejects.toThrow('needs app.config.SERVER_NAME')
  })
})

describe('hostMatching', () => {
  const app = make({ hostMatching: true, staticHost: 'static.example.com' })
  app.get('/', { endpoint: 'any' }, () => urlFor('static', { path: 'x' }))
  app.get('/', { endpoint: 'site', host: ':site.example.com' }, ({ site }) =>
    [site, urlFor('site', { site }), urlFor('site', { site: 'b' }), urlFor('any')].join(),
  )

  test('matches the host of each rule, and any host for a rule without one', async () => {
    expect(await ask(app, 'a.example.com:81')).toBe('a,/,http://b.example.com:81/,/')
    expect(await ask(app, 'other.org')).toBe('http://static.example.com/static/x')
  })

  test('serves static files only on staticHost', async () => {
    expect(await ask(app, 'other.org', '/static/css/site.css')).toBe(404)
    expect(await ask(app, 'static.example.com', '/static/css/site.css')).toContain('{')
  })

  test('uses the port of SERVER_NAME outside of a request', () => {
    const named = make({ hostMatching: true, config: { SERVER_NAME: 'a.example.com:82' } })
    named.get('/', { endpoint: 'site', host: ':site.example.com' }, () => '')
    const build = (site: string): string => named.urlFor('site', { site }, { external: false })
    expect([build('a'), build('b')]).toEqual(['/', 'http://b.example.com:82/'])
    expect(app.urlFor('site', { site: 'b' })).toBe('http://b.example.com/')
  })
})

test.each<[PhialOptions, string]>([
  [{ hostMatching: true, subdomainMatching: true }, 'exclude each other'],
  [{ staticHost: 'a.com' }, 'hostMatching: true'],
])('rejects the options %j', (options, message) => {
  expect(() => make(options)).toThrow(message)
})

test('returns 405 for OPTIONS if PROVIDE_AUTOMATIC_OPTIONS is false', async () => {
  const app = make({ config: { PROVIDE_AUTOMATIC_OPTIONS: false } })
  app.get('/', () => '')
  app.get('/on', { provideAutomaticOptions: true }, () => '')
  expect((await app.testClient().options('/')).status).toBe(405)
  expect((await app.testClient().options('/on')).status).toBe(200)
})
