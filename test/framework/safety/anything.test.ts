/** Random requests never cause a 500. */
import { call } from '@phial/core'
import fc from 'fast-check'
import {
  flash,
  getFlashedMessages,
  int,
  Phial,
  redirect,
  renderTemplateString,
  request,
  session,
  urlFor,
} from 'phial'
import { describe, expect, test } from 'vitest'

/** Returns an app that reads every part of a request. */
function appThatReadsAll(): Phial {
  const app = new Phial(import.meta.url, {
    config: { SECRET_KEY: '0123456789abcdef0123456789abcdef', PROPAGATE_EXCEPTIONS: true },
  })
  const look = (): object => ({
    args: [...request.args],
    cookies: { ...request.cookies },
    headers: [...request.headers],
    session: { ...session },
    url: [request.url, request.baseUrl, request.fullPath, request.host, request.rootPath],
    flashed: getFlashedMessages(),
    again: urlFor('look', { path: request.path }, { external: true }),
  })
  app.get('/', () => renderTemplateString('<%= request.path %><%= session.user %>'))
  app.get('/posts/:id', { params: { id: int } }, ({ id }) => `${id}`)
  app.get('/dir/', () => 'dir')
  app.get('/to', () => redirect(request.args.get('next') ?? '/'))
  app.route('/look/*path', { methods: ['GET', 'POST'], endpoint: 'look' }, look)
  app.post('/form', async () => [...(await request.formData())])
  app.get('/write/:name', ({ name }) => {
    session[name] = request.args.get('value') ?? name
    flash(name)
    return redirect(urlFor('look', { path: name }))
  })
  return app
}

/** Text with one character for each byte, as in the gateway, with a preference for special characters. */
const bytes = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCodePoint(code)) }),
  fc.string({
    unit: fc.constantFrom('/', '.', '%', '\\', ':', '?', '=', ';', ',', '"', '\0', '\u00ff', ' '),
  }),
  fc.constantFrom('__proto__', 'constructor', '..', '%2e%2e', '//evil.com', '/\\evil.com', '%zz'),
  fc.string(),
)

const path = fc.oneof(
  bytes,
  fc.constantFrom('/', '/form', '/dir', '/to', '/posts/7'),
  fc
    .tuple(
      fc.constantFrom('/', '/posts/', '/dir', '/look/', '/write/', '/static/', '/to', '/form', ''),
      bytes,
    )
    .map((parts) => parts.join('')),
)

const query = fc.oneof(
  bytes,
  fc.tuple(fc.constantFrom('next', 'value', '__proto__'), bytes).map((pair) => pair.join('=')),
)

/** Text without the characters that servers reject in headers. */
const header = bytes.map((text) => text.replaceAll(/[\r\n\0]/g, ''))

const asked = fc.record({
  PATH_INFO: path.map((text) => text.replaceAll(/[^\u0000-\u00ff]/g, '')),
  QUERY_STRING: query,
  SCRIPT_NAME: fc.oneof({ weight: 5, arbitrary: fc.constant('') }, bytes),
  REQUEST_METHOD: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'ODD', 'get'),
  HTTP_HOST: fc.oneof({ weight: 5, arbitrary: fc.constant('localhost:8000') }, header),
  HTTP_COOKIE: fc.oneof(
    header,
    header.map((text) => `session=${text}`),
  ),
  HTTP_ACCEPT: header,
  HTTP_ORIGIN: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, header),
  HTTP_X_ANY: header,
  CONTENT_TYPE: fc.oneof(
    fc.constantFrom('application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'),
    header,
  ),
})

/** A body that resembles a form. */
const part = fc
  .tuple(header, bytes)
  .map(([name, text]) => `--b\r\nContent-Disposition: form-data; name=${name}\r\n\r\n${text}\r\n`)
const body = fc.oneof(
  bytes,
  fc.webQueryParameters(),
  fc.array(part, { maxLength: 3 }).map((parts) => `${parts.join('')}--b--\r\n`),
)

describe('random paths, headers, cookies, query strings and forms', () => {
  test('never cause a 500 or a hang', async () => {
    const app = appThatReadsAll()
    const statuses = new Set<number>()
    const property = fc.asyncProperty(asked, body, async (environ, sent) => {
      const answer = await call(app, { environ, body: sent })
      statuses.add(answer.statusCode)
      expect(answer.statusCode).toBeLessThan(500)
    })
    await fc.assert(property, { numRuns: 10_000 })
    expect([...statuses]).toEqual(expect.arrayContaining([200, 303, 308, 400, 403, 404, 405, 415]))
  }, 120_000)
})

describe('keys such as __proto__', () => {
  test('never change a prototype', async () => {
    const app = appThatReadsAll()
    const client = app.testClient()
    const form = new URLSearchParams([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(await (await client.post('/form', { form })).json()).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    const headers = { cookie: '__proto__=x; constructor=y' }
    const context = app.testRequestContext('/?__proto__=a&__proto__[b]=c', { headers })
    context.run(() => {
      expect(request.args.getAll('__proto__')).toEqual(['a'])
      expect(Object.entries(request.cookies)).toEqual([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ])
      expect(request.cookies['toString']).toBeUndefined()
    })
    expect(Object.hasOwn(Object.prototype, 'b')).toBe(false)
  })
})

describe('open redirects', () => {
  test('redirect never leads to another host for input from a client', async () => {
    const app = appThatReadsAll()
    const client = app.testClient({ validate: false })
    const target = fc.tuple(fc.constantFrom('/', '//', '/\\', '\\', '/\t/', ' /'), bytes)
    const property = fc.asyncProperty(target, async ([start, rest]) => {
      const response = await client.get('/to', { query: { next: start + rest } })
      const location = response.headers.get('location')
      if (response.status === 400) return
      expect(new URL(location ?? 'http://none', 'http://own.example/to').host).toBe('own.example')
    })
    await fc.assert(property, { numRuns: 1000 })
  })
})

describe('path traversal', () => {
  test('the static route never serves a file outside of its folder', async () => {
    const app = new Phial(import.meta.url, { staticFolder: '../static' })
    const client = app.testClient({ validate: false })
    const inside = await client.get('/static/css/site.css')
    const piece = fc.constantFrom('..', '.', '/', '\\', '%2e%2e', '%2f', '%5c', '%00', 'css', 'C:')
    const target = fc.constantFrom('app.test.ts', 'support.ts', 'css/site.css', '')
    const property = fc.asyncProperty(fc.array(piece), target, async (pieces, name) => {
      const response = await client.get(`/static/${pieces.join('')}/${name}`)
      expect([200, 308, 404]).toContain(response.status)
      if (response.status !== 200) return
      expect(response.headers.get('content-length')).toBe(inside.headers.get('content-length'))
    })
    await fc.assert(property, { numRuns: 2000 })
    expect(inside.status).toBe(200)
    expect(await client.get('/static/../app.test.ts')).toHaveProperty('status', 404)
  })
})
