/** Runs an app's commands in a test and captures their output. */
import { type CommandApp, ofApp, runCommandLine } from '../commands/run.ts'

/** The output and the exit code of a command. */
export interface TestCliResult {
  /** 0; 1 for an error; 2 for a usage error; the code of a `CommandError`. */
  readonly exitCode: number
  /** Standard output and standard error, in the order in which they were written. */
  readonly output: string
  readonly stdout: string
  readonly stderr: string
  /** The error that was thrown, if any. */
  readonly error: unknown
}

/**
 * Runs an app's commands without a terminal. `app.testCliRunner()` creates one.
 *
 * ```ts
 * const { exitCode, output } = await app.testCliRunner().invoke(['hello', 'Ada'])
 * ```
 */
export class TestCliRunner {
  readonly #app: CommandApp

  constructor(app: CommandApp) {
    this.#app = app
  }

  /**
   * Runs a command with its arguments: `await runner.invoke(['create-user', 'ada', '--admin'])`. An error
   * that the command throws is the result's `error`.
   */
  async invoke(words: readonly string[] = []): Promise<TestCliResult> {
    const said: { to: 'stdout' | 'stderr'; text: string }[] = []
    const heard = (to?: 'stdout' | 'stderr'): string =>
      said.map((one) => (to === undefined || one.to === to ? one.text : '')).join('')
    const output = {
      stdout: (text: string) => void said.push({ to: 'stdout', text }),
      stderr: (text: string) => void said.push({ to: 'stderr', text }),
    }
    const ended = await runCommandLine(ofApp(this.#app, output), words)
    return { ...ended, output: heard(), stdout: heard('stdout'), stderr: heard('stderr') }
  }
}
