import {
  type Application,
  call,
  cors,
  type CorsOptions,
  type HeaderList,
  validator,
} from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const ORIGIN = 'https://app.example.com'

interface Seen {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>
}

async function ask(
  options: CorsOptions,
  headers: Record<string, string>,
  method = 'GET',
  own: HeaderList = [],
): Promise<Seen> {
  const app: Application = (environ, startResponse) => {
    ok(startResponse, ...own)
    return [bytes(environ.REQUEST_METHOD)]
  }
  const answer = await call(validator(cors(options)(validator(app))), { method, headers })
  const all = answer.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const relevant = all.filter(([name]) => /^access-control|^vary$/.test(name))
  return { status: answer.statusCode, body: answer.text(), headers: Object.fromEntries(relevant) }
}

describe('a response', () => {
  test('to an allowed origin has Access-Control-Allow-Origin', async () => {
    const { headers, body } = await ask({ origins: [ORIGIN] }, { Origin: ORIGIN })
    expect(headers).toEqual({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' })
    expect(body).toBe('GET')
  })

  test('has Access-Control-Allow-Origin: * if all origins are allowed', async () => {
    const { headers } = await ask({ origins: '*' }, { Origin: ORIGIN })
    expect(headers).toEqual({ 'access-control-allow-origin': '*' })
  })

  test.each([
    'https://evil.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.org',
    'HTTPS://APP.EXAMPLE.COM',
    'null',
    '',
  ])('to the origin %j has only Vary', async (Origin) => {
    const { headers, status } = await ask({ origins: [ORIGIN] }, { Origin })
    expect([status, headers]).toEqual([200, { vary: 'Origin' }])
  })

  test('without an Origin has only Vary', async () => {
    expect((await ask({ origins: [ORIGIN] }, {})).headers).toEqual({ vary: 'Origin' })
  })

  test('allows credentials and exposes headers as configured', async () => {
    const options = { origins: [ORIGIN], credentials: true, exposeHeaders: ['ETag', 'X-Total'] }
    expect((await ask(options, { Origin: ORIGIN })).headers).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, X-Total',
      vary: 'Origin',
    })
  })

  test('has each CORS header once, even if the application sets it', async () => {
    const own: HeaderList = [['Access-Control-Allow-Origin', '*'], ['Vary', 'Origin']] // prettier-ignore
    const { headers } = await ask({ origins: [ORIGIN] }, { Origin: ORIGIN }, 'GET', own)
    expect(headers).toEqual({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' })
  })
})

describe('a preflight request', () => {
  const preflight = {
    Origin: ORIGIN,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'content-type, x-own',
  }

  test('is answered by the middleware', async () => {
    const { status, body, headers } = await ask({ origins: [ORIGIN] }, preflight, 'OPTIONS')
    expect([status, body]).toEqual([204, ''])
    expect(headers).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'content-type, x-own',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    })
  })

  test('uses the configured values', async () => {
    const options = { origins: [ORIGIN], methods: ['PUT'], allowHeaders: ['X-Own'], maxAge: 5, credentials: true } // prettier-ignore
    const { headers } = await ask(options, preflight, 'OPTIONS')
    expect(headers).toMatchObject({
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'X-Own',
      'access-control-max-age': '5',
      'access-control-allow-credentials': 'true',
    })
  })

  test.each([
    ['another origin', { ...preflight, Origin: 'https://evil.example' }],
    ['no origin', { 'Access-Control-Request-Method': 'PUT' }],
    ['no method: an OPTIONS request for the application', { Origin: ORIGIN }],
  ])('with %s is passed to the application', async (_, headers) => {
    expect((await ask({ origins: [ORIGIN] }, headers, 'OPTIONS')).body).toBe('OPTIONS')
  })
})

describe('a TypeError is thrown for', () => {
  test('all origins with credentials', () => {
    expect(() => cors({ origins: '*', credentials: true })).toThrow('List the allowed origins')
  })

  test.each(['https://app.example.com/', 'app.example.com', '*', 'https://a.example:443', 'null'])(
    'the invalid origin %s',
    (origin) => {
      expect(() => cors({ origins: [origin] })).toThrow(`received "${origin}"`)
    },
  )
})
