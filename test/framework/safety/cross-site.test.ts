import { proxyFix } from '@phial/core'
import { Phial, type PhialOptions } from 'phial'
import { describe, expect, test } from 'vitest'

function make(config: PhialOptions['config'] = {}): Phial {
  const app = new Phial(import.meta.url, { config })
  app.route('/', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }, () => 'done')
  return app
}

const status = async (
  app: Phial,
  headers: Record<string, string>,
  method = 'POST',
): Promise<number> => (await app.testClient().request('/', { method, headers })).status

describe('cross-site unsafe requests', () => {
  test('are rejected by Sec-Fetch-Site, which overrides Origin', async () => {
    const site = (value: string): Promise<number> =>
      status(make(), { 'Sec-Fetch-Site': value, Origin: 'http://localhost' })
    expect(await site('same-origin')).toBe(200)
    expect(await site('none')).toBe(200)
    for (const other of ['cross-site', 'same-site', 'something-new', '']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await site(other), other).toBe(403)
    }
  })

  test('are rejected by Origin if Sec-Fetch-Site is missing', async () => {
    const from = (origin: string, host = 'localhost'): Promise<number> =>
      status(make(), { Origin: origin, Host: host })
    expect(await from('http://localhost')).toBe(200)
    expect(await from('http://localhost:8000', 'localhost:8000')).toBe(200)
    expect(await from('http://localhost', 'LOCALHOST:80')).toBe(200)
    expect(await from('http://[::1]:8000', '[::1]:8000')).toBe(200)
    for (const other of [
      'http://evil.example',
      'http://localhost.evil.example',
      'http://localhost:8000',
      'https://localhost',
      'http://sub.localhost',
      'null',
      '',
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await from(other), other).toBe(403)
    }
  })

  test('are rejected for all methods except GET, HEAD and OPTIONS', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'ODD']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await status(make(), headers, method), method).toBe(403)
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await status(make(), headers, method), method).toBe(200)
    }
  })

  test('are not assumed without Sec-Fetch-Site and Origin', async () => {
    expect(await status(make(), {})).toBe(200)
  })

  test('are detected by the origin that proxyFix restores', async () => {
    const app = make()
    app.wsgiApp = proxyFix({ proto: 1, host: 1 })(app.wsgiApp)
    const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'example.com' }
    expect(await status(app, { ...forwarded, Origin: 'https://example.com' })).toBe(200)
    expect(await status(app, { ...forwarded, Origin: 'http://localhost' })).toBe(403)
  })

  test('get a hint if proxyFix is probably missing', async () => {
    const textFor = async (origin: string): Promise<string> =>
      (
        await make()
          .testClient()
          .post('/', { headers: { Origin: origin } })
      ).text()
    expect(await textFor('https://localhost')).toContain('wrap the app in proxyFix')
    expect(await textFor('https://evil.example')).not.toContain('proxyFix')
  })

  test('are accepted with CROSS_SITE_CHECK off, or from TRUSTED_ORIGINS', async () => {
    const cross = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://login.example.com' }
    expect(await status(make({ CROSS_SITE_CHECK: false }), cross)).toBe(200)
    const app = make({ TRUSTED_ORIGINS: ['https://login.example.com'] })
    expect(await status(app, cross)).toBe(200)
    expect(await status(app, { Origin: 'https://login.example.com' })).toBe(200)
    expect(await status(app, { ...cross, Origin: 'https://other.example.com' })).toBe(403)
    expect(await status(app, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
  })

  test('run error handlers, but no hooks or views', async () => {
    const app = make()
    app.beforeRequest(() => expect.unreachable())
    app.errorHandler(403, (error) => `refused: ${error.description}`)
    const headers = { 'Sec-Fetch-Site': 'cross-site' }
    const response = await app.testClient().post('/', { headers })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('refused: Cross-site request rejected')
  })
})
