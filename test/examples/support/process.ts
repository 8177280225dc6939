/** Starts a program, and waits for the line with its address. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export class Program {
  readonly #child: ChildProcess
  readonly #isGroup: boolean
  #output = ''

  /** If `env` is given, starts a process group, which ends as a whole: npm starts other processes. */
  constructor(file: string, args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv) {
    this.#isGroup = env !== undefined
    const options = { cwd, env: env ?? { ...process.env, NO_COLOR: '1' }, detached: this.#isGroup }
    this.#child = spawn(file, args, options)
    this.#child.stdout?.setEncoding('utf8').on('data', this.#take)
    this.#child.stderr?.setEncoding('utf8').on('data', this.#take)
  }

  readonly #take = (text: string): void => {
    this.#output += text
  }

  /** Resolves to the first group of the pattern once the output matches. */
  says(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.#output)?.[1]
        if (found !== undefined) resolve(found)
      }
      this.#child.stdout?.on('data', look)
      this.#child.stderr?.on('data', look)
      this.#child.once('error', reject)
      this.#child.once('close', () =>
        reject(new Error(`The program ended. Output: ${this.#output}`)),
      )
      look()
    })
  }

  /** Ends the program, unless it has ended. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    if (this.#isGroup && this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGTERM')
    else this.#child.kill()
    await closed
  }
}
