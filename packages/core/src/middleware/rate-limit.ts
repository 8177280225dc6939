/** Limits the requests of each client in a window of time. RFC 6585 §4 */
import { withCode } from '../error-code.ts'
import { callApplication } from '../application.ts'
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
   * What to do while the store is down. With `'fail'`, a request fails with the store's error. With `'allow'`, it passes
   * uncounted and the log says so. Default `'fail'`.
   */
  readonly ifStoreFails?: 'fail' | 'allow'
  /** How long a request waits for the store, in seconds, and for how long a store that failed is not asked again. Default 1. */
  readonly storeTimeout?: number
}

const TEXT = new TextEncoder().encode('Too many requests. Come again later.\n')

/**
 * Middleware that answers 429 (Too Many Requests) with `Retry-After` to clients that exceed a limit. Each response has
 * the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`.
 *
 * Windows are fixed and begin with a client's first request. Around the end of a window, up to twice the limit can
 * arrive in a short time. Behind a proxy, every client has the proxy's address, so put `proxyFix` outside. Where the
 * address is unknown, as under a bare `toFetch` or on a unix socket, nothing is counted and the log says so once. Pass a
 * `key` there. Each worker counts in its own memory, so with several workers use Redis.
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
        `rateLimit: expected a limit of at least 1 and a window and storeTimeout above 0 seconds, received limit ${limit}, window ${window}, storeTimeout ${storeTimeout}.`,
      ),
    )
  }
  const counter = new Counter(options)
  return (app) => (environ, startResponse) => {
    const answer = (hits: Hits | undefined): Body | Promise<Body> => {
      if (hits === undefined) return callApplication(app, environ, startResponse)
      const said = limits(limit, hits)
      if (hits.count > limit) return refuse(startResponse, said, hits)
      const add = onHeaders(startResponse, (headers) => {
        for (const [name, value] of said) headers.set(name, value)
      })
      return callApplication(app, environ, add)
    }
    const hits = counter.count(environ)
    return isPromise(hits) ? hits.then(answer) : answer(hits)
  }
}

/** Counts requests in a store that may be down. */
class Counter {
  readonly #key: (environ: Environ) => string | undefined
  readonly #store: RateLimitStore
  readonly #window: number
  readonly #timeout: number
  readonly #isOpen: boolean
  /** Why the store is down, and until when it is not asked again, in milliseconds since 1970. */
  #away: { readonly error: unknown; readonly until: number } | undefined
  #hasToldOfAddress = false

  constructor({ window = 60, key, store, ifStoreFails, storeTimeout = 1 }: RateLimitOptions) {
    this.#key = key ?? ((environ) => this.#network(environ))
    this.#store = store ?? new MemoryRateLimitStore()
    this.#window = window
    this.#timeout = storeTimeout * 1000
    this.#isOpen = ifStoreFails === 'allow'
  }

  /** Counts a request. Returns `undefined` for a request that is not counted. */
  count(environ: Environ): Hits | undefined | Promise<Hits | undefined> {
    const key = this.#key(environ)
    if (key === undefined) return undefined
    if (this.#away !== undefined && Date.now() < this.#away.until)
      return this.#failed(this.#away.error)
    const hits = this.#ask(key)
    return isPromise(hits) ? this.#inTime(hits).catch((error) => this.#leave(environ, error)) : hits
  }

  /** Treats a store that throws like one that rejects. */
  #ask(key: string): Hits | Promise<Hits> {
    try {
      return this.#store.hit(key, this.#window)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #inTime(hits: Promise<Hits>): Promise<Hits> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.#noAnswer()), this.#timeout)
    })
    try {
      return await Promise.race([hits, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #noAnswer(): Error {
    return withCode(
      'ERR_PHIAL_RATE_LIMIT_STORE',
      new Error(
        `rateLimit: the store (${this.#store.constructor.name}) did not answer within ${this.#timeout / 1000} seconds. To let requests through while it is away, pass ifStoreFails: 'allow'.`,
      ),
    )
  }

  /** Does not ask the store for a while, so that not every request waits for it. */
  #leave(environ: Environ, error: unknown): undefined {
    this.#away = { error, until: Date.now() + this.#timeout }
    if (this.#isOpen)
      environ['wsgi.errors'].write(
        `rateLimit: the store is away, and requests are let through: ${error instanceof Error ? error.message : errorText(error)}\n`,
      )
    return this.#failed(error)
  }

  #failed(error: unknown): undefined {
    if (this.#isOpen) return undefined
    throw error
  }

  #network(environ: Environ): string | undefined {
    const { REMOTE_ADDR: address = '' } = environ
    if (address !== '') return networkOf(address)
    if (!this.#hasToldOfAddress)
      environ['wsgi.errors'].write(
        'rateLimit: nothing is counted, because the address of the client is unknown (REMOTE_ADDR is empty). Pass it to toFetch with { environ }, put proxyFix outside, or pass a key.\n',
      )
    this.#hasToldOfAddress = true
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

function refuse(startResponse: StartResponse, said: HeaderList, { resetsIn }: Hits): Body {
  startResponse('429 Too Many Requests', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Retry-After', String(Math.ceil(resetsIn))],
    ...said,
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
