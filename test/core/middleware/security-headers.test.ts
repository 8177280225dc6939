import { type Application, call, type HeaderList, securityHeaders, validator } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const page =
  (...headers: HeaderList): Application =>
  (_environ, startResponse) => {
    ok(startResponse, ...headers)
    return [bytes('page')]
  }

async function headersOf(
  headers: Parameters<typeof securityHeaders>[0],
  scheme: 'http' | 'https' = 'https',
  app = page(),
): Promise<Record<string, string>> {
  const answer = await call(validator(securityHeaders(headers)(validator(app))), {
    environ: { 'wsgi.url_scheme': scheme },
  })
  return Object.fromEntries(answer.headers.map(([name, value]) => [name.toLowerCase(), value]))
}

test('adds the default headers', async () => {
  expect(await headersOf({})).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self'") as string,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  })
})

test('sends Strict-Transport-Security only over HTTPS', async () => {
  expect(await headersOf({}, 'http')).not.toHaveProperty('strict-transport-security')
  const own = { 'strict-transport-security': 'max-age=1' }
  expect(await headersOf(own, 'http')).not.toHaveProperty('strict-transport-security')
  expect(await headersOf(own)).toMatchObject(own)
})

test('replaces or omits a default header, ignoring the case of its name', async () => {
  const headers = await headersOf({
    'content-security-policy': "default-src 'none'",
    'X-Frame-Options': null,
    'Permissions-Policy': 'camera=()',
  })
  expect(headers['content-security-policy']).toBe("default-src 'none'")
  expect(headers).not.toHaveProperty('x-frame-options')
  expect(headers['permissions-policy']).toBe('camera=()')
})

test('keeps the headers of the application', async () => {
  const headers = await headersOf({ 'X-Own': 'ours' }, 'https', page(['x-frame-options', 'DENY'], ['X-Own', 'its'])) // prettier-ignore
  expect([headers['x-frame-options'], headers['x-own']]).toEqual(['DENY', 'its'])
})
