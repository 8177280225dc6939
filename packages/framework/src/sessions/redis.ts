/**
 * `phial/sessions/redis`: sessions in Redis, shared by all workers on all machines.
 *
 * @module phial/sessions/redis
 */
import type { SessionStore } from '../context/session-types.ts'

/** The methods that are used of a client of the package `redis`, version 5 or 6. */
export interface RedisClient {
  get(key: string): Promise<string | null>
  set(
    key: string,
    value: string,
    options: { expiration: { type: 'EX'; value: number }; condition?: 'XX' },
  ): Promise<unknown>
  del(key: string): Promise<unknown>
  /** Used to add a listener for `error`, without which a lost connection would end the process. */
  listenerCount?(event: string): number
  on?(event: 'error', listener: () => void): unknown
}

/** Options of `RedisStore`. */
export interface RedisStoreOptions {
  /** The prefix of the keys, so that several apps can share a database. Default `session:`. */
  prefix?: string
}

/**
 * Stores sessions in Redis, each with its own expiry. Connect the client yourself, and log its errors. If it does not have
 * a listener for `error`, one is added, so that a lost connection does not end the process.
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
