/** Stores for `rateLimit`: in memory, and in Redis. */

/** The count of one client. */
export interface Hits {
  /** The number of requests in this window, including the current one. */
  readonly count: number
  /** Seconds until the window ends. */
  readonly resetsIn: number
}

/** Counts requests per key in fixed windows of time. */
export interface RateLimitStore {
  /** Counts a request. The first request of a key begins a window of `seconds`. */
  hit(key: string, seconds: number): Hits | Promise<Hits>
}

interface Window {
  count: number
  /** In milliseconds since 1970. */
  readonly until: number
}

/** The default number of clients in memory, which takes a few megabytes. */
const MAX_CLIENTS = 100_000

/**
 * Counts in the memory of one process. Expired windows are removed when new clients arrive. It counts up to 100,000
 * clients at once by default. Beyond that, a new client replaces the one whose window began first.
 *
 * ```ts
 * const limited = rateLimit({ limit: 100, window: 60, store: new MemoryRateLimitStore() })(app)
 * ```
 */
export class MemoryRateLimitStore implements RateLimitStore {
  /** Ordered by the start of the windows. */
  readonly #windows = new Map<string, Window>()
  readonly #maxClients: number

  /** `maxClients` is the maximum number of clients. Default 100,000. */
  constructor({ maxClients = MAX_CLIENTS }: { maxClients?: number } = {}) {
    this.#maxClients = maxClients
  }

  hit(key: string, seconds: number): Hits {
    const now = Date.now()
    this.#sweep(now)
    let window = this.#windows.get(key)
    if (window === undefined || window.until <= now) {
      window = { count: 0, until: now + seconds * 1000 }
      this.#windows.delete(key)
      this.#evict()
      this.#windows.set(key, window)
    }
    window.count += 1
    return { count: window.count, resetsIn: (window.until - now) / 1000 }
  }

  #evict(): void {
    if (this.#windows.size < this.#maxClients) return
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest)
      return
    }
  }

  /** The number of clients with a window. */
  get size(): number {
    return this.#windows.size
  }

  /** Removes expired windows. The oldest come first. */
  #sweep(now: number): void {
    for (const [key, { until }] of this.#windows) {
      if (until > now) return
      this.#windows.delete(key)
    }
  }
}

/** The part of a client of the package `redis`, version 5 or 6, that the store uses. */
export interface RedisScriptClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** Counts and begins the window in one atomic step, so that every counter expires. */
const HIT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`

/**
 * Counts in Redis, so that all workers on all machines share one count. You create the client: connect it and listen to
 * its errors, which would otherwise end the process. With `disableOfflineQueue` it fails immediately while Redis is down.
 *
 * ```ts
 * import { createClient } from 'redis'
 *
 * const client = createClient({ url: 'redis://localhost:6379', disableOfflineQueue: true })
 * await client.on('error', (error) => console.error(error)).connect()
 * const store = new RedisRateLimitStore(client)
 * app.wsgiApp = rateLimit({ limit: 100, store, ifStoreFails: 'allow' })(app.wsgiApp)
 * ```
 */
export class RedisRateLimitStore implements RateLimitStore {
  readonly #client: RedisScriptClient
  readonly #prefix: string

  /** `prefix` is the prefix of the keys. Default `rate-limit:`. */
  constructor(client: RedisScriptClient, { prefix = 'rate-limit:' }: { prefix?: string } = {}) {
    this.#client = client
    this.#prefix = prefix
  }

  async hit(key: string, seconds: number): Promise<Hits> {
    const length = String(Math.ceil(seconds * 1000))
    const options = { keys: [this.#prefix + key], arguments: [length] }
    const [count, left] = (await this.#client.eval(HIT, options)) as [number, number]
    return { count, resetsIn: left / 1000 }
  }
}
