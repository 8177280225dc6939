import { type Config, type PhialOptions, redirect, request, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const follow = { followRedirects: true }

/** Returns an app with a view `/to` that redirects to the URL in its query, and other views that return the request. */
function appWith(options: PhialOptions = {}): ReturnType<typeof make> {
  const app = make(options)
  app.route('/to', { methods: ['GET', 'POST'] }, () => {
    const { location, status = '302' } = Object.fromEntries(request.args) as Record<string, string>
    return new Response('', { status: Number(status), headers: { Location: location ?? '' } })
  })
  const show = (): object => ({
    url: request.url,
    method: request.method,
    root: request.rootPath,
    authorization: request.headers.get('authorization'),
    type: request.headers.get('content-language'),
    cookie: request.headers.get('cookie'),
    addr: request.remoteAddr,
  })
  app.route('/*path', { methods: ['GET', 'POST'] }, show)
  app.get('/', show)
  return app
}

interface Ask {
  baseUrl?: string
  config?: Partial<Config>
  allow?: boolean
}

async function reached(location: string, { baseUrl, config = {}, allow }: Ask): Promise<unknown> {
  const client = appWith({ config }).testClient({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(allow === undefined ? {} : { allowSubdomainRedirects: allow }),
  })
  const answer = await client.get('/to', { query: { location }, ...follow })
  expect(((await answer.clone().json()) as { url: string }).url).toBe(answer.url)
  return answer.url
}

describe('a redirect of a mounted app', () => {
  const baseUrl = 'http://localhost/app'

  test.each([
    ['/app/end', 'http://localhost/app/end'],
    ['end?a=b', 'http://localhost/app/end?a=b'],
    ['../app/end', 'http://localhost/app/end'],
    ['/app/', 'http://localhost/app/'],
    ['/app', 'http://localhost/app/'],
    ['http://localhost/app/end#part', 'http://localhost/app/end'],
  ])('to %s is followed', async (location, url) => {
    expect(await reached(location, { baseUrl })).toBe(url)
    expect(await reached(location, { config: { APPLICATION_ROOT: '/app' } })).toBe(url)
  })

  test.each(['/login', '/', '/application', '../login', 'http://localhost/login'])(
    'to %s, outside of the app, is an error',
    async (location) => {
      await expect(reached(location, { baseUrl })).rejects.toThrow(
        /which is outside of the app, which is mounted at \/app\. Omit followRedirects/,
      )
    },
  )

  test('to another spelling of the mount path is followed', async () => {
    const client = appWith().testClient({ baseUrl })
    const answer = await client.get('/to', { query: { location: '/%61pp/end' }, ...follow })
    expect(await answer.json()).toMatchObject({ url: 'http://localhost/app/end', root: '/app' })
  })

  test('that is mounted by environ is followed', async () => {
    const environ = { SCRIPT_NAME: '/app', REMOTE_ADDR: '10.0.0.9' }
    const ask = (location: string): Promise<globalThis.Response> =>
      appWith()
        .testClient()
        .get('/to', { query: { location }, environ, ...follow })
    expect(await (await ask('/app')).json()).toMatchObject({
      url: 'http://localhost/app/',
      root: '/app',
      addr: '10.0.0.9',
    })
    await expect(ask('/login')).rejects.toThrow(/outside of the app/)
  })
})

describe('a redirect to another scheme, host or port', () => {
  test.each([
    ['https://example.com/end', 'https://example.com/end'],
    ['//example.com/end', 'http://example.com/end'],
    ['http://EXAMPLE.com:80/end', 'http://example.com/end'],
  ])('%s is followed on the same site', async (location, url) => {
    expect(await reached(location, { baseUrl: 'http://example.com' })).toBe(url)
  })

  test.each([
    'https://example.org/',
    'http://example.com:8000/',
    'http://badexample.com/',
    'mailto:ann@example.com',
    '//example.org/',
  ])('%s is an error', async (location) => {
    for (const allow of [true, false]) {
      await expect(reached(location, { baseUrl: 'http://example.com', allow })).rejects.toThrow(
        /which is on another site/,
      )
    }
  })

  test('with an invalid URL is an error', async () => {
    await expect(reached('http://[', { baseUrl: 'http://example.com' })).rejects.toThrow(
      'which is not a valid URL',
    )
  })
})

describe('a redirect to a subdomain', () => {
  const config = { SERVER_NAME: 'example.com' }

  test('is an error unless allowSubdomainRedirects is set', async () => {
    const location = 'http://www.example.com/end'
    await expect(reached(location, { config })).rejects.toThrow(
      'on a subdomain, and allowSubdomainRedirects is not set',
    )
    expect(await reached(location, { config, allow: true })).toBe(location)
  })

  test('is followed if the app’s rules have subdomains', async () => {
    const app = make({ subdomainMatching: true, config })
    app.get('/', () => redirect('http://shop.example.com/'))
    app.get('/', { subdomain: 'shop' }, () => redirect('http://example.com/end'))
    app.get('/end', () => request.url)
    const answer = await app.testClient().get('/', follow)
    expect(await answer.text()).toBe('http://example.com/end')
    expect(answer.history.map(({ url }) => url)).toEqual([
      'http://example.com/',
      'http://shop.example.com/',
    ])
    const strict = app.testClient({ allowSubdomainRedirects: false })
    await expect(strict.get('/', follow)).rejects.toThrow('on a subdomain')
  })
})

describe('the request that follows a redirect', () => {
  const headers = { Authorization: 'Bearer x', Cookie: 'a=b', 'Content-Language': 'en' }
  const ask = async (location: string, method = 'GET', status = 302): Promise<unknown> => {
    const query = { location, status }
    const client = appWith().testClient()
    const body = method === 'POST' ? { body: 'text' } : {}
    const answer = await client.request('/to', { method, query, headers, ...body, ...follow })
    return answer.json()
  }

  test('keeps credentials only for the same origin', async () => {
    expect(await ask('/end')).toMatchObject({ authorization: 'Bearer x', cookie: 'a=b' })
    expect(await ask('https://localhost/end')).toMatchObject({ authorization: null, cookie: null })
  })

  test('omits the headers of the body if it omits the body', async () => {
    expect(await ask('/end', 'POST')).toMatchObject({ method: 'GET', type: null })
    expect(await ask('/end', 'POST', 307)).toMatchObject({ method: 'POST', type: 'en' })
  })
})
