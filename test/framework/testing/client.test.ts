import { randomBytes } from 'node:crypto'
import {
  type Config,
  MemoryStore,
  Phial,
  redirect,
  request,
  Response,
  session,
  SessionError,
  StoredSessions,
  type TestAddressOptions,
  TestClient,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make, raise } from '../support.ts'

const app = new Phial(import.meta.url)
app.route('/echo', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }, async () => ({
  method: request.method,
  query: request.queryString,
  type: request.mimetype,
  test: request.headers.get('x-test'),
  text: await request.text(),
  addr: request.remoteAddr,
}))
app.get('/set/:value', ({ value }) => {
  const response = new Response('')
  response.setCookie('a', value)
  return response
})
app.get('/delete', () => {
  const response = new Response('')
  response.deleteCookie('a')
  return response
})
app.get('/cookies', () => ({ ...request.cookies }))

describe('a test client', () => {
  test('sends query, headers, environ and a body', async () => {
    const client = app.testClient()
    const options = {
      query: { a: [1, 2], b: true },
      headers: { 'X-Test': 'yes' },
      environ: { REMOTE_ADDR: '10.0.0.1' },
    }
    const common = { method: 'PUT', query: 'a=1&a=2&b=true', test: 'yes', addr: '10.0.0.1' }
    const json = await client.put('/echo', { ...options, json: { é: 1 } })
    expect(await json.json()).toEqual({ ...common, type: 'application/json', text: '{"é":1}' })
    const form = await client.post('/echo', { form: { a: ['x y', 'é'] } })
    expect(await form.json()).toMatchObject({
      type: 'application/x-www-form-urlencoded',
      text: 'a=x+y&a=%C3%A9',
    })
    const body = await client.patch('/echo', {
      body: 'text',
      headers: { 'Content-Type': 'text/x' },
    })
    expect(await body.json()).toMatchObject({ type: 'text/x', text: 'text' })
    expect((await client.delete('/echo')).statusText).toBe('OK')
  })

  test('stores cookies, separately from other clients', async () => {
    const [client, other] = [app.testClient(), app.testClient()]
    await client.get('/set/x%20%C3%A9;')
    expect(await (await client.get('/cookies')).json()).toEqual({ a: 'x é;' })
    expect(await (await other.get('/cookies')).json()).toEqual({})
    await client.get('/delete')
    expect(await (await client.get('/cookies')).json()).toEqual({})
  })

  test('does not store cookies with cookies: false', async () => {
    const client = app.testClient({ cookies: false })
    await client.get('/set/x')
    expect(await (await client.get('/cookies')).json()).toEqual({})
  })

  test('uses the validator, unless validate is false', async () => {
    const broken = new Phial(import.meta.url)
    broken.wsgiApp = (_, startResponse) => {
      startResponse('200 OK', [])
      return [new Uint8Array(1)]
    }
    await expect(broken.testClient().get('/')).rejects.toThrow(/^APP-\d+/)
    const lax = await broken.testClient({ validate: false }).get('/')
    expect(lax.status).toBe(200)
  })
})

