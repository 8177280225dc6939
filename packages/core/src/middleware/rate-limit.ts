/** Limits the number of requests per client and time window. RFC 6585 §4 */
import { withCode } from '../error-code.ts'
import { callApplication } from '../driver.ts'
import { isPromise } from '../chunks.ts'
import { errorText } from '../log-error.ts'
import type { Body, Environ, HeaderList, Middleware, StartResponse } from '../types.ts'
import { onHeaders } from './on-headers.ts'
import { type Hits, MemoryRateLimitStore, type RateLimitStore } from './rate-limit-stores.ts'

/** Options of `rateLimit`. */
export interface RateLimitOptions {
  /** The number of requests allowed per window. */
  readonly limit: number
  /** The length of a window in seconds. Default 60. */
  readonly window?: number
  /**
   * Returns the key under which a request is counted. Default: the client's address, or the /64 prefix of an IPv6 address.
   * A request whose key is `undefined` is not counted. By default, that is a request without a known address.
   */
  readonly key?: (environ: Environ) => string | undefined
  /** The store. Default: the memory of this process. */
  readonly store?: RateLimitStore
  /**
   * What to do while the store is down. With `'fail'`, requests fail with the error of the store. With `'allow'`, requests
   * are not limited, and a message is logged. Default `'fail'`.
   */
  readonly ifStoreFails?: 'fail' | 'allow'
  /** How long a request waits for the store, and how long a failed store is not used again, in seconds. Default 1. */
  readonly storeTimeout?: number
}

const TEXT = new TextEncoder().encode('Too many requests. Try again later.\n')

/**
 * Middleware that rejects requests of clients that exceed a limit, with 429 (Too Many Requests) and `Retry-After`. Each response has
 * the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`.
 *
 * Windows are fixed, and a window begins with a client's first request. Around the end of a window, a client can therefore
 * send up to twice the limit in a short time. Behind a proxy, every request has the address of the proxy, so wrap this
 * middleware in `proxyFix`. If the address is unknown, as with `toFetch` without `environ` or on a Unix socket, requests are
 * not counted, and a message is logged once. Pass a `key` in this case. Each worker counts in its own memory, so use Redis
 * if there are several workers.
 *
 * ```ts
 * app.wsgiApp = compose(proxyFix(), rateLimit({ limit: 100, window: 60 }))(app.wsgiApp)
 * ```
 *
 * @throws RangeError if the limit, the window or the timeout is not positive
 */
export function rateLimit(options: RateLimitOptions): Middleware {
  const { limit, window = 60, storeTimeout = 1 } = options
  if (!(limit >= 1) || !(window > 0) || !(storeTimeout > 0)) {
    throw withCode(
      'ERR_PHIAL_RATE_LIMIT',
      new RangeError(
        `rateLimit: expected a limit of at least 1, and a window and storeTimeout above 0 seconds. Received limit ${limit}, window ${window}, storeTimeout ${storeTimeout}.`,
      ),
    )
  }
  const counter = new Counter(options)
  return (app) => (environ, startResponse) => {
    const respond = (hits: Hits | undefined): Body | Promise<Body> => {
      if (hits === undefined) return callApplication(app, environ, startResponse)
      const limitHeaders = limits(limit, hits)
      if (hits.count > limit) return reject(startResponse, limitHeaders, hits)
      const add = onHeaders(startResponse, (headers) => {
        for (const [name, value] of limitHeaders) headers.set(name, value)
      })
      return callApplication(app, environ, add)
    }
    const hits = counter.count(environ)
    return isPromise(hits) ? hits.then(respond) : respond(hits)
  }
}

/** Counts requests in a store that may be down. */
class Counter {
  readonly #key: (environ: Environ) => string | undefined
  readonly #store: RateLimitStore
  readonly #window: number
  readonly #timeout: number
  readonly #failsOpen: boolean
  /** The error of a store that is down, and until when the store is not used, in milliseconds since 1970. */
  #outage: { readonly error: unknown; readonly until: number } | undefined
  #hasWarned = false

  constructor({ window = 60, key, store, ifStoreFails, storeTimeout = 1 }: RateLimitOptions) {
    this.#key = key ?? ((environ) => this.#network(environ))
    this.#store = store ?? new MemoryRateLimitStore()
    this.#window = window
    this.#timeout = storeTimeout * 1000
    this.#failsOpen = ifStoreFails === 'allow'
  }

