/** What a command gets while it runs, and the errors with which it gives up. */
import { type App, AppContext } from '../context/context.ts'

/** Where a command's words go: the terminal's two streams, or a test's. */
export interface Output {
  stdout: (text: string) => void
  stderr: (text: string) => void
}

/** How `echo` is told where to. */
export interface EchoOptions {
  /** Print to standard error. Default false. */
  err?: boolean
}

/**
 * One run of a command. It is an action's second argument: `({ name }, { echo, app, g }) => …`.
 *
 * ```ts
 * app.cli.command('hello <name>', 'Says hello', ({ name }, { echo }) => echo(`Hello ${name}`))
 * ```
 */
export class CommandContext extends AppContext {
  /** Prints a line, to standard output if not said otherwise: `echo('Done')`. */
  readonly echo: (text: string, options?: EchoOptions) => void

  constructor(app: App, output: Output) {
    super(app)
    this.echo = (text, { err = false } = {}) => output[err ? 'stderr' : 'stdout'](`${text}\n`)
  }
}

/**
 * A command gives up: its message is printed to standard error, without a stack, and the program ends
 * with `exitCode`, 1 by default.
 *
 * ```ts
 * if (user === undefined) throw new CommandError(`There is no user ${name}.`)
 * ```
 */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, exitCode: number = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** What was typed is not what the command takes: exit code 2. */
export class UsageError extends CommandError {
  override name = 'UsageError'
  readonly code = 'ERR_PHIAL_COMMAND_USAGE'

  constructor(message: string) {
    super(message, 2)
  }
}
