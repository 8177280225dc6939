/** A process that runs TypeScript files one after the other, which is faster than a new process for each. */
import { type ChildProcess, type SpawnOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The output and the exit code of a finished command. */
export interface Outcome {
  output: string
  code: number | null
}

const program = fileURLToPath(new URL('runner-process.ts', import.meta.url))

/** Runs the files of a page. Its blocks must not leave anything running, or change state for later blocks. */
export class Runner {
  readonly #child: ChildProcess

  /** @param loader the module that lets Node load TypeScript. @param options as for `spawn`. */
  constructor(loader: string, options: SpawnOptions) {
    this.#child = fork(program, { ...options, execArgv: ['--import', loader], stdio: 'inherit' })
  }

  /** Runs a file, including its top-level awaits. */
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