describe('followRedirects', () => {
  const app = new Phial(import.meta.url)
  const text = async (): Promise<string> =>
    `${request.method} ${request.url} ${await request.text()}`
  app.route('/end', { methods: ['GET', 'POST', 'PUT'] }, text)
  app.route('/moved/:status', { methods: ['GET', 'POST', 'PUT'] }, ({ status }) => {
    const response = new Response('', { status, headers: { Location: '../end?x=é' } })
    response.setCookie('on', 'the-way')
    return response
  })
  app.get('/chain', () => redirect('/moved/302'))
  app.get('/away', () => redirect('http://example.com/'))
  app.get('/loop', () => redirect('/loop'))
  app.get('/seen', () => request.cookies['on'] ?? 'nothing')

  test('is off by default', async () => {
    const answer = await app.testClient().get('/moved/302')
    expect(answer).toMatchObject({ status: 302, history: [], redirected: false })
    expect(answer.url).toBe('http://localhost/moved/302')
  })

  test('returns the final response with its history', async () => {
    const answer = await app.testClient().get('/chain', { followRedirects: true })
    expect(await answer.text()).toBe('GET http://localhost/end?x=%C3%A9 ')
    expect(answer.history.map(({ status, url }) => [status, url])).toEqual([
      [303, 'http://localhost/chain'],
      [302, 'http://localhost/moved/302'],
    ])
    expect(answer).toBeInstanceOf(globalThis.Response)
    expect(answer).toMatchObject({ redirected: true, url: 'http://localhost/end?x=%C3%A9' })
  })

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'PUT'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('for a %d of %s sends %s', async (status, method, then) => {
    const options = { method, body: 'body', followRedirects: true }
    const answer = await app.testClient().request(`/moved/${status}`, options)
    const body = then === 'GET' ? '' : 'body'
    expect(await answer.text()).toBe(`${then} http://localhost/end?x=%C3%A9 ${body}`)
  })

  test('stores the cookies of redirects', async () => {
    const client = app.testClient()
    await client.get('/chain', { followRedirects: true })
    expect(await (await client.get('/seen')).text()).toBe('the-way')
  })

  test('works under a mount path', async () => {
    const options = { environ: { SCRIPT_NAME: '/app' }, followRedirects: true }
    const answer = await app.testClient().get('/moved/302', options)
    expect(await answer.text()).toContain('http://localhost/app/end')
  })

  test('throws for another site and for endless redirects', async () => {
    const client = app.testClient()
    const follow = { followRedirects: true }
    await expect(client.get('/away', follow)).rejects.toThrow(
      'http://example.com/, which is on another',
    )
    await expect(client.get('/loop', follow)).rejects.toThrow('Expected at most 20 redirects')
  })
})

describe('cookies', () => {
  test('can be set, read and deleted', async () => {
    const client = app.testClient()
    client.setCookie('a', 'x')
    client.setCookie('b', 'y', { path: '/elsewhere' })
    expect(await (await client.get('/cookies')).json()).toEqual({ a: 'x' })
    expect(client.getCookie('a')).toBe('x')
    expect(client.getCookie('b')).toBeUndefined()
    expect(client.getCookie('b', '/elsewhere/x')).toBe('y')
    client.deleteCookie('a')
    expect(await (await client.get('/cookies')).json()).toEqual({})
    const none = app.testClient({ cookies: false })
    expect(() => none.setCookie('a', 'x')).toThrow('does not store cookies')
  })

  test('belong to the host of the base URL by default', async () => {
    const client = app.testClient({ baseUrl: 'https://shop.example.com' })
    client.setCookie('a', 'x')
    client.setCookie('b', 'y', { domain: 'example.com' })
    client.setCookie('c', 'z', { host: 'localhost' })
    expect(await (await client.get('/cookies')).json()).toEqual({ a: 'x', b: 'y' })
    expect([client.getCookie('a'), client.getCookie('a', '/', 'example.com')]).toEqual([
      'x',
      undefined,
    ])
    expect(client.getCookie('c', '/', 'localhost')).toBe('z')
    client.deleteCookie('a')
    client.deleteCookie('b', { domain: 'example.com' })
    expect(await (await client.get('/cookies')).json()).toEqual({})
  })

  test('are replaced by a Cookie header of the request', async () => {
    const client = app.testClient()
    client.setCookie('a', 'x')
    const answer = await client.get('/cookies', { headers: { Cookie: 'b=y' } })
    expect(await answer.json()).toEqual({ b: 'y' })
  })
})

describe('TESTING', () => {
  test('makes the client reject with an unhandled error instead of a 500', async () => {
    const ask = (TESTING: boolean): Promise<globalThis.Response> => {
      const app = new Phial(import.meta.url, { config: { TESTING } })
      app.get('/', raise(new RangeError('mine')))
      return app.testClient().get('/', { environ: logging().environ })
    }
    await expect(ask(true)).rejects.toThrow(RangeError)
    expect((await ask(false)).status).toBe(500)
  })
})

