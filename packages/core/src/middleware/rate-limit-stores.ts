/** Where requests are counted: in memory, or in Redis by a client of yours. */

/** What a store knows of one client. */
export interface Hits {
  /** Its requests in this window, this one included. */
  readonly count: number
  /** When the window ends, in seconds from now. */
  readonly resetsIn: number
}

/** Counts requests, by a key, in windows of so many seconds. */
export interface RateLimitStore {
  /** Counts one more. The first one begins a window. */
  hit(key: string, seconds: number): Hits | Promise<Hits>
}

interface Window {
  count: number
  /** In milliseconds since 1970. */
  readonly until: number
}

/** How many clients a store in memory counts: a few megabytes. */
const MOST_CLIENTS = 100_000

/**
 * Counts in the memory of one process. What is over is dropped as new clients come. It counts 100,000
 * clients at once unless told otherwise; a new one beyond that takes the place of the one whose window began first.
 *
 * ```ts
 * const limited = rateLimit({ limit: 100, window: 60, store: new MemoryRateLimitStore() })(app)
 * ```
 */
export class MemoryRateLimitStore implements RateLimitStore {
  /** In the order in which the windows began. */
  readonly #windows = new Map<string, Window>()
  readonly #most: number

  /** `maxClients` is how many are counted at once: 100,000 if not given. */
  constructor({ maxClients = MOST_CLIENTS }: { maxClients?: number } = {}) {
    this.#most = maxClients
  }

  hit(key: string, seconds: number): Hits {
    const now = Date.now()
    this.#sweep(now)
    let window = this.#windows.get(key)
    if (window === undefined || window.until <= now) {
      window = { count: 0, until: now + seconds * 1000 }
      this.#windows.delete(key)
      this.#makeRoom()
      this.#windows.set(key, window)
    }
    window.count += 1
    return { count: window.count, resetsIn: (window.until - now) / 1000 }
  }

  #makeRoom(): void {
    if (this.#windows.size < this.#most) return
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest)
      return
    }
  }

  /** How many clients are counted. */
  get size(): number {
    return this.#windows.size
  }

  /** Those that began first are over first. */
  #sweep(now: number): void {
    for (const [key, { until }] of this.#windows) {
      if (until > now) return
      this.#windows.delete(key)
    }
  }
}

/** As much of a client of the package `redis`, 5 or 6, as is asked for. */
export interface RedisScriptClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** Counts and begins the window in one step, so that no counter is left without an end. */
const HIT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`

/**
 * Counts in Redis, so that every worker on every machine counts together. The client is yours:
 * connect it, and listen to its errors, which would end the process otherwise. Without a queue for
 * what is asked while Redis is away, it says so at once.
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

  /** `prefix` is what the keys start with: `rate-limit:` if not given. */
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