  /** Counts a request. Returns `undefined` for a request that is not counted. */
  count(environ: Environ): Hits | undefined | Promise<Hits | undefined> {
    const key = this.#key(environ)
    if (key === undefined) return undefined
    if (this.#outage !== undefined && Date.now() < this.#outage.until)
      return this.#failed(this.#outage.error)
    const hits = this.#hit(key)
    return isPromise(hits)
      ? this.#withTimeout(hits).catch((error) => this.#startOutage(environ, error))
      : hits
  }

  /** Counts in the store. Turns an exception into a rejected promise. */
  #hit(key: string): Hits | Promise<Hits> {
    try {
      return this.#store.hit(key, this.#window)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #withTimeout(hits: Promise<Hits>): Promise<Hits> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.#timeoutError()), this.#timeout)
    })
    try {
      return await Promise.race([hits, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  #timeoutError(): Error {
    return withCode(
      'ERR_PHIAL_RATE_LIMIT_STORE',
      new Error(
        `rateLimit: the store (${this.#store.constructor.name}) did not respond within ${this.#timeout / 1000} seconds. Check that it is reachable. To allow requests while it is down, pass ifStoreFails: 'allow'.`,
      ),
    )
  }

  /** Stops using the store for a while, so that requests do not wait for it. */
  #startOutage(environ: Environ, error: unknown): undefined {
    this.#outage = { error, until: Date.now() + this.#timeout }
    if (this.#failsOpen)
      environ['wsgi.errors'].write(
        `rateLimit: the store is down, so requests are not limited: ${error instanceof Error ? error.message : errorText(error)}\n`,
      )
    return this.#failed(error)
  }

  #failed(error: unknown): undefined {
    if (this.#failsOpen) return undefined
    throw error
  }

  #network(environ: Environ): string | undefined {
    const { REMOTE_ADDR: address = '' } = environ
    if (address !== '') return networkOf(address)
    if (!this.#hasWarned)
      environ['wsgi.errors'].write(
        'rateLimit: requests are not counted, because the client address is unknown (REMOTE_ADDR is empty). Pass { environ } to toFetch, wrap this middleware in proxyFix, or pass a key.\n',
      )
    this.#hasWarned = true
    return undefined
  }
}

function limits(limit: number, { count, resetsIn }: Hits): HeaderList {
  return [
    ['RateLimit-Limit', String(limit)],
    ['RateLimit-Remaining', String(Math.max(0, limit - count))],
    ['RateLimit-Reset', String(Math.ceil(resetsIn))],
  ]
}

function reject(startResponse: StartResponse, limitHeaders: HeaderList, { resetsIn }: Hits): Body {
  startResponse('429 Too Many Requests', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Retry-After', String(Math.ceil(resetsIn))],
    ...limitHeaders,
  ])
  return [TEXT]
}

const IPV4 = /^(?:::ffff:)?(\d+(?:\.\d+){3})(?::\d+)?$/i
const BRACKETS = /^\[([^\]]*)\](?::\d+)?$/

/**
 * Returns a key for all addresses of one client: the IPv4 address, or the /64 prefix of an IPv6 address, because a client
 * usually has the whole prefix. Removes the port that some proxies add. Returns any other text unchanged.
 *
 * ```ts
 * networkOf('203.0.113.7')      // '203.0.113.7'
 * networkOf('2001:db8::1:2')    // '2001:db8:0:0::/64'
 * ```
 */
function networkOf(address: string): string {
  const ipv4 = IPV4.exec(address)?.[1]
  if (ipv4 !== undefined) return ipv4
  const ipv6 = BRACKETS.exec(address)?.[1] ?? address
  return ipv6.includes(':') ? `${firstHalf(ipv6.toLowerCase())}::/64` : address
}

/** Returns the first four groups of an IPv6 address, with zeros written out. RFC 4291 §2.2 */
function firstHalf(address: string): string {
  const [start = '', end] = address.split('::')
  const before = start === '' ? [] : start.split(':')
  const after = end === undefined || end === '' ? [] : end.split(':')
  const zeros = Math.max(0, 8 - before.length - after.length)
  const between = end === undefined ? [] : Array.from({ length: zeros }, () => '0')
  const groups = [...before, ...between, ...after].slice(0, 4)
  return groups.map((group) => group.replace(/^0{1,3}(?=.)/, '')).join(':')
}
