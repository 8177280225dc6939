import { expect, test } from 'vitest'
import {
  factsOf,
  type Known,
  requestLine,
  secretsOf,
} from '../../../packages/framework/dist/debug/facts.js'
import { MASK } from '../../../packages/framework/dist/debug/secrets.js'
import { makeApp, secretKey } from './app.ts'

const known = (path: string, headers: Record<string, string> = {}): Known => {
  const context = makeApp().testRequestContext(path, { headers })
  return { context, environ: context.request.environ }
}

const tables = (from: Known): Record<string, Record<string, string>> =>
  Object.fromEntries(
    factsOf(from, secretsOf(from)).map(({ title, rows }) => [title, Object.fromEntries(rows)]),
  )

test('shows the route with its values', () => {
  expect(tables(known('/orders/7'))['Route']).toEqual({
    pattern: '/orders/:id',
    endpoint: 'order',
    id: '7',
  })
})

test('says that no rule matches if the path has none', () => {
  expect(tables(known('/nowhere'))['Route']).toEqual({
    endpoint: 'none: no rule matches this path and method',
  })
})

test('shows headers with their usual names and their decoded values', () => {
  const { Headers: headers } = tables(known('/', { 'X-Name': 'Zo', 'Accept-Language': 'de' }))
  expect(headers).toMatchObject({ 'X-Name': 'Zo', 'Accept-Language': 'de', Host: 'localhost' })
})

test('hides secrets of the request, but shows that they exist', () => {
  const from = known('/orders/7?token=abc&page=2', {
    Cookie: 'session=eyJhIjoxfQ; theme=dark-blue',
    Authorization: 'Bearer opensesame',
    'X-Echo': 'opensesame dark-blue',
  })
  const { Query, Cookies, Headers: headers } = tables(from)
  expect(Query).toEqual({ token: MASK, page: '2' })
  expect(Cookies).toEqual({ session: MASK, theme: MASK })
  expect(headers).toMatchObject({ Authorization: MASK, 'X-Echo': `${MASK} ${MASK}` })
  expect(headers).not.toHaveProperty('Cookie')
})

test('hides secrets in settings', () => {
  const { Settings } = tables(known('/'))
  expect(Settings).toMatchObject({
    DEBUG: 'true',
    SECRET_KEY: MASK,
    DATABASE_URL: `postgres://ada:${MASK}@db.example/shop`,
    MAIL: `{ host: 'mail.example', password: '${MASK}' }`,
    SECRET_KEY_FALLBACKS: '[]',
  })
  expect(JSON.stringify(tables(known('/')))).not.toMatch(new RegExp(`${secretKey}|hunter2|sesame`))
})

test('does not show environment variables, and hides their secrets elsewhere', () => {
  process.env['SHOP_TOKEN'] = 'from-the-environment'
  try {
    const from = known('/', { 'X-Echo': 'from-the-environment' })
    expect(tables(from)['Headers']).toMatchObject({ 'X-Echo': MASK })
    expect(JSON.stringify(tables(from))).not.toMatch(/SHOP_TOKEN|from-the-environment/)
  } finally {
    delete process.env['SHOP_TOKEN']
  }
})

test('hides the password of basic authentication in other headers', () => {
  const from = known('/', { Authorization: `Basic ${btoa('ada:rosebud')}`, 'X-Echo': 'rosebud' })
  expect(tables(from)['Headers']).toMatchObject({ Authorization: MASK, 'X-Echo': MASK })
})

test('shows the types of objects in the environ', () => {
  const { Environ } = tables(known('/'))
  expect(Environ).toMatchObject({ REQUEST_METHOD: 'GET', 'wsgi.version': '[ 1, 0 ]' })
  expect(Environ?.['wsgi.input']).toMatch(/^\(\w+\)$/)
})

test('hides secrets of the query in the request line', () => {
  const { environ } = known('/a%20b?token=abc&x=1&api_key=%20z')
  if (environ === undefined) throw new Error('no environ')
  expect(requestLine(environ, secretsOf({ environ }))).toBe(
    `GET http://localhost/a%20b?token=${MASK}&x=1&api_key=${MASK}`,
  )
})

test('has no tables without a request', () => {
  expect(factsOf({}, secretsOf({}))).toEqual([])
})
