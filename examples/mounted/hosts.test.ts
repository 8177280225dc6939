import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expressHost, fastifyHost, koaHost } from './hosts.ts'

const hosts: Record<string, RequestListener> = {
  Express: expressHost,
  Koa: koaHost.callback(),
  Fastify: (request, response) => {
    void fastifyHost.ready().then(() => fastifyHost.routing(request, response))
  },
}

/** Serves a host with `node:http`, and returns the origin. */
async function serve(host: RequestListener): Promise<string> {
  const server = createServer(host).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.each(Object.entries(hosts))('in %s', (name, host) => {
  test('the front page is at the mount path, and its links stay below it', async () => {
    const site = await serve(host)
    const response = await fetch(`${site}/roof/`)
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(page).toContain('href="/roof/clock"')
    for (const [, path = ''] of page.matchAll(/href="(\/[^"]*)"/g)) {
      expect((await fetch(site + path)).status, path).toBe(200)
    }
  })

  test('a form reaches another framework through the host, and its redirect is returned', async () => {
    const site = await serve(host)
    const body = new URLSearchParams({ name: `Guest of ${name}` })
    const response = await fetch(`${site}/roof/guests/`, { method: 'POST', body })
    expect(new URL(response.url).pathname).toBe('/roof/guests/')
    expect(await response.json()).toHaveProperty(
      'guests',
      expect.arrayContaining([`Guest of ${name}`]),
    )
  })

  test('keeps the status of the mounted application, and serves other paths itself', async () => {
    const site = await serve(host)
    expect((await fetch(`${site}/roof/nowhere`)).status).toBe(404)
    expect(await (await fetch(`${site}/`)).text()).toBe(name)
  })
})
