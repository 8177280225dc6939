/** A process that runs one TypeScript file after the other: what a new one for each would do, sooner. */
import { type ChildProcess, type SpawnOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a finished command said, and how it ended. */
export interface Outcome {
  output: string
  code: number | null
}

const program = fileURLToPath(new URL('runner-process.ts', import.meta.url))

/** Of a page whose blocks leave nothing running, and change nothing for the blocks after them. */
export class Runner {
  readonly #child: ChildProcess

  /** `loader` is what lets Node read TypeScript; the rest is as in `spawn`. */
  constructor(loader: string, options: SpawnOptions) {
    this.#child = fork(program, { ...options, execArgv: ['--import', loader], stdio: 'inherit' })
  }

  /** Runs a file until its last line, and whatever it waits for there. */
  async run(file: string): Promise<Outcome> {
    const gone = new AbortController()
    const ended = (): void => gone.abort(new Error(`the runner ended in ${file}`))
    this.#child.once('exit', ended)
    try {
      const answer = once(this.#child, 'message', { signal: gone.signal })
      this.#child.send(file)
      const [outcome] = (await answer) as [Outcome]
      return outcome
    } finally {
      this.#child.off('exit', ended)
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }
}
