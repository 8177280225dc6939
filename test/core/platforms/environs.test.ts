/** Tests the environ keys of each platform with objects like the platform's. test/platforms runs them on the platforms. */
import { toFetch, validator, type Application, type Environ } from '@phial/core'
import { bunEnviron, denoEnviron, workersEnviron } from '@phial/core/platforms'
import { describe, expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

/** Returns an application that records its environ. */
function recording(): { app: Application; environ: () => Environ } {
  let recorded: Environ | undefined
  return {
    app: validator((environ, startResponse) => {
      recorded = environ
      ok(startResponse)
      return [bytes('seen')]
    }),
    environ: () => {
      if (recorded === undefined) throw new Error('The application was not called')
      return recorded
    },
  }
}

const request = (headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/a', { headers })

describe('bunEnviron', () => {
  test('provides the client’s address and port, and the server', async () => {
    const { app, environ } = recording()
    const server = { requestIP: () => ({ address: '203.0.113.7', port: 4711, family: 'IPv4' }) }
    await toFetch(app, { environ: bunEnviron })(request(), server)
    expect(environ()).toMatchObject({ REMOTE_ADDR: '203.0.113.7', REMOTE_PORT: '4711' })
    expect(environ()['phial.platform']).toEqual({ name: 'bun', server })
  })

  test('provides an empty address on a Unix socket', async () => {
    const { app, environ } = recording()
    await toFetch(app, { environ: bunEnviron })(request(), { requestIP: () => null })
    expect(environ()).toMatchObject({ REMOTE_ADDR: '', REMOTE_PORT: '' })
  })
})

describe('denoEnviron', () => {
  test.each([
    [{ transport: 'tcp', hostname: '2001:db8::1', port: 4711 }, '2001:db8::1', '4711'],
    [{ transport: 'unix', path: '/tmp/a.sock' }, '', ''],
  ])('provides the address for %j', async (remoteAddr, address, port) => {
    const { app, environ } = recording()
    const info = { remoteAddr, completed: Promise.resolve() }
    await toFetch(app, { environ: denoEnviron })(request(), info)
    expect(environ()).toMatchObject({ REMOTE_ADDR: address, REMOTE_PORT: port })
    expect(environ()['phial.platform']).toEqual({ name: 'deno', info })
  })
})

describe('workersEnviron', () => {
  const fromCloudflare = (headers: Record<string, string>): Request =>
    Object.assign(request(headers), { cf: { colo: 'FRA' } })
  const context = (): { waitUntil(work: Promise<unknown>): void; works: Promise<unknown>[] } => ({
    works: [],
    waitUntil(work) {
      this.works.push(work)
    },
  })

  test('provides the client’s address and the bindings', async () => {
    const { app, environ } = recording()
    const env = { GREETING: 'hello' }
    const incoming = fromCloudflare({ 'CF-Connecting-IP': '203.0.113.7' })
    await toFetch(app, { environ: workersEnviron })(incoming, env, context())
    expect(environ().REMOTE_ADDR).toBe('203.0.113.7')
    expect(environ()['phial.platform']).toMatchObject({ name: 'workers', env })
  })

  test.each([
    ['no cf', undefined, '', ''],
    ['an empty cf', {}, '', ''],
    ['the cf of a self-hosted workerd', { clientIp: '127.0.0.1:4711' }, '127.0.0.1', '4711'],
    ['the cf of workerd over IPv6', { clientIp: '[2001:db8::1]:4711' }, '2001:db8::1', '4711'],
    ['the cf of workerd on a Unix socket', { clientIp: '/tmp/a.sock' }, '', ''],
  ])('does not trust CF-Connecting-IP with %s', async (_, cf, address, port) => {
    const { app, environ } = recording()
    const incoming = Object.assign(request({ 'CF-Connecting-IP': '203.0.113.7' }), { cf })
    await toFetch(app, { environ: workersEnviron })(incoming, {}, context())
    expect(environ()).toMatchObject({ REMOTE_ADDR: address, REMOTE_PORT: port })
  })

  test('keeps the Worker alive for work of the application', async () => {
    const ctx = context()
    const work = Promise.resolve('done')
    const app: Application = (environ, startResponse) => {
      environ['phial.platform']?.waitUntil?.(work)
      ok(startResponse)
      return []
    }
    await toFetch(app, { environ: workersEnviron })(fromCloudflare({}), {}, ctx)
    expect(ctx.works).toEqual([work])
  })

  test('keeps the Worker alive until the body is closed, even if the client disconnects', async () => {
    const ctx = context()
    const closing = deferred()
    let isClosed = false
    const app: Application = (_environ, startResponse) => {
      ok(startResponse)
      const chunks = (async function* () {
        for (;;) yield bytes('more')
      })()
      return Object.assign(chunks, {
        close: async () => {
          await closing.promise
          isClosed = true
        },
      })
    }
    const response = await toFetch(app, { environ: workersEnviron })(fromCloudflare({}), {}, ctx)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(ctx.works).toHaveLength(1)
    closing.resolve()
    await ctx.works[0]
    expect(isClosed).toBe(true)
  })

  test('does not call waitUntil for a synchronous response', async () => {
    const ctx = context()
    const { app } = recording()
    await toFetch(app, { environ: workersEnviron })(fromCloudflare({}), {}, ctx)
    await turn()
    expect(ctx.works).toEqual([])
  })
})
