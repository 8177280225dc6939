/**
 * How a command is written down: `create-user <name> [role]`, and its options `-r, --role <role>`.
 *
 * Values stay the text that was typed: `007` is not a number until a command makes it one.
 */
import { withCode } from '@phial/core'

/** A command's options: what is typed, and what `--help` says of it. `{ '-a, --admin': 'may do everything' }`. */
export type CommandOptions = Readonly<Record<string, string>>

/** What a command is called with: `<name>` is text, `[name]` text or `undefined`, `<names...>` a list, `--admin` true or false. */
export type CommandValues<Signature extends string, Options extends string = never> = {
  [W in Words<Signature> as ArgumentName<W>]: W extends `${string}...${string}`
    ? string[]
    : W extends `<${string}`
      ? string
      : string | undefined
} & {
  [O in Options as OptionName<O>]: O extends `${string}<${string}...>`
    ? string[]
    : O extends `${string}<${string}`
      ? string | undefined
      : boolean
}

type Words<S extends string> = S extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : S

type ArgumentName<W extends string> = W extends `<${infer N}...>` | `[${infer N}...]`
  ? CamelCase<N>
  : W extends `<${infer N}>` | `[${infer N}]`
    ? CamelCase<N>
    : never

type OptionName<O extends string> = O extends `${string}--${infer N} <${string}`
  ? CamelCase<N>
  : O extends `${string}--${infer N}`
    ? CamelCase<N>
    : never

type CamelCase<N extends string> = N extends `${infer A}-${infer B}`
  ? `${A}${Capitalize<CamelCase<B>>}`
  : N

/** `<name>`: a positional argument. */
export interface Argument {
  /** What the value is called: `userName` for `<user-name>`. */
  readonly key: string
  /** As it was written: `<user-name>`. */
  readonly text: string
  readonly isRequired: boolean
  /** Whether it takes all words that are left. */
  readonly isList: boolean
}

/** `-r, --role <role>`: a named option. */
export interface Option {
  readonly key: string
  /** As it was written. */
  readonly text: string
  /** `role`, without the dashes. */
  readonly name: string
  /** `r`, without the dash. */
  readonly short: string | undefined
  /** `<role>`; an option without it is a switch. */
  readonly value: string | undefined
  readonly isList: boolean
  readonly help: string
}

/** A command's name and what may follow it. */
export interface Signature {
  readonly name: string
  readonly args: readonly Argument[]
  readonly options: readonly Option[]
}

/** Reads a command's signature and options. Throws `RangeError` for what is malformed, with the right form. */
export function readSignature(signature: string, options: CommandOptions): Signature {
  const [name = '', ...words] = signature.trim().split(/\s+/)
  checkName(name, signature)
  const args = words.map((word) => readArgument(word, signature))
  checkOrder(args, signature)
  const read = Object.entries(options).map(([text, help]) => readOption(text, help, signature))
  checkKeys([...args, ...read], signature)
  checkShorts(read, signature)
  return { name, args, options: read }
}

/** Throws `RangeError` if something is not a name for a command or a group. `where` is what it was read from. */
export function checkName(name: string, where: string = name): void {
  if (/^[a-z\d][\w:-]*$/i.test(name)) return
  throw withCode(
    'ERR_PHIAL_COMMAND_SIGNATURE',
    new RangeError(
      `${JSON.stringify(where)} does not begin with the name of a command: a letter or a digit, then letters, digits, "-", "_" and ":". Write it as in 'create-user <name>'.`,
    ),
  )
}

function readArgument(text: string, signature: string): Argument {
  const match = /^(?:<([a-z]\w*(?:-\w+)*)(\.\.\.)?>|\[([a-z]\w*(?:-\w+)*)(\.\.\.)?\])$/i.exec(text)
  const [, required, many, optional, maybeMany] = match ?? []
  const name = required ?? optional
  if (name === undefined) {
    throw withCode(
      'ERR_PHIAL_COMMAND_SIGNATURE',
      new RangeError(
        `${JSON.stringify(text)} in the command ${JSON.stringify(signature)} is no argument. Write <name> for one that has to be there, [name] for one that may be missing, and <names...> or [names...] for several; options stand on their own: { '--admin': 'may do everything' }.`,
      ),
    )
  }
  const isList = (many ?? maybeMany) !== undefined
  return { key: camelCase(name), text, isRequired: required !== undefined, isList }
}

function checkOrder(args: readonly Argument[], signature: string): void {
  for (const [index, { text, isRequired }] of args.entries()) {
    const before = args[index - 1]
    if (before === undefined) continue
    if (before.isList) throw order(signature, text, before.text, 'takes all words that are left')
    if (isRequired && !before.isRequired) {
      throw order(signature, text, before.text, 'may be missing')
    }
  }
}

function order(signature: string, text: string, before: string, why: string): RangeError {
  return withCode(
    'ERR_PHIAL_COMMAND_SIGNATURE',
    new RangeError(
      `${text} in the command ${JSON.stringify(signature)} comes after ${before}, which ${why}. Change places.`,
    ),
  )
}

function readOption(text: string, help: string, signature: string): Option {
  const match = /^(?:-([a-z\d]), )?--([a-z]\w*(?:-\w+)*)(?: (<[\w:-]+(\.\.\.)?>))?$/i.exec(text)
  const [, short, name, value, many] = match ?? []
  if (name === undefined) {
    throw withCode(
      'ERR_PHIAL_COMMAND_SIGNATURE',
      new RangeError(
        `${JSON.stringify(text)} of the command ${JSON.stringify(signature)} is no option. Write '--admin' for a switch, '--role <role>' for a value, '--tag <tag...>' for one that may be repeated, each with a short form if you like: '-a, --admin'.`,
      ),
    )
  }
  if (name === 'help' || short === 'h') {
    throw withCode(
      'ERR_PHIAL_COMMAND_SIGNATURE',
      new RangeError(
        `${JSON.stringify(text)} of the command ${JSON.stringify(signature)} is taken: -h and --help show its help. Give the option another name.`,
      ),
    )
  }
  return { key: camelCase(name), text, name, short, value, isList: many !== undefined, help }
}

function checkKeys(parts: readonly (Argument | Option)[], signature: string): void {
  const taken = new Map<string, string>()
  for (const { key, text } of parts) checkFree(taken, key, text, signature)
}

function checkShorts(options: readonly Option[], signature: string): void {
  const taken = new Map<string, string>()
  for (const { short, text } of options) {
    if (short !== undefined) checkFree(taken, `-${short}`, text, signature)
  }
}

function checkFree(taken: Map<string, string>, key: string, text: string, where: string): void {
  const present = taken.get(key)
  if (present !== undefined) {
    throw withCode(
      'ERR_PHIAL_COMMAND_SIGNATURE',
      new RangeError(
        `${present} and ${text} of the command ${JSON.stringify(where)} are both called ${key}. Give one of them another name.`,
      ),
    )
  }
  taken.set(key, text)
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
