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
  async invoke(args: readonly string[] = []): Promise<TestCliResult> {
    const written: { to: 'stdout' | 'stderr'; text: string }[] = []
    const textTo = (to?: 'stdout' | 'stderr'): string =>
      written.map((one) => (to === undefined || one.to === to ? one.text : '')).join('')
    const output = {
      stdout: (text: string) => void written.push({ to: 'stdout', text }),
      stderr: (text: string) => void written.push({ to: 'stderr', text }),
    }
    const result = await runCommandLine(ofApp(this.#app, output), args)
    return { ...result, output: textTo(), stdout: textTo('stdout'), stderr: textTo('stderr') }
  }
}
