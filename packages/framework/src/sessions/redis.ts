/**
 * `phial/sessions/redis`: sessions in Redis, so that every worker on every machine sees them.
 *
 * @module phial/sessions/redis
 */
import type { SessionStore } from '../session-types.ts'

/** As much of a client of the package `redis`, 5 or 6, as is asked for. */
export interface RedisClient {
  get(key: string): Promise<string | null>
  set(
    key: string,
    value: string,
    options: { expiration: { type: 'EX'; value: number } },
  ): Promise<unknown>
  del(key: string): Promise<unknown>
}

/** How sessions are kept in Redis. */
export interface RedisStoreOptions {
  /** What the keys start with, so that several apps may share a database. Default `session:`. */
  prefix?: string
}

/**
 * Sessions in Redis, each with an expiry of its own. The client is yours: connect it, and listen to
 * its errors, as its own pages say.
 *
 * ```ts
 * import { createClient } from 'redis'
 * import { RedisStore } from 'phial/sessions/redis'
 *
 * const client = await createClient({ url: 'redis://localhost:6379' }).connect()
 * app.sessionInterface = new StoredSessions(new RedisStore(client))
 * ```
 */
export class RedisStore implements SessionStore {
  readonly #client: RedisClient
  readonly #prefix: string

  constructor(client: RedisClient, { prefix = 'session:' }: RedisStoreOptions = {}) {
    this.#client = client
    this.#prefix = prefix
  }

  async get(id: string): Promise<string | undefined> {
    return (await this.#client.get(this.#prefix + id)) ?? undefined
  }

  async set(id: string, text: string, seconds: number): Promise<void> {
    const expiration = { type: 'EX', value: Math.max(Math.ceil(seconds), 1) } as const
    await this.#client.set(this.#prefix + id, text, { expiration })
  }

  async delete(id: string): Promise<void> {
    await this.#client.del(this.#prefix + id)
  }
}
