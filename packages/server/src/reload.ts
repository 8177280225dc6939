/**
 * A server that starts its application anew when its code has changed.
 *
 *     connection ─► its first bytes (reload/held.ts) ─► has a file changed? (reload/watched.ts)
 *       ├─ no ──► the child that runs the application takes the connection (reload/child.ts)
 *       └─ yes ─► that child ends, a fresh one starts (reload/generation.ts); what came waits for it
 *
 * The process that listens never runs the application's code, so nothing in it can break it. Files are
 * looked at when a request comes, so the next request always shows a change, and nothing runs in between.
 *
 * @module @phial/server/reload
 */
import { once } from 'node:events'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { ApplicationLike } from '@phial/core'
import { Generation } from './reload/generation.ts'
import { hold, type Held } from './reload/held.ts'

/** What is served, and how. */
export interface ReloadOptions {
  /** `MODULE:APP`. */
  readonly app: string
  /** From where `MODULE` is seen, absolute. */
  readonly folder: string
  /** Where to listen; port 0 is a free one. */
  readonly listen: readonly ListenOptions[]
  /** Files whose change counts as well. They need not be there yet. */
  readonly extraFiles?: readonly string[]
  /** The module that makes the application in its process: a {@link Maker}. Default: as `phial-server` loads it. */
  readonly maker?: URL
  /** What the maker is told beside. It goes through JSON. */
  readonly told?: unknown
  /** The form of a line for each answer, printed to standard output; see `phial-server --help`. Default: none are printed. */
  readonly accessLogformat?: string | undefined
  /** Told of each new start: `app.ts has changed: starting anew`. */
  readonly log: (line: string) => void
}

/** What a maker is told. */
export type MakerOptions = Pick<ReloadOptions, 'app' | 'folder' | 'told'>

/** What a maker's module exports. */
export interface Maker {
  /** Makes the application. `watch` is told of each file that it was made from, as soon as that is known. */
  readonly make: (options: MakerOptions, watch: (file: string) => void) => Promise<ApplicationLike>
  /** What is served where `make` failed, until a file changes. Default: the error, in plain text. */
  readonly failed?: (
    error: unknown,
    options: MakerOptions,
  ) => ApplicationLike | Promise<ApplicationLike>
}

/** A server that listens. */
export interface Reloading {
  /** The sockets' addresses, in the order of `listen`, with real ports. */
  readonly addresses: readonly ReturnType<Server['address']>[]
  /** Stops listening, and ends the application: when what is under way is finished, or after a second. `force` cuts it at once. */
  close(force?: boolean): Promise<void>
}

/**
 * Serves an application, and starts it anew when one of its files has changed. For development: each
 * request has a connection of its own. The promise is kept once it listens; it is broken, with Node's
 * error, where it cannot. An application that cannot be loaded answers with its error until it can.
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
    // With room for one byte, a socket is read once, and no more before it is handed over.
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
      this.#options.log(`${changed} has changed: starting anew`)
      this.#generation.retire()
    }
    this.#handOver()
  }

  /** Gives what waits to the application, once there is one; starts it if it is not. */
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

  /** One that was told to end makes room for the next; of one that was not, whoever waits for it hears. */
  #ended({ isRetired, hasBegun }: Generation, how: string): void {
    this.#generation = undefined
    if (!isRetired) {
      const when = hasBegun ? '' : ' while it started'
      const text = `The application ended${when}, ${how}. The next request starts it anew.`
      this.#options.log(text)
      if (!hasBegun) for (const { refuse } of this.#held.splice(0)) refuse(text)
    }
    this.#handOver()
  }

  async close(force = false): Promise<void> {
    if (!force) await this.#drain()
    this.#isClosed = true
    for (const { refuse } of this.#held.splice(0)) refuse('The server stops.')
    for (const server of this.#servers) server.close()
    this.#generation?.retire(force)
    await this.#generation?.ended
  }

  /** Takes what has arrived by now: in each turn of the event loop one connection, and in the next its first bytes. */
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
