/**
 * The listening sockets of a worker. All workers accept from the same queue, and the system wakes a worker that waits. A
 * worker that hangs accepts nothing. Closing one worker's descriptor loses no connection as long as another process has
 * one. Where a process cannot pass a descriptor on (Bun, Deno, Windows), each worker has its own queue.
 */
import { once } from 'node:events'
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { cannotListen } from '../bind.ts'
import type { ErrorLog } from '../logs/error.ts'
import { isNode } from '../runtime.ts'
import { localEndOf, type LocalEnd } from '../transport.ts'

/** The time limit for {@link Acceptor.stop} to empty the queue, and then to fill it, in milliseconds. Under load it may never be empty. */
const DRAIN = 1000

/** What to listen on: an inherited descriptor, or an address that this process binds itself. */
export type ListenAt = ListenOptions & { readonly fd?: number; readonly reusePort?: boolean }

/**
 * What a worker does with the connections that wait when it stops accepting: leaves them to the workers that share the
 * queue, accepts them first (`drain`), or accepts them and closes the queue for good, if no other worker will accept from it.
 */
export type QueueEnd = 'leave' | 'drain' | 'close'

/** A listening socket, as the master describes it to a worker. */
export interface Listening {
  /** The address as it was configured, for messages. */
  readonly bind: string
  /** The configured host, for `SERVER_NAME`. */
  readonly host: string | null
  readonly listen: ListenAt
}

export class Acceptor {
  readonly #servers: readonly (readonly [Server, Listening])[]
  readonly #log: ErrorLog
  /** Whether other processes accept from the same queues. If not, what waits in them is lost when this worker closes them. */
  readonly #isShared: boolean
  #accepted = 0

  /** `onConnection` receives each accepted socket, from which nothing has been read yet. */
  constructor(
    listening: readonly Listening[],
    log: ErrorLog,
    onConnection: (socket: Socket, localEnd: LocalEnd) => void,
  ) {
    this.#servers = listening.map((one) => {
      let localEnd: LocalEnd | undefined
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        this.#accepted += 1
        localEnd ??= localEndOf(server.address(), one.host ?? undefined)
        onConnection(socket, localEnd)
      })
      return [server, one] as const
    })
    this.#log = log
    this.#isShared = listening.every(({ listen }) => listen.fd !== undefined)
  }

  /** Listens at all addresses. Rejects with a {@link StartError} if another program has taken one in the meantime. */
  async listen(backlog: number): Promise<void> {
    for (const [server, { bind, listen }] of this.#servers) {
      const listening = once(server, 'listening')
      server.listen({ ...listen, backlog })
      // oxlint-disable-next-line no-await-in-loop -- they are few
      await listening.catch((error: unknown) => {
        throw cannotListen(bind, error)
      })
      server.on('error', ({ message }) =>
        this.#log.error(`A connection could not be accepted: ${message}`),
      )
    }
  }

  /** Stops accepting at once. */
  close(): void {
    for (const [server] of this.#servers) server.close()
  }

  /** Stops accepting. Always drains a queue that no other process shares. */
  async stop(queue: QueueEnd): Promise<void> {
    try {
      if (queue !== 'leave' || !this.#isShared) await this.#drain()
      // oxlint-disable-next-line no-await-in-loop -- they are few
      if (queue === 'close') for (const [server] of this.#servers) await closeFull(server)
    } finally {
      this.close()
    }
  }

  /**
   * Accepts the connections that wait in the queue. libuv accepts one connection of each socket in a turn of the event
   * loop, so a turn without a connection means that the queue was empty.
   */
  async #drain(): Promise<void> {
    const end = performance.now() + DRAIN
    await turn()
    let before: number
    do {
      before = this.#accepted
      // oxlint-disable-next-line no-await-in-loop -- turn by turn
      await turn()
    } while (this.#accepted > before && performance.now() < end)
  }
}

/** The internal handle of a `node:net` socket. Both functions return 0 or an error number. */
interface Handle {
  listen(backlog: number): number
  getpeername(out: object): number
}

const handleOf = (socket: object): Handle | undefined =>
  (Reflect.get(socket, '_handle') as Handle | null) ?? undefined

/**
 * Closes a listening socket while its queue is full, so that no client's connection is lost with it. The queue is made as
 * short as possible, which is one connection, and that one is our own: a `connect` to this machine has completed when the
 * call returns, unless another connection came first, which is accepted in the next turn. Linux does not answer clients
 * that connect to a full queue. They try again after a second and are refused, so a proxy uses another server. Does
 * nothing for a unix socket: its path has been removed by now, so no client can connect. Bun and Deno cannot do this.
 */
async function closeFull(server: Server): Promise<void> {
  if (!isNode || process.platform !== 'linux') return
  const address = server.address()
  if (typeof address !== 'object' || address === null) return
  if (handleOf(server)?.listen(0) !== 0) return
  const end = performance.now() + DRAIN
  for (let isOurs = false; !isOurs && performance.now() < end;) {
    const socket = connect(address.port, address.address).on('error', () => undefined)
    // oxlint-disable-next-line no-await-in-loop -- `net` connects in the next tick, before any socket is polled
    await new Promise<void>((resolve) => process.nextTick(resolve))
    isOurs = handleOf(socket)?.getpeername({}) === 0
    if (isOurs) server.close()
    socket.destroy()
    // oxlint-disable-next-line no-await-in-loop -- turn by turn
    await turn()
  }
}
