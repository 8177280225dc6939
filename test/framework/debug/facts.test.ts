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

test('the route is said, with its values', () => {
  expect(tables(known('/orders/7'))['Route']).toEqual({
    pattern: '/orders/:id',
    endpoint: 'order',
    id: '7',
  })
})

test('a path without a rule is said to have none', () => {
  expect(tables(known('/nowhere'))['Route']).toEqual({
    endpoint: 'none: no rule has this path and method',
  })
})

test('headers have the names that they are sent with, and their text', () => {
  const { Headers: headers } = tables(known('/', { 'X-Name': 'Zo', 'Accept-Language': 'de' }))
  expect(headers).toMatchObject({ 'X-Name': 'Zo', 'Accept-Language': 'de', Host: 'localhost' })
})

test('secrets of the request are hidden, and that they are there is said', () => {
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

test('secrets of the settings are hidden', () => {
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

test('the environment is nowhere shown, and its secrets are hidden', () => {
  process.env['SHOP_TOKEN'] = 'from-the-environment'
  try {
    const from = known('/', { 'X-Echo': 'from-the-environment' })
    expect(tables(from)['Headers']).toMatchObject({ 'X-Echo': MASK })
    expect(JSON.stringify(tables(from))).not.toMatch(/SHOP_TOKEN|from-the-environment/)
  } finally {
    delete process.env['SHOP_TOKEN']
  }
})

test('a basic password is hidden where it turns up', () => {
  const from = known('/', { Authorization: `Basic ${btoa('ada:rosebud')}`, 'X-Echo': 'rosebud' })
  expect(tables(from)['Headers']).toMatchObject({ Authorization: MASK, 'X-Echo': MASK })
})

test('the environ has kinds in the place of objects', () => {
  const { Environ } = tables(known('/'))
  expect(Environ).toMatchObject({ REQUEST_METHOD: 'GET', 'wsgi.version': '[ 1, 0 ]' })
  expect(Environ?.['wsgi.input']).toMatch(/^\(\w+\)$/)
})

test('the request’s line has no secret of the query', () => {
  const { environ } = known('/a%20b?token=abc&x=1&api_key=%20z')
  if (environ === undefined) throw new Error('no environ')
  expect(requestLine(environ, secretsOf({ environ }))).toBe(
    `GET http://localhost/a%20b?token=${MASK}&x=1&api_key=${MASK}`,
  )
})

test('without a request there is nothing to say', () => {
  expect(factsOf({}, secretsOf({}))).toEqual([])
})
