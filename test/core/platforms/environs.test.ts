/** What each platform tells, on its own objects as far as they can be had here; the platforms themselves are asked elsewhere. */
import { toFetch, validator, type Application, type Environ } from '@phial/core'
import { bunEnviron, denoEnviron, workersEnviron } from '@phial/core/platforms'
import { describe, expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

/** Answers, and keeps what it was asked with. */
function keeping(): { app: Application; environ: () => Environ } {
  let kept: Environ | undefined
  return {
    app: validator((environ, startResponse) => {
      kept = environ
      ok(startResponse)
      return [bytes('seen')]
    }),
    environ: () => {
      if (kept === undefined) throw new Error('The application was not asked')
      return kept
    },
  }
}

const request = (headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/a', { headers })

describe('bunEnviron', () => {
  test('tells the client’s address and port, and the server', async () => {
    const { app, environ } = keeping()
    const server = { requestIP: () => ({ address: '203.0.113.7', port: 4711, family: 'IPv4' }) }
    await toFetch(app, { environ: bunEnviron })(request(), server)
    expect(environ()).toMatchObject({ REMOTE_ADDR: '203.0.113.7', REMOTE_PORT: '4711' })
    expect(environ()['phial.platform']).toEqual({ name: 'bun', server })
  })

  test('tells no address where Bun knows none: on a unix socket', async () => {
    const { app, environ } = keeping()
    await toFetch(app, { environ: bunEnviron })(request(), { requestIP: () => null })
    expect(environ()).toMatchObject({ REMOTE_ADDR: '', REMOTE_PORT: '' })
  })
})

describe('denoEnviron', () => {
  test.each([
    [{ transport: 'tcp', hostname: '2001:db8::1', port: 4711 }, '2001:db8::1', '4711'],
    [{ transport: 'unix', path: '/tmp/a.sock' }, '', ''],
  ])('of %j', async (remoteAddr, address, port) => {
    const { app, environ } = keeping()
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

  test('tells the client’s address and the bindings', async () => {
    const { app, environ } = keeping()
    const env = { GREETING: 'hello' }
    const asked = fromCloudflare({ 'CF-Connecting-IP': '203.0.113.7' })
    await toFetch(app, { environ: workersEnviron })(asked, env, context())
    expect(environ().REMOTE_ADDR).toBe('203.0.113.7')
    expect(environ()['phial.platform']).toMatchObject({ name: 'workers', env })
  })

  test.each([
    ['no cf', undefined, '', ''],
    ['an empty cf', {}, '', ''],
    ['the cf of a workerd of one’s own', { clientIp: '127.0.0.1:4711' }, '127.0.0.1', '4711'],
    ['the same over IPv6', { clientIp: '[2001:db8::1]:4711' }, '2001:db8::1', '4711'],
    ['the same on a unix socket', { clientIp: '/tmp/a.sock' }, '', ''],
  ])('does not believe the header of a client: with %s', async (_, cf, address, port) => {
    const { app, environ } = keeping()
    const asked = Object.assign(request({ 'CF-Connecting-IP': '203.0.113.7' }), { cf })
    await toFetch(app, { environ: workersEnviron })(asked, {}, context())
    expect(environ()).toMatchObject({ REMOTE_ADDR: address, REMOTE_PORT: port })
  })

  test('keeps the Worker alive for an application’s own work', async () => {
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

  test('keeps it alive until the body is closed, also when the client has left', async () => {
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

  test('is not asked where the answer is whole at once', async () => {
    const ctx = context()
    const { app } = keeping()
    await toFetch(app, { environ: workersEnviron })(fromCloudflare({}), {}, ctx)
    await turn()
    expect(ctx.works).toEqual([])
  })
})
