/**
 * A development server that restarts its application after the code has changed.
 *
 *     connection ─► its first bytes (reload/connections.ts) ─► has a file changed? (reload/watched.ts)
 *       ├─ no ──► the child that runs the application accepts the connection (reload/child.ts)
 *       └─ yes ─► the child exits, a new one starts (reload/generation.ts); connections wait for it
 *
 * The process that listens never executes the application's code, so the code cannot break it. Files are checked on each
 * request, so the next request always sees a change, and no work is done in between.
 *
 * @module @phial/server/reload
 */
import { once } from 'node:events'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { ApplicationLike } from '@phial/core'
import { hold, type Held } from './reload/connections.ts'
import { Generation } from './reload/generation.ts'

/** Options of {@link reload}. */
export interface ReloadOptions {
  /** `MODULE:APP`. */
  readonly app: string
  /** The absolute path that `MODULE` is relative to. */
  readonly folder: string
  /** The addresses to listen on. Port 0 selects a free port. */
  readonly listen: readonly ListenOptions[]
  /** Additional files to check for changes. They need not exist. */
  readonly extraFiles?: readonly string[]
  /** The module that creates the application in the child: a {@link Maker}. Default: loads it like `phial-server`. */
  readonly maker?: URL
  /** Additional data for the maker. It must be serializable as JSON. */
  readonly told?: unknown
  /** The format of the access log on standard output; see `phial-server --help`. Default: no access log. */
  readonly accessLogformat?: string | undefined
  /** Called with a message on each restart, such as `app.ts has changed: restarting`. */
  readonly log: (line: string) => void
}

/** The argument of a maker. */
export type MakerOptions = Pick<ReloadOptions, 'app' | 'folder' | 'told'>

/** The exports of a maker's module. */
export interface Maker {
  /** Creates the application. Must call `watch` with each file that it is loaded from, as soon as the file is known. */
  readonly make: (options: MakerOptions, watch: (file: string) => void) => Promise<ApplicationLike>
  /** Creates the application to serve if `make` fails, until a file changes. Default: shows the error as plain text. */
  readonly failed?: (
    error: unknown,
    options: MakerOptions,
  ) => ApplicationLike | Promise<ApplicationLike>
}

/** A listening server. */
export interface Reloading {
  /** The addresses in the order of `listen`, with their actual ports. */
  readonly addresses: readonly ReturnType<Server['address']>[]
  /** Stops listening, and stops the application once its in-flight requests have finished, or after a second. With `force`, stops it immediately. */
  close(force?: boolean): Promise<void>
}

/**
 * Serves an application for development, and restarts it after one of its files has changed. Each request has its own
 * connection. Resolves once the server listens, and rejects with Node's error if it cannot. While the application cannot
 * be loaded, requests are answered with the error.
 *
 * ```ts
 * const listen = [{ host: '127.0.0.1', port: 8000 }]
 * const server = await reload({ app: 'app:app', folder: process.cwd(), listen, log: console.error })
 * process.once('SIGINT', () => void server.close())
 * ```
 */
export async function reload(options: ReloadOptions): Promise<Reloading> {
  const reloader = new Reloader(options)
  await reloader.listen()
  return reloader
}

class Reloader implements Reloading {
  readonly #options: ReloadOptions
  readonly #servers: readonly Server[]
  #held: Held[] = []
  #accepted = 0
  #generation: Generation | undefined
  #isClosed = false

  constructor(options: ReloadOptions) {
    this.#options = options
    // With a high-water mark of one byte, a socket is read only once before it is passed to the child.
    const one = { highWaterMark: 1, allowHalfOpen: true }
    this.#servers = options.listen.map(() =>
      createServer(one, (socket) => {
        this.#accepted += 1
        hold(socket, (held) => this.#arrived(held))
      }),
    )
  }

  get addresses(): Reloading['addresses'] {
    return this.#servers.map((server) => server.address())
  }

  async listen(): Promise<void> {
    try {
      await Promise.all(this.#servers.map((server, at) => bound(server, this.#options.listen[at])))
    } catch (error) {
      await this.close(true)
      throw error
    }
    this.#generation = this.#start()
  }

  #arrived(held: Held): void {
    this.#held.push(held)
    const changed = this.#generation?.changed()
    if (changed !== undefined && this.#generation?.isRetired === false) {
      this.#options.log(`${changed} has changed: restarting`)
      this.#generation.retire()
    }
    this.#handOver()
  }

  /** Passes waiting connections to the application. Starts it if it is not running. */
  #handOver(): void {
    if (this.#isClosed || this.#held.length === 0) return
    this.#generation ??= this.#start()
    if (!this.#generation.takes) return
    for (const held of this.#held.splice(0)) this.#generation.take(held)
  }

  #start(): Generation {
    const generation = new Generation(this.#options, () => this.#handOver())
    void generation.ended.then((how) => this.#ended(generation, how))
    return generation
  }

  /** Handles the exit of a child. If it was unexpected, waiting connections are answered with an error. */
  #ended({ isRetired, hasBegun }: Generation, how: string): void {
    this.#generation = undefined
    if (!isRetired) {
      const when = hasBegun ? '' : ' while it started'
      const text = `The application ended${when}, ${how}. The next request restarts it.`
      this.#options.log(text)
      if (!hasBegun) for (const { refuse } of this.#held.splice(0)) refuse(text)
    }
    this.#handOver()
  }

  async close(force = false): Promise<void> {
    if (!force) await this.#drain()
    this.#isClosed = true
    for (const { refuse } of this.#held.splice(0)) refuse('The server is stopping.')
    for (const server of this.#servers) server.close()
    this.#generation?.retire(force)
    await this.#generation?.ended
  }

  /** Accepts connections that have already arrived. Each takes a turn of the event loop, and another for its first bytes. */
  async #drain(): Promise<void> {
    let before: number
    do {
      before = this.#accepted
      // oxlint-disable-next-line no-await-in-loop -- turn by turn
      await turn()
      // oxlint-disable-next-line no-await-in-loop -- as above
      await turn()
    } while (this.#accepted > before)
  }
}

async function bound(server: Server, address: ListenOptions = {}): Promise<void> {
  server.listen(address)
  await once(server, 'listening')
}
