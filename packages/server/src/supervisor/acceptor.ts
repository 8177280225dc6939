/**
 * A worker's side of the listening sockets. All workers accept from the same queue; the system wakes those
 * that wait. A worker that hangs accepts nothing, and closing one worker's descriptor loses nothing as long
 * as another process holds one.
 */
import { once } from 'node:events'
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { cannotListen } from '../bind.ts'
import type { ErrorLog } from '../logs/error.ts'
import { homeOf, type Home } from '../transport.ts'

/** How long, in milliseconds, {@link Acceptor.drain} accepts at most, and fills the queue: under load it may never be empty. */
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
   * Accepts what waits in the queue, then stops. libuv accepts one connection of each socket in a turn of the event loop,
   * so a turn without one has found the queue empty. `isLast` says that no other worker goes on with the queue: then nothing
   * gets into it between that turn and its end.
   */
  async drain(isLast: boolean): Promise<void> {
    const end = performance.now() + DRAIN
    await turn()
    let before: number
    do {
      before = this.#accepted
      // oxlint-disable-next-line no-await-in-loop -- turn by turn
      await turn()
    } while (this.#accepted > before && performance.now() < end)
    // oxlint-disable-next-line no-await-in-loop -- they are few
    if (isLast) for (const [server] of this.#servers) await closeFull(server)
    this.close()
  }
}

/** A socket, as the inner parts of `node:net` know it. Both functions return 0 or an error number. */
interface Handle {
  listen(backlog: number): number
  getpeername(out: object): number
}

const handleOf = (socket: object): Handle | undefined =>
  (Reflect.get(socket, '_handle') as Handle | null) ?? undefined

/**
 * Closes a listening socket while its queue is full, so that no client's connection is lost with it. The queue is made as
 * short as can be, which is one connection, and that one is our own: `connect` to this machine is through when the
 * call returns, unless another connection was first, which is accepted in the next turn. Linux does not answer clients
 * that come to a full queue. They try again after a second and are refused, so a proxy turns to another server.
 * The path of a unix socket has been removed by now: nothing comes any more.
 */
async function closeFull(server: Server): Promise<void> {
  const address = server.address()
  if (process.platform !== 'linux' || typeof address !== 'object' || address === null) return
  if (handleOf(server)?.listen(0) !== 0) return
  const end = performance.now() + DRAIN
  for (let isOurs = false; !isOurs && performance.now() < end;) {
    const socket = connect(address.port, address.address).on('error', () => undefined)
    // oxlint-disable-next-line no-await-in-loop -- `net` connects in the next tick, before any socket is looked at
    await new Promise<void>((resolve) => process.nextTick(resolve))
    isOurs = handleOf(socket)?.getpeername({}) === 0
    if (isOurs) server.close()
    socket.destroy()
    // oxlint-disable-next-line no-await-in-loop -- turn by turn
    await turn()
  }
}
