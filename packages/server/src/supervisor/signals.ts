/** The signals that the master obeys. Handlers only take them down; the master does what they ask, one after another. */

/** What each signal asks for. The page docs/serving.md shows this table. */
export const signals = {
  TERM: 'stops: after --drain nothing new is accepted; idle connections may send one more request, and in-flight requests have up to --graceful-timeout to finish',
  INT: 'stops as TERM does, but closes idle connections at once and does not drain (Ctrl-C)',
  QUIT: 'stops at once and cuts in-flight requests',
  HUP: 'reads the config file and the application anew: new workers first, one at a time; an old one leaves when its successor is ready, and all stay if the new code cannot be loaded',
  TTIN: 'one worker more',
  TTOU: 'one worker less, but never none',
  USR1: 'goes on in new log files, after the old ones have been moved',
  USR2: 'nothing, and says so: the program is exchanged by the service manager, with a socket that it keeps (LISTEN_FDS)',
  WINCH: 'nothing: a terminal that changes its size stops nobody',
} as const

export type Signal = keyof typeof signals

/** The signals that stop. Another one of them while the server stops hurries it. */
export const isStop = (signal: Signal): signal is 'TERM' | 'INT' | 'QUIT' =>
  signal === 'TERM' || signal === 'INT' || signal === 'QUIT'

/**
 * How soon, in milliseconds, a signal that stops may come again and be the same one: a terminal and an older npm both
 * send what Ctrl-C means. A person takes longer to press it twice.
 */
const ECHO = 100

/** Signals that have come, in their order. */
export class SignalQueue {
  readonly #come: Signal[] = []
  #wake: (() => void) | undefined
  readonly #handlers = new Map<NodeJS.Signals, () => void>()
  #stop: { readonly signal: Signal; readonly at: number } | undefined

  /** Takes signals down from now on. */
  listen(): void {
    for (const name of Object.keys(signals) as Signal[]) {
      const handler = (): void => this.put(name)
      this.#handlers.set(`SIG${name}`, handler)
      process.on(`SIG${name}`, handler)
    }
  }

  put(signal: Signal): void {
    if (isStop(signal)) {
      const last = this.#stop
      this.#stop = { signal, at: performance.now() }
      if (last?.signal === signal && this.#stop.at - last.at < ECHO) return
    }
    this.#come.push(signal)
    this.#wake?.()
  }

  /** The next signal. */
  async next(): Promise<Signal> {
    for (;;) {
      const signal = this.#come.shift()
      if (signal !== undefined) return signal
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next signal that stops, or one of `more`; others are passed over. */
  async nextStop(...more: readonly Signal[]): Promise<Signal> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      const signal = await this.next()
      if (isStop(signal) || more.includes(signal)) return signal
    }
  }

  close(): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler)
    this.#handlers.clear()
  }
}
