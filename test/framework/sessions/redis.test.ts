import { Phial, session, StoredSessions } from 'phial'
import { RedisStore } from 'phial/sessions/redis'
import { expect, test } from 'vitest'
import { countdown, withRedis } from '../../support/redis.ts'
import { cookieOf } from './support.ts'

withRedis('RedisStore', (redis) => {
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

  test('shares sessions between apps on the same Redis', async () => {
    const [first, second] = [make(new RedisStore(redis())), make(new RedisStore(redis()))]
    const least = countdown(100)
    const [cookie = ''] = cookieOf(await first.testClient().get('/write'))
    const id = cookie.replace('session=', '')
    const read = async (app: Phial): Promise<string> =>
      (await app.testClient().get('/read', { headers: { cookie } })).text()
    expect(await read(second)).toBe('Ann')
    const left = await redis().ttl(`session:${id}`)
    expect(left).toBeGreaterThanOrEqual(least())
    expect(left).toBeLessThanOrEqual(101)
    await second.testClient().get('/clear', { headers: { cookie } })
    expect(await redis().exists(`session:${id}`)).toBe(0)
    expect(await read(first)).toBe('undefined')
  })

  test('adds its prefix to the keys', async () => {
    const store = new RedisStore(redis(), { prefix: 'shop:' })
    await store.set('x', 'text', 60)
    expect(await redis().get('shop:x')).toBe('text')
    expect(await store.get('x')).toBe('text')
    expect(await new RedisStore(redis()).get('x')).toBeUndefined()
    await store.delete('x')
    expect(await store.get('x')).toBeUndefined()
  })

  test('does not return an expired session', async () => {
    const store = new RedisStore(redis())
    await store.set('y', 'text', 60)
    await redis().expireAt('session:y', 1)
    expect(await store.get('y')).toBeUndefined()
  })
})
