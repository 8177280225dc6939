/** What a command has at hand while it runs. */
import type { Phial } from '../app.ts'
import { AppContext } from '../context.ts'

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

  constructor(app: Phial, output: Output) {
    super(app)
    this.echo = (text, { err = false } = {}) => output[err ? 'stderr' : 'stdout'](`${text}\n`)
  }
}
