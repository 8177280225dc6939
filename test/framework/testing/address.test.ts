import { type Config, Phial, request, type TestAddressOptions, TestClient, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'

interface Seen {
  url: string
  root: string
  path: string
  environ: unknown[]
}

function appWith(config: Partial<Config> = {}): Phial {
  const app = new Phial(import.meta.url, { config })
  const seen = (): Seen => ({
    url: request.url,
    root: request.rootPath,
    path: request.path,
    environ: ['SERVER_NAME', 'SERVER_PORT', 'wsgi.url_scheme'].map((key) => request.environ[key]),
  })
  app.get('/', { endpoint: 'index' }, seen)
  app.get('/*path', seen)
  return app
}

/** Returns the URL parts that the app receives from the client, and checks that a test context has the same URL. */
async function seen(
  path: string,
  options: TestAddressOptions = {},
  config: Partial<Config> = {},
): Promise<Seen> {
  const app = appWith(config)
  const answer = await app.testClient().get(path, options)
  const context = app.testRequestContext(path, options).run(() => request.url)
  const json = (await answer.json()) as Seen
  expect(context).toBe(json.url)
  return json
}

describe('a request without a base URL', () => {
  test.each<[Partial<Config>, string]>([
    [{}, 'http://localhost/a?b=c'],
    [{ SERVER_NAME: 'example.com' }, 'http://example.com/a?b=c'],
    [{ SERVER_NAME: 'example.com:8000' }, 'http://example.com:8000/a?b=c'],
    [{ APPLICATION_ROOT: '/shop' }, 'http://localhost/shop/a?b=c'],
    [{ APPLICATION_ROOT: '/shop/' }, 'http://localhost/shop/a?b=c'],
    [{ PREFERRED_URL_SCHEME: 'https' }, 'https://localhost/a?b=c'],
    [
      { SERVER_NAME: 'example.com', APPLICATION_ROOT: '/a/b', PREFERRED_URL_SCHEME: 'https' },
      'https://example.com/a/b/a?b=c',
    ],
  ])('uses the settings %j', async (config, url) => {
    expect(await seen('/a?b=c', {}, config)).toMatchObject({ url, path: '/a' })
  })

  test('has the address of the settings in its environ', async () => {
    const config = {
      SERVER_NAME: 'example.com:8443',
      APPLICATION_ROOT: '/shop',
      PREFERRED_URL_SCHEME: 'https',
    }
    expect(await seen('/a', {}, config)).toEqual({
      url: 'https://example.com:8443/shop/a',
      root: '/shop',
      path: '/a',
      environ: ['example.com', '8443', 'https'],
    })
    expect((await seen('/', {}, { PREFERRED_URL_SCHEME: 'https' })).environ).toEqual([
      'localhost',
      '443',
      'https',
    ])
  })

  test('can override the subdomain and the scheme', async () => {
    const config = { SERVER_NAME: 'example.com:8000' }
    const url = (options: TestAddressOptions): Promise<unknown> =>
      seen('/', options, config).then((one) => one.url)
    expect(await url({ subdomain: 'shop' })).toBe('http://shop.example.com:8000/')
    expect(await url({ urlScheme: 'https' })).toBe('https://example.com:8000/')
    expect(await url({ subdomain: '' })).toBe('http://example.com:8000/')
    expect((await seen('/', { subdomain: 'shop' })).url).toBe('http://shop.localhost/')
  })
})

describe('a base URL', () => {
  const baseUrl = 'https://shop.example.com:8443/app/'

  test('sets scheme, host and mount path', async () => {
    const config = { SERVER_NAME: 'example.org', APPLICATION_ROOT: '/elsewhere' }
    expect(await seen('/a/b', { baseUrl }, config)).toEqual({
      url: 'https://shop.example.com:8443/app/a/b',
      root: '/app',
      path: '/a/b',
      environ: ['shop.example.com', '8443', 'https'],
    })
  })

  test('of the client is overridden by that of a request', async () => {
    const client = appWith().testClient({ baseUrl })
    const url = async (options: TestAddressOptions): Promise<unknown> =>
      ((await (await client.get('/x', options)).json()) as Seen).url
    expect(await url({})).toBe('https://shop.example.com:8443/app/x')
    expect(await url({ baseUrl: 'http://localhost' })).toBe('http://localhost/x')
    expect(await url({ urlScheme: 'https' })).toBe('https://localhost/x')
  })

  test('is decoded for the app and encoded in the URL', async () => {
    const one = await seen('/ä b?c=d e', { baseUrl: 'http://bücher.example/ü' })
    expect(one).toMatchObject({
      url: 'http://xn--bcher-kva.example/%C3%BC/%C3%A4%20b?c=d%20e',
      root: '/ü',
      path: '/ä b',
    })
  })

  test.each([
    'example.com',
    'ftp://example.com/',
    'http://ann:secret@example.com/',
    'http://example.com/?a=b',
    'http://example.com/#a',
    'http://',
  ])('is rejected if it is %s', async (wrong) => {
    await expect(appWith().testClient().get('/', { baseUrl: wrong })).rejects.toThrow(TypeError)
    expect(() => appWith().testRequestContext('/', { baseUrl: wrong })).toThrow(/received/)
  })

  test('cannot be combined with subdomain or urlScheme', async () => {
    const options = { baseUrl, subdomain: 'x' }
    await expect(appWith().testClient().get('/', options)).rejects.toThrow(/Pass only one of them/)
  })
})

describe('a path', () => {
  test.each([
    ['', 'http://localhost/'],
    ['a', 'http://localhost/a'],
    ['?b=c', 'http://localhost/?b=c'],
    ['/a#part', 'http://localhost/a'],
    ['/a?b=c#part', 'http://localhost/a?b=c'],
    ['/a%2Fb', 'http://localhost/a/b'],
  ])('%j requests %s', async (path, url) => {
    expect((await seen(path)).url).toBe(url)
  })

  test('is unchanged in RAW_URI, after the mount path', async () => {
    const app = appWith({ APPLICATION_ROOT: '/shop' })
    const answer = await app.testClient().get('/a%2Fb/../c?d=é#e')
    expect(answer.request?.environ.RAW_URI).toBe('/shop/a%2Fb/../c?d=%C3%A9')
    expect(answer.url).toBe('http://localhost/shop/a%2Fb/../c?d=%C3%A9')
  })

  test('can be an external URL from urlFor, with an anchor', async () => {
    const app = appWith({ APPLICATION_ROOT: '/shop' })
    const urls = app
      .testRequestContext()
      .run(() => [
        urlFor('index', {}, { external: true }),
        urlFor('index', { page: 2 }, { external: true, anchor: 'top', scheme: 'https' }),
      ])
    for (const url of urls) {
      const answer = await app.testClient().get(url)
      expect(answer.status).toBe(200)
      expect(answer.url).toBe(url.replace('#top', ''))
    }
  })
})

describe('an absolute URL', () => {
  test('sets scheme, host and port', async () => {
    expect(await seen('https://example.com:8443/a?b=c')).toEqual({
      url: 'https://example.com:8443/a?b=c',
      root: '',
      path: '/a',
      environ: ['example.com', '8443', 'https'],
    })
    expect((await seen('HTTPS://EXAMPLE.com')).url).toBe('https://example.com/')
    expect((await seen('http://[::1]:8000/')).environ).toEqual(['[::1]', '8000', 'http'])
  })

  test('must be within the mount path', async () => {
    const config = { APPLICATION_ROOT: '/shop' }
    expect(await seen('https://example.com/shop/a', {}, config)).toMatchObject({
      url: 'https://example.com/shop/a',
      root: '/shop',
      path: '/a',
    })
    for (const path of [
      'http://localhost/a',
      'http://localhost/shopping',
      'ftp://localhost/shop',
    ]) {
      await expect(appWith(config).testClient().get(path)).rejects.toMatchObject({
        code: 'ERR_PHIAL_TEST_URL',
      })
    }
  })
})

test('headers and environ of a request override parts of the base URL', async () => {
  const answer = await appWith()
    .testClient()
    .get('/a', {
      baseUrl: 'http://example.com/base',
      headers: { Host: 'example.org' },
      environ: { 'wsgi.url_scheme': 'https', SCRIPT_NAME: '/app' },
    })
  expect(await answer.json()).toMatchObject({ url: 'https://example.org/app/a', root: '/app' })
  expect(answer.url).toBe('https://example.org/app/a')
})

test('environBase is added to the environ of every request', async () => {
  const app = new Phial(import.meta.url)
  app.get('/', () => request.remoteAddr ?? '')
  const client = app.testClient()
  client.environBase['REMOTE_ADDR'] = '10.0.0.1'
  expect(await (await client.get('/')).text()).toBe('10.0.0.1')
  const environ = { REMOTE_ADDR: '10.0.0.2' }
  expect(await (await client.get('/', { environ })).text()).toBe('10.0.0.2')
})

test('a gateway application without Phial can have a base URL', async () => {
  const client = new TestClient(
    (environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      return [new TextEncoder().encode(`${environ.SCRIPT_NAME} ${environ.PATH_INFO}`)]
    },
    { baseUrl: 'https://example.com/app' },
  )
  const answer = await client.get('/a')
  expect([await answer.text(), answer.url]).toEqual(['/app /a', 'https://example.com/app/a'])
  expect(answer.request).toBeUndefined()
})
