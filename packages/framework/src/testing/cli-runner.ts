/** Runs an app's commands in a test, and keeps what they say. */
import { type CommandApp, ofApp, runCommandLine } from '../commands/run.ts'

/** What a command said, and how it ended. */
export interface TestCliResult {
  /** 0, or 1 for an error, or 2 for words that no command takes, or what a `CommandError` says. */
  readonly exitCode: number
  /** What was printed, to standard output and standard error, in order. */
  readonly output: string
  readonly stdout: string
  readonly stderr: string
  /** What was thrown, if anything. */
  readonly error: unknown
}

/**
 * What `app.testCliRunner()` makes.
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
   * Runs a command line, given as its words: `await runner.invoke(['create-user', 'ada', '--admin'])`.
   * Never fails: what was thrown is the result's `error`.
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
