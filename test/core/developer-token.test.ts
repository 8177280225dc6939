/** Loads a separate instance of the module, so that the token does not affect other tests. */
import { call, setupTestingDefaults, validator, type Application, type Environ } from '@phial/core'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  admitDeveloper,
  requireDeveloperToken,
  whyNotDeveloper,
} from '../../packages/core/src/developer-token.ts'
import { bytes } from './support/bytes.ts'
import { ok } from './support/drive.ts'

const here = { SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: '127.0.0.1', SERVER_PORT: '8000' }
const requestWith = (variables: Record<string, string>): Environ =>
  setupTestingDefaults({ ...here, HTTP_HOST: '127.0.0.1:8000', ...variables })

/** Responds with the requested URL, and with the reason if the request may not see development pages. */
const pages: Application = (environ, startResponse) => {
  ok(startResponse)
  const why = whyNotDeveloper(environ) ?? 'shown'
  return [bytes(`${environ.RAW_URI ?? ''} ${environ.QUERY_STRING} ${why}`)]
}
const site = validator(admitDeveloper(validator(pages)))
const visit = (
  path: string,
  headers: Record<string, string> = {},
  environ: Record<string, string> = {},
) => call(site, { path, headers, environ: { ...here, ...environ } })

const navigating = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' }
const cookieOf = ({ headers }: { headers: [string, string][] }): string | undefined =>
  headers.find(([name]) => name === 'Set-Cookie')?.[1]

test('accepts any request from this machine if no token is required', async () => {
  expect(whyNotDeveloper(requestWith({}))).toBeUndefined()
  expect(whyNotDeveloper(requestWith({ REMOTE_ADDR: '10.0.0.7' }))).toBe('the client is 10.0.0.7')
  expect((await visit('/?token=abc')).text()).toBe('/?token=abc token=abc shown')
})

describe('with a token', () => {
  let token = ''
  beforeEach(() => {
    token = requireDeveloperToken()
  })

  test('which is random by default', () => {
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    expect(requireDeveloperToken()).not.toBe(token)
    expect(requireDeveloperToken('given')).toBe('given')
    expect(
      whyNotDeveloper(requestWith({ HTTP_COOKIE: 'phial-developer-8000=given' })),
    ).toBeUndefined()
  })

  test('rejects a request without it, with a reason that names the fix', async () => {
    expect((await visit('/a')).text()).toMatch(/the request has no token: open the address that/)
  })

  test('redirects a browser to the address without the token, and sets a cookie', async () => {
    const first = await visit(`/a%2Fb?x=1&token=${token}&y=2`, navigating)
    expect(first.status).toBe('303 See Other')
    expect(first.headers).toContainEqual(['Location', '/a%2Fb?x=1&y=2'])
    expect(cookieOf(first)).toBe(`phial-developer-8000=${token}; Path=/; HttpOnly; SameSite=Strict`)
    const [cookie = ''] = cookieOf(first)?.split(';') ?? []
    expect((await visit('/a', { Cookie: `a=b; ${cookie}` })).text()).toContain('shown')
  })

  test('redirects to the same host for any path', async () => {
    const answer = await visit(`//evil.example/?token=${token}`, navigating)
    expect(answer.headers).toContainEqual(['Location', '/evil.example/'])
  })

  test('responds directly to other clients, and hides the token from the application', async () => {
    const answer = await visit(`/a?token=${token}`)
    expect(answer.text()).toBe('/a  shown')
    expect(cookieOf(answer)).toContain(token)
    const posted = await call(site, {
      method: 'POST',
      path: `/a?token=${token}`,
      headers: navigating,
      environ: here,
    })
    expect(posted.text()).toBe('/a  shown')
  })

  test.each([
    ['another token', () => ({ HTTP_COOKIE: `phial-developer-8000=${'0'.repeat(32)}` })],
    ['a part of it', () => ({ HTTP_COOKIE: `phial-developer-8000=${token.slice(1)}` })],
    ['a cookie of another port', () => ({ HTTP_COOKIE: `phial-developer-8001=${token}` })],
    ['a header of the same name', () => ({ HTTP_PHIAL_DEVELOPER: 'true' })],
    [
      'an outdated token',
      () => {
        const older = { HTTP_COOKIE: `phial-developer-8000=${token}` }
        requireDeveloperToken()
        return older
      },
    ],
  ] as const)('rejects %s', (_what, variables) => {
    expect(whyNotDeveloper(requestWith(variables()))).toMatch(/no token/)
  })

  test.each([
    [{ REMOTE_ADDR: '203.0.113.7' }, {}],
    [{}, { 'X-Forwarded-For': '203.0.113.7' }],
    [{}, { Referer: 'https://example.com/' }],
  ])('rejects a client on another machine: %j %j', async (environ, headers) => {
    const answer = await visit(`/?token=${token}`, { ...navigating, ...headers }, environ)
    expect([answer.statusCode, cookieOf(answer)]).toEqual([200, undefined])
    expect(answer.text()).not.toContain('shown')
    const cookie = { Cookie: `phial-developer-8000=${token}` }
    expect((await visit('/', { ...cookie, ...headers }, environ)).text()).not.toContain('shown')
  })

  test('keeps a token parameter of the application', async () => {
    const answer = await visit('/reset?token=of-the-application', navigating)
    expect(answer.text()).toContain('token=of-the-application')
    expect(answer.statusCode).toBe(200)
  })
})
