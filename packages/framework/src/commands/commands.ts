/** Commands and command groups of an app and its blueprints. */
import { withCode } from '@phial/core'
import type { CommandContext } from './context.ts'
import {
  checkName,
  type CommandOptions,
  type CommandValues,
  readSignature,
  type Signature,
} from './signature.ts'

/** The action of a command. Its result is awaited and ignored. */
export type CommandAction<Values, Context = CommandContext> = (
  values: Values,
  context: Context,
) => unknown

/** One command: its signature, its help text and its action. */
export interface Command<Context = CommandContext> {
  /** The signature: `create-user <name>`. */
  readonly text: string
  readonly signature: Signature
  readonly description: string
  readonly action: CommandAction<Record<string, unknown>, Context>
}

/** `app.cli.command(signature, description, options?, action)`. */
export interface AddCommand<Context = CommandContext> {
  <const Text extends string>(
    signature: Text,
    description: string,
    action: CommandAction<CommandValues<Text>, Context>,
  ): void
  <const Text extends string, const Options extends CommandOptions>(
    signature: Text,
    description: string,
    options: Options,
    action: CommandAction<CommandValues<Text, keyof Options & string>, Context>,
  ): void
}

/**
 * A group of commands: `app.cli`, `blueprint.cli`, and the groups in them.
 *
 * ```ts
 * const users = app.cli.group('users', 'Manage users')
 * users.command('list', 'Lists all users', (_values, { echo }) => echo('Ada'))
 * ```
 */
export class CommandGroup<Context = CommandContext> {
  readonly commands: Map<string, Command<Context>> = new Map()
  readonly groups: Map<string, CommandGroup<Context>> = new Map()
  /** The description for `--help`. */
  description: string = ''
  readonly #assertSetup: (what: string) => void

  /** `assertSetup` throws if it is too late to add commands. */
  constructor(assertSetup: (what: string) => void = () => undefined) {
    this.#assertSetup = assertSetup
  }

  /**
   * Adds a command. It runs in an app context, so `currentApp`, `g` and `urlFor` are available.
   *
   * ```ts
   * app.cli.command('create-user <name>', 'Creates a user', { '--admin': 'make the user an administrator' },
   *   ({ name, admin }, { echo }) => echo(admin ? `${name}, an administrator` : name))
   * ```
   *
   * Throws `RangeError` for an invalid signature, and `Error` if the name is taken.
   */
  readonly command: AddCommand<Context> = (
    text: string,
    description: string,
    ...rest: unknown[]
  ): void => {
    this.#assertSetup('cli.command')
    const [action, options = {}] = rest.toReversed() as [
      Command<Context>['action'],
      CommandOptions?,
    ]
    this.#add({ text, signature: readSignature(text, options), description, action })
  }

  /** Returns the group with a name, and creates it on first use: `app.cli.group('users', 'Manage users').command(…)`. */
  group(name: string, description: string = ''): CommandGroup<Context> {
    this.#assertSetup('cli.group')
    const group = this.groups.get(name) ?? this.#makeGroup(name)
    if (description !== '') group.description = description
    return group
  }

  /** Adds the commands and groups of another group. Throws `Error` if a name is taken. */
  adopt(other: CommandGroup<Context>): void {
    if (this.description === '') this.description = other.description
    for (const command of other.commands.values()) this.#add(command)
    for (const [name, group] of other.groups) this.group(name).adopt(group)
  }

  #add(command: Command<Context>): void {
    const { name } = command.signature
    const present = this.commands.get(name)
    if (present === command) return
    if (present !== undefined) throw taken(name, `command ${JSON.stringify(present.text)}`, command)
    if (this.groups.has(name)) throw taken(name, `group ${JSON.stringify(name)}`, command)
    this.commands.set(name, command)
  }

  #makeGroup(name: string): CommandGroup<Context> {
    checkName(name)
    const command = this.commands.get(name)
    if (command !== undefined) throw taken(name, `group ${JSON.stringify(name)}`, command)
    const group = new CommandGroup<Context>(this.#assertSetup)
    this.groups.set(name, group)
    return group
  }
}

function taken(name: string, other: string, { text, description }: Command<never>): Error {
  return withCode(
    'ERR_PHIAL_COMMAND_TAKEN',
    new Error(
      `The command ${JSON.stringify(text)} (${description}) and the ${other} are both named ${name}. Rename one of them, or put it into a group.`,
    ),
  )
}
