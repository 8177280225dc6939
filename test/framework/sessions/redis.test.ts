import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Phial, session, StoredSessions } from 'phial'
import { RedisStore } from 'phial/sessions/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf } from './support.ts'

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('Redis is not tested: there is no redis-server. Debian has it as redis-server.')
    return false
  }
}

/** A Redis of our own, on a socket in a folder of its own. */
async function startRedis(folder: string): Promise<[ChildProcess, string]> {
  const socket = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(server.stdout)) {
    if (/ready to accept connections/i.test(line)) break
  }
  return [server, socket]
}

describe.runIf(hasRedis())('RedisStore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'phial-redis-'))
  let server: ChildProcess
  let client: Awaited<ReturnType<typeof connect>>

  const connect = (path: string) => createClient({ socket: { path, tls: false } }).connect()

  const make = (store: RedisStore): Phial => {
    const app = new Phial(import.meta.url, { config: { PERMANENT_SESSION_LIFETIME: 100.5 } })
    app.sessionInterface = new StoredSessions(store)
    app.get('/write', () => {
      session['user'] = new Map([['name', 'Ann']])
      return ''
    })
    app.get('/read', () =>
      String((session['user'] as Map<string, string> | undefined)?.get('name')),
    )
    app.get('/clear', () => {
      session.clear()
      return ''
    })
    return app
  }

  beforeAll(async () => {
    const [started, socket] = await startRedis(folder)
    server = started
    client = await connect(socket)
  })

  afterAll(async () => {
    client.destroy()
    server.kill()
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  })

  test('keeps sessions that every app on the same Redis sees', async () => {
    const [first, second] = [make(new RedisStore(client)), make(new RedisStore(client))]
    const [cookie = ''] = cookieOf(await first.testClient().get('/write'))
    const id = cookie.replace('session=', '')
    const read = async (app: Phial): Promise<string> =>
      (await app.testClient().get('/read', { headers: { cookie } })).text()
    expect(await read(second)).toBe('Ann')
    expect(await client.ttl(`session:${id}`)).toBeGreaterThan(95)
    expect(await client.ttl(`session:${id}`)).toBeLessThanOrEqual(101)
    await second.testClient().get('/clear', { headers: { cookie } })
    expect(await client.exists(`session:${id}`)).toBe(0)
    expect(await read(first)).toBe('undefined')
  })

  test('under keys of its own', async () => {
    const store = new RedisStore(client, { prefix: 'shop:' })
    await store.set('x', 'text', 60)
    expect(await client.get('shop:x')).toBe('text')
    expect(await store.get('x')).toBe('text')
    expect(await new RedisStore(client).get('x')).toBeUndefined()
    await store.delete('x')
    expect(await store.get('x')).toBeUndefined()
  })

  test('a time that is over ends it', async () => {
    const store = new RedisStore(client)
    await store.set('y', 'text', 60)
    await client.expireAt('session:y', 1)
    expect(await store.get('y')).toBeUndefined()
  })
})
