/**
 * A worker's side of the listening sockets. All workers accept from the same queue; the system wakes those
 * that wait. A worker that hangs accepts nothing, and closing one worker's descriptor loses nothing as long
 * as another process holds one.
 */
import { once } from 'node:events'
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { cannotListen } from '../bind.ts'
import type { ErrorLog } from '../logs/error.ts'
import { homeOf, type Home } from '../transport.ts'

/** How long, in milliseconds, {@link Acceptor.drain} accepts at most: under load a queue may never be empty. */
const DRAIN = 1000

/** What to listen at: a descriptor, or an address that this process binds for itself. */
export type ListenAt = ListenOptions & { readonly fd?: number; readonly reusePort?: boolean }

/** A listening socket, as a worker is told of it. */
export interface Listening {
  /** As it was asked for, for messages. */
  readonly bind: string
  /** The host that was asked for, for `SERVER_NAME`. */
  readonly host: string | null
  readonly listen: ListenAt
}

export class Acceptor {
  readonly #servers: readonly (readonly [Server, Listening])[]
  readonly #log: ErrorLog
  #accepted = 0

  /** `onConnection` takes over sockets from which nothing has been read. */
  constructor(
    listening: readonly Listening[],
    log: ErrorLog,
    onConnection: (socket: Socket, home: Home) => void,
  ) {
    this.#servers = listening.map((one) => {
      let home: Home | undefined
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        this.#accepted += 1
        home ??= homeOf(server.address(), one.host ?? undefined)
        onConnection(socket, home)
      })
      return [server, one] as const
    })
    this.#log = log
  }

  /** Listens at all addresses. Rejects with a {@link StartError} if another program took one meanwhile. */
  async listen(backlog: number): Promise<void> {
    for (const [server, { bind, listen }] of this.#servers) {
      const listening = once(server, 'listening')
      server.listen({ ...listen, backlog })
      // oxlint-disable-next-line no-await-in-loop -- they are few
      await listening.catch((error: unknown) => {
        throw cannotListen(bind, error)
      })
      server.on('error', ({ message }) =>
        this.#log.error(`A connection was not accepted: ${message}`),
      )
    }
  }

  /** Stops accepting. What waits in the queue is for the other workers. */
  close(): void {
    for (const [server] of this.#servers) server.close()
  }

  /**
   * Accepts what waits in the queue, then stops: for the end of the server, when no other worker will. libuv accepts
   * one connection of each socket in a turn of the event loop, so a turn without one has found the queue empty.
   */
  async drain(): Promise<void> {
    const end = performance.now() + DRAIN
    await turn()
    let before: number
    do {
      before = this.#accepted
      // oxlint-disable-next-line no-await-in-loop -- turn by turn
      await turn()
    } while (this.#accepted > before && performance.now() < end)
    this.close()
  }
}
