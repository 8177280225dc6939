/** The context of a running command, and the errors that end it. */
import { type App, AppContext } from '../context/context.ts'

/** The output of a command: the two streams of a terminal, or those of a test. */
export interface Output {
  stdout: (text: string) => void
  stderr: (text: string) => void
}

/** Options of `echo`. */
export interface EchoOptions {
  /** Print to standard error. Default false. */
  err?: boolean
}

/**
 * The context of a running command, which is the second argument of its action: `({ name }, { echo, app, g }) => …`.
 *
 * ```ts
 * app.cli.command('hello <name>', 'Says hello', ({ name }, { echo }) => echo(`Hello ${name}`))
 * ```
 */
export class CommandContext extends AppContext {
  /** Prints a line, by default to standard output: `echo('Done')`. */
  readonly echo: (text: string, options?: EchoOptions) => void

  constructor(app: App, output: Output) {
    super(app)
    this.echo = (text, { err = false } = {}) => output[err ? 'stderr' : 'stdout'](`${text}\n`)
  }
}

/**
 * An error that ends a command with a clean message: it is printed to standard error, without a stack, and the program
 * exits with `exitCode`, 1 by default.
 *
 * ```ts
 * if (user === undefined) throw new CommandError(`The user ${name} does not exist.`)
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

/** The error for an invalid command line. Exit code 2. */
export class UsageError extends CommandError {
  override name = 'UsageError'
  readonly code = 'ERR_PHIAL_COMMAND_USAGE'

  constructor(message: string) {
    super(message, 2)
  }
}
