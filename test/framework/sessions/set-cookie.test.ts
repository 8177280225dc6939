import { type Phial, type PhialOptions, session } from 'phial'
import { describe, expect, test } from 'vitest'
import { cookieOf, signedApp } from './support.ts'

async function written(config: PhialOptions['config'], environ = {}): Promise<string[]> {
  const app: Phial = signedApp({ PROPAGATE_EXCEPTIONS: true, ...config })
  app.get('/', () => {
    session['user'] = 'Ann'
    return ''
  })
  const [name = '', ...flags] = cookieOf(await app.testClient().get('/', { environ }))
  return [name.replace(/=.*/, ''), ...flags.sort()]
}

describe('the session cookie', () => {
  const https = { 'wsgi.url_scheme': 'https' }

  test('is Secure over HTTPS, unless SESSION_COOKIE_SECURE overrides it', async () => {
    const plain = ['session', 'HttpOnly', 'Path=/', 'SameSite=Lax']
    const secure = [...plain, 'Secure']
    expect(await written({})).toEqual(plain)
    expect(await written({}, https)).toEqual(secure)
    expect(await written({ SESSION_COOKIE_SECURE: true })).toEqual(secure)
    expect(await written({ SESSION_COOKIE_SECURE: false }, https)).toEqual(plain)
  })

  test('has the configured name and attributes', async () => {
    const config = {
      SESSION_COOKIE_NAME: 'mine',
      SESSION_COOKIE_DOMAIN: 'example.com',
      SESSION_COOKIE_PATH: '/shop',
      SESSION_COOKIE_HTTPONLY: false,
      SESSION_COOKIE_SAMESITE: 'Strict',
    } as const
    expect(await written(config)).toEqual([
      'mine',
      'Domain=example.com',
      'Path=/shop',
      'SameSite=Strict',
    ])
    expect(await written({ APPLICATION_ROOT: '/app' })).toContain('Path=/app')
    expect(await written({ SESSION_COOKIE_DOMAIN: '.example.com' })).toContain('Domain=example.com')
  })

  test('is Secure if it is Partitioned or SameSite=None', async () => {
    const partitioned = await written({ SESSION_COOKIE_PARTITIONED: true })
    expect(partitioned).toEqual(expect.arrayContaining(['Partitioned', 'Secure']))
    expect(await written({ SESSION_COOKIE_SAMESITE: 'None' })).toContain('Secure')
  })

  test('with the prefix __Host- is Secure, and cannot have a domain or another path', async () => {
    const name = '__Host-session'
    const flags = await written({ SESSION_COOKIE_NAME: name, SESSION_COOKIE_SECURE: false })
    expect(flags).toEqual([name, 'HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
    for (const wrong of [{ SESSION_COOKIE_DOMAIN: 'x.org' }, { SESSION_COOKIE_PATH: '/a' }]) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(written({ SESSION_COOKIE_NAME: name, ...wrong })).rejects.toThrow(
        'only with Path=/ and without Domain',
      )
    }
  })
})

describe('a long session cookie', () => {
  const of = (length: number, config = {}): Phial => {
    const app = signedApp(config)
    app.get('/', () => {
      session['text'] = 'x'.repeat(length)
      return ''
    })
    return app
  }

  test('is an error if browsers would ignore it', async () => {
    const client = of(4000, { PROPAGATE_EXCEPTIONS: true }).testClient()
    await expect(client.get('/')).rejects.toThrow(
      /Expected a session cookie of at most 4093 bytes.* received 5\d{3} bytes/,
    )
    const write = (): void => undefined
    const environ = { 'wsgi.errors': { write, writelines: write, flush: write } }
    const response = await of(4000).testClient().get('/', { environ })
    expect([response.status, cookieOf(response)]).toEqual([500, []])
  })

  test('is set if it fits', async () => {
    expect(cookieOf(await of(2900).testClient().get('/'))[0]?.length).toBeGreaterThan(3800)
  })
})
