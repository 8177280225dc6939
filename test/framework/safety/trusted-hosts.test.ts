import { Phial, request, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'

function make(...hosts: string[]): Phial {
  const app = new Phial(import.meta.url, { config: { TRUSTED_HOSTS: hosts } })
  app.get('/', () => request.host)
  return app
}

const ask = async (app: Phial, host: string): Promise<[number, string]> => {
  const response = await app.testClient({ validate: false }).get('/', { headers: { Host: host } })
  return [response.status, await response.text()]
}

describe('TRUSTED_HOSTS', () => {
  test('rejects an unlisted host with a 400', async () => {
    const app = make('example.com', '[::1]', 'localhost:8000')
    for (const host of [
      'example.com',
      'EXAMPLE.com',
      'example.com:81',
      '[::1]:9',
      'localhost:8000',
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await ask(app, host)).toEqual([200, host.replace(/:80$/, '')])
    }
    for (const host of [
      'evil.com',
      'www.example.com',
      'example.com.evil.com',
      'evilexample.com',
      'localhost',
      'localhost:8001',
      'example.com@evil.com',
      'evil.com/example.com',
      'evil.com#example.com',
      'example.com:',
      'exampleécom',
      '.',
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask(app, host))[0], host).toBe(400)
    }
  })

  test('with a leading dot includes the domain and its subdomains', async () => {
    const app = make('.example.com')
    for (const host of ['example.com', 'a.example.com', 'a.b.example.com:8000']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask(app, host))[0], host).toBe(200)
    }
    for (const host of ['evilexample.com', 'example.com.evil.com', 'com', 'example.org']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask(app, host))[0], host).toBe(400)
    }
  })

  test('accepts any host if empty', async () => {
    expect((await ask(make(), 'anything.example'))[0]).toBe(200)
  })

  test('rejects the request before the first hook, and prevents URLs with its host', async () => {
    const app = make('example.com')
    const calls: unknown[] = []
    app.beforeRequest(() => void calls.push('before'))
    app.afterRequest((response) => {
      for (const read of [
        () => request.host,
        () => request.url,
        () => request.baseUrl,
        () => request.rootUrl,
        () => urlFor('index', {}, { external: true }),
      ]) {
        expect(read).toThrow('does not serve the host')
      }
      calls.push(response.status)
    })
    await ask(app, 'evil.com')
    expect(calls).toEqual([400])
  })

  test('also rejects a request for an unknown path', async () => {
    const client = make('example.com').testClient()
    expect((await client.get('/none', { headers: { Host: 'evil.com' } })).status).toBe(400)
  })
})
