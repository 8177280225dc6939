/**
 * `phial/sessions/redis`: sessions in Redis, so that every worker on every machine sees them.
 *
 * @module phial/sessions/redis
 */
import type { SessionStore } from '../context/session-types.ts'

/** As much of a client of the package `redis`, 5 or 6, as is asked for. */
export interface RedisClient {
  get(key: string): Promise<string | null>
  set(
    key: string,
    value: string,
    options: { expiration: { type: 'EX'; value: number }; condition?: 'XX' },
  ): Promise<unknown>
  del(key: string): Promise<unknown>
  /** Without a listener for `error`, a lost connection would end the process. */
  listenerCount?(event: string): number
  on?(event: 'error', listener: () => void): unknown
}

/** How sessions are kept in Redis. */
export interface RedisStoreOptions {
  /** What the keys start with, so that several apps may share a database. Default `session:`. */
  prefix?: string
}

/**
 * Sessions in Redis, each with its own expiry. The client is yours: connect it, and log its errors. One
 * without a listener for `error` is given one, so that a lost connection does not end the process.
 *
 * ```ts
 * import { createClient } from 'redis'
 * import { RedisStore } from 'phial/sessions/redis'
 *
 * const client = createClient({ url: 'redis://localhost:6379' })
 * client.on('error', (error) => app.logger.error('Redis', { error }))
 * await client.connect()
 * app.sessionInterface = new StoredSessions(new RedisStore(client))
 * ```
 */
export class RedisStore implements SessionStore {
  readonly #client: RedisClient
  readonly #prefix: string

  constructor(client: RedisClient, { prefix = 'session:' }: RedisStoreOptions = {}) {
    this.#client = client
    if (client.listenerCount?.('error') === 0) client.on?.('error', () => undefined)
    this.#prefix = prefix
  }

  async get(id: string): Promise<string | undefined> {
    return (await this.#client.get(this.#prefix + id)) ?? undefined
  }

  async set(id: string, text: string, seconds: number): Promise<void> {
    await this.#client.set(this.#prefix + id, text, { expiration: expiring(seconds) })
  }

  async replace(id: string, text: string, seconds: number): Promise<boolean> {
    const options = { expiration: expiring(seconds), condition: 'XX' } as const
    return (await this.#client.set(this.#prefix + id, text, options)) !== null
  }

  async delete(id: string): Promise<void> {
    await this.#client.del(this.#prefix + id)
  }
}

function expiring(seconds: number): { type: 'EX'; value: number } {
  return { type: 'EX', value: Math.max(Math.ceil(seconds), 1) }
}