describe('client.session', () => {
  const SECRET_KEY = randomBytes(32).toString('hex')

  test.each([
    ['in a cookie', undefined],
    ['in a store', new StoredSessions(new MemoryStore())],
  ])('reads and changes the session between requests: %s', async (_, sessions) => {
    const app = make({ config: { SECRET_KEY } })
    if (sessions !== undefined) app.sessionInterface = sessions
    app.get('/', () => {
      session['count'] = Number(session['count'] ?? 0) + 1
      return String(session['count'])
    })
    const client = app.testClient()
    const set = await client.session(async (session) => {
      await Promise.resolve()
      session['count'] = 5
      return 'done'
    })
    expect(set).toBe('done')
    expect(await (await client.get('/')).text()).toBe('6')
    expect(await client.session((session) => session['count'])).toBe(6)
    await client.session((session) => {
      delete session['count']
    })
    expect(await (await client.get('/')).text()).toBe('1')
    expect(await app.testClient().session((session) => ({ ...session }))).toEqual({})
  })

  const sessionApp = (config: Partial<Config>): Phial => {
    const app = make({ config: { SECRET_KEY, ...config } })
    const user = (): string => String(session['user'])
    app.get('/', user)
    app.get('/*path', user)
    return app
  }

  test.each<[Partial<Config>, TestAddressOptions, string]>([
    [{ APPLICATION_ROOT: '/shop' }, {}, '/'],
    [{ SERVER_NAME: 'example.com', SESSION_COOKIE_DOMAIN: 'example.com' }, {}, '/'],
    [{ SESSION_COOKIE_DOMAIN: 'example.com' }, { baseUrl: 'http://www.example.com' }, '/'],
    [{ SESSION_COOKIE_SECURE: true }, {}, '/'],
    [{ SESSION_COOKIE_SECURE: true }, { baseUrl: 'https://example.com/app' }, '/a'],
    [{ SESSION_COOKIE_NAME: '__Host-session' }, { urlScheme: 'https' }, '/'],
    [{ SESSION_COOKIE_PATH: '/admin' }, {}, '/admin/users'],
    [{ SESSION_COOKIE_PATH: '/shop/admin', APPLICATION_ROOT: '/shop' }, {}, '/admin'],
    [{ SERVER_NAME: 'example.com' }, { subdomain: 'shop' }, '/'],
  ])('opens the session of the app with %j and %j', async (config, options, path) => {
    const app = sessionApp(config)
    const client = app.testClient()
    await client.session((session) => void (session['user'] = 'Ann'), options)
    expect(await client.session((session) => session['user'], options)).toBe('Ann')
    expect(await (await client.get(path, options)).text()).toBe('Ann')
    const own = app.testClient('baseUrl' in options ? { baseUrl: options.baseUrl } : {})
    await own.session((session) => void (session['user'] = 'Bob'))
    expect(await own.session((session) => session['user'])).toBe('Bob')
    await own.session((session) => session.clear())
    expect(await own.session((session) => session['user'])).toBeUndefined()
  })

  test.each<[Partial<Config>, string, RegExp]>([
    [{ SESSION_COOKIE_DOMAIN: 'example.com' }, 'http://localhost', /does not include the host/],
    [{ SESSION_COOKIE_SECURE: true }, 'http://example.com', /is not sent to http:/],
    [{ SESSION_COOKIE_NAME: '__Secure-a' }, 'http://example.com', /requires HTTPS/],
  ])('rejects with a hint about the base URL for %j at %s', async (config, baseUrl, reason) => {
    const change = sessionApp(config)
      .testClient({ baseUrl })
      .session((session) => void (session['user'] = 'Ann'))
    await expect(change).rejects.toThrow(reason)
    await expect(change).rejects.toThrow(/Pass a baseUrl to which it is sent/)
  })

  test('uses the environ and headers of its options', async () => {
    const app = sessionApp({})
    const options = {
      path: '/a',
      headers: { 'X-Test': 'yes' },
      environ: { REMOTE_ADDR: '10.0.0.1' },
    }
    await app.testClient().session(() => {
      expect([request.path, request.remoteAddr, request.headers.get('x-test')]).toEqual([
        '/a',
        '10.0.0.1',
        'yes',
      ])
    }, options)
  })

  test('requires a secret, cookies and a Phial app', async () => {
    const change = (session: Record<string, unknown>): void => void (session['a'] = 1)
    await expect(make().testClient().session(change)).rejects.toThrow(SessionError)
    await expect(make().testClient({ cookies: false }).session(change)).rejects.toThrow(
      'does not store cookies',
    )
    await expect(new TestClient(() => []).session(change)).rejects.toThrow('another application')
  })
})
