/** The signals that the master handles. Signal handlers only queue them, and the master handles one after another. */

/** How to do what gunicorn does on USR2. */
export const UPGRADE =
  'to upgrade the server, restart it under a service manager that keeps the socket open (LISTEN_FDS)'

export type Signal = 'TERM' | 'INT' | 'QUIT' | 'HUP' | 'TTIN' | 'TTOU' | 'USR1' | 'USR2' | 'WINCH'

/** What the master does on each signal. The page docs/serving.md has a table that is generated from this one. */
export const signals: Readonly<Record<Signal, string>> = {
  TERM: 'stops the server: after --drain it accepts no new connections; idle connections may send one more request, and in-flight requests have up to --graceful-timeout to finish',
  INT: 'stops the server like TERM, but without --drain, and closes idle connections immediately (Ctrl-C)',
  QUIT: 'stops the server immediately and cuts in-flight requests',
  HUP: 'reloads the config file and the application: starts new workers one at a time, and retires an old one when its successor is ready; if the new code cannot be loaded, the old workers keep running',
  TTIN: 'adds a worker',
  TTOU: 'removes a worker, except the last one',
  USR1: 'opens new log files, after the old ones have been moved',
  USR2: `does nothing but log a warning; ${UPGRADE}`,
  WINCH: 'does nothing, because terminals send it when their size changes',
}

/** Whether a signal stops the server. A second one cuts in-flight requests. */
export const isStop = (signal: Signal): signal is 'TERM' | 'INT' | 'QUIT' =>
  signal === 'TERM' || signal === 'INT' || signal === 'QUIT'

/**
 * The time in which a repeated stop signal counts as the same one, in milliseconds. After Ctrl-C, the terminal and older
 * versions of npm both send it. A person takes longer to press it twice.
 */
const ECHO = 100

/** The received signals, in their order. */
export class SignalQueue {
  readonly #received: Signal[] = []
  #wake: (() => void) | undefined
  readonly #handlers = new Map<NodeJS.Signals, () => void>()
  #stop: { readonly signal: Signal; readonly at: number } | undefined

  /** Starts to queue signals. */
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
    this.#received.push(signal)
    this.#wake?.()
  }

  /** Resolves with the next signal. */
  async next(): Promise<Signal> {
    for (;;) {
      const signal = this.#received.shift()
      if (signal !== undefined) return signal
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Resolves with the next stop signal, or one of `more`. Discards all others. */
  async nextStop(...more: readonly Signal[]): Promise<Signal> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      const signal = await this.next()
      if (isStop(signal) || more.includes(signal)) return signal
    }
  }

  /** Removes the handlers. */
  close(): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler)
    this.#handlers.clear()
  }
}
