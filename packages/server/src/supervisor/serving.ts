/** What a worker does while it serves: connections in, beats out, and the way to the end. */
import type { Socket } from 'node:net'
import type { ApplicationLike } from '@phial/core'
import type { Logs } from '../logs/open.ts'
import { Counters } from '../metrics/counters.ts'
import { peerOf } from '../peer.ts'
import { pipeline, type Pipeline } from '../pipeline.ts'
import { limitsOf } from '../settings/limits.ts'
import type { HttpTransport } from '../transport.ts'
import { transports } from '../transports.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { isTired } from './schedule.ts'

/** How often, in milliseconds, the master hears that all is well. */
const BEAT = 1000
/** How long, in milliseconds, a connection at rest may bring one more request to a worker that retires. */
const LAST_CALL = 2000
/** How long, in milliseconds, what is under way may take when the master has died. */
const ORPHANED = 1000

export class Serving {
  /** Kept when the last connection is closed. */
  readonly ended: Promise<void>
  readonly #start: Start
  readonly #logs: Logs
  readonly #tell: (message: ToMaster) => void
  readonly #pipeline: Pipeline
  readonly #transport: HttpTransport
  readonly #counters = new Counters()
  readonly #readyAt = performance.now()
  readonly #bootTime = process.uptime() * 1000
  readonly #beat: NodeJS.Timeout
  #answered = 0
  #isTired = false
  #end: () => void = () => undefined

  constructor(app: ApplicationLike, start: Start, logs: Logs, tell: (message: ToMaster) => void) {
    this.#start = start
    this.#logs = logs
    this.#tell = tell
    this.#pipeline = pipeline({ app })
    this.#transport = transports[start.settings.transport]({
      handle: this.#pipeline.handle,
      onAnswer: (record) => {
        this.#counters.answered(record)
        logs.access?.(record)
        this.#count()
      },
      errors: logs.errors,
      multiprocess: start.settings.workers > 1,
      limits: limitsOf(start.settings),
    })
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#beat = setInterval(() => this.#sendBeat(), BEAT)
  }

  told(message: ToWorker, socket?: Socket): void {
    if (message.type === 'ask') this.#tell({ type: 'yes' })
    if (message.type === 'connection' && socket) this.#accept(socket, message.listener)
    if (message.type === 'retire') void this.#leave(this.#transport.retire(), LAST_CALL)
    if (message.type === 'stop') void this.#leave(this.#transport.close())
    if (message.type === 'quit') void this.#leave(this.#transport.close(true))
    if (message.type === 'reopen') this.#logs.reopen()
  }

  /** The master is no more: nobody restarts what fails, and the address is somebody else's now. */
  async orphaned(): Promise<void> {
    setTimeout(() => void this.#transport.close(true), ORPHANED)
    await this.#leave(this.#transport.close())
  }

  #accept(socket: Socket, listener: number): void {
    this.#tell({ type: 'took' })
    socket.allowHalfOpen = true
    this.#transport.accept(socket, peerOf(socket, this.#start.hosts[listener] ?? undefined))
  }

  /** Waits for all connections to close; those at rest are closed after a while, those in use after a long while. */
  async #leave(closed: Promise<void>, lastCall = 0): Promise<void> {
    const { gracefulTimeout } = this.#start.settings
    const rest = setTimeout(() => void this.#transport.close(), lastCall)
    const cut = setTimeout(() => void this.#transport.close(true), gracefulTimeout * 1000)
    await closed
    clearTimeout(rest)
    clearTimeout(cut)
    clearInterval(this.#beat)
    this.#sendBeat()
    this.#end()
  }

  #sendBeat(): void {
    const counted = this.#counters.counted(this.#pipeline.size)
    this.#tell({ type: 'beat', counted, memory: process.memoryUsage.rss() })
  }

  /** An answer more: is it time for a successor? */
  #count(): void {
    this.#answered += 1
    const { limit } = this.#start
    if (limit === 0 || this.#isTired) return
    const pace = this.#answered / (performance.now() - this.#readyAt)
    if (!isTired(this.#answered, limit, pace, this.#bootTime)) return
    this.#isTired = true
    this.#tell({ type: 'tired', why: `it has answered ${this.#answered} of ${limit} requests` })
  }
}
