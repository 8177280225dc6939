/** What a command says when it cannot go on. */

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
