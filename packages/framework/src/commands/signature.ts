/**
 * Parses the signature of a command, `create-user <name> [role]`, and its options, `-r, --role <role>`.
 *
 * Values stay strings: `007` is not a number until the command converts it.
 */
import { withCode } from '@phial/core'

/** The options of a command, each with its help text: `{ '-a, --admin': 'make the user an administrator' }`. */
export type CommandOptions = Readonly<Record<string, string>>

/** The values of a command: `<name>` is a string, `[name]` a string or `undefined`, `<names...>` an array, `--admin` a boolean. */
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

/** A positional argument: `<name>`. */
export interface Argument {
  /** The key of the value: `userName` for `<user-name>`. */
  readonly key: string
  /** The text in the signature: `<user-name>`. */
  readonly text: string
  readonly isRequired: boolean
  /** Whether it takes all remaining arguments. */
  readonly isList: boolean
}

/** A named option: `-r, --role <role>`. */
export interface Option {
  readonly key: string
  /** The option as declared: `-r, --role <role>`. */
  readonly text: string
  /** The long name without dashes: `role`. */
  readonly name: string
  /** The short name without the dash: `r`. */
  readonly short: string | undefined
  /** The placeholder of the value: `<role>`. An option without a placeholder is a flag. */
  readonly value: string | undefined
  readonly isList: boolean
  readonly help: string
}

/** A parsed signature. */
export interface Signature {
  readonly name: string
  readonly args: readonly Argument[]
  readonly options: readonly Option[]
}

/** Parses a signature and options. Throws `RangeError`, with the expected form, if one is malformed. */
export function readSignature(signature: string, options: CommandOptions): Signature {
  const [name = '', ...words] = signature.trim().split(/\s+/)
  checkName(name, signature)
  const args = words.map((word) => readArgument(word, signature))
  checkOrder(args, signature)
  const parsed = Object.entries(options).map(([text, help]) => readOption(text, help, signature))
  checkKeys([...args, ...parsed], signature)
  checkShorts(parsed, signature)
  return { name, args, options: parsed }
}

/** Throws `RangeError` if a name is not valid for a command or a group. `where` is the signature that it is from. */
export function checkName(name: string, where: string = name): void {
  if (/^[a-z\d][\w:-]*$/i.test(name)) return
  throw withCode(
    'ERR_PHIAL_COMMAND_SIGNATURE',
    new RangeError(
      `Expected the name of a command first, as in 'create-user <name>', received ${JSON.stringify(where)}. A name starts with a letter or a digit, and continues with letters, digits, "-", "_" or ":".`,
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
        `Expected an argument in the command ${JSON.stringify(signature)}, received ${JSON.stringify(text)}. Write <name> for a required argument, [name] for an optional one, and <names...> or [names...] for several. Pass options separately: { '--admin': 'make the user an administrator' }.`,
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
    if (before.isList) throw order(signature, text, before.text, 'takes all remaining arguments')
    if (isRequired && !before.isRequired) {
      throw order(signature, text, before.text, 'is optional')
    }
  }
}

function order(signature: string, text: string, before: string, why: string): RangeError {
  return withCode(
    'ERR_PHIAL_COMMAND_SIGNATURE',
    new RangeError(
      `${text} in the command ${JSON.stringify(signature)} comes after ${before}, which ${why}. Swap the two.`,
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
        `Expected an option of the command ${JSON.stringify(signature)}, received ${JSON.stringify(text)}. Write '--admin' for a flag, '--role <role>' for an option with a value, and '--tag <tag...>' for an option that may be repeated. A short form is optional: '-a, --admin'.`,
      ),
    )
  }
  if (name === 'help' || short === 'h') {
    throw withCode(
      'ERR_PHIAL_COMMAND_SIGNATURE',
      new RangeError(
        `The option ${JSON.stringify(text)} of the command ${JSON.stringify(signature)} is reserved, because -h and --help show the help. Rename the option.`,
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
        `${present} and ${text} of the command ${JSON.stringify(where)} are both named ${key}. Rename one of them.`,
      ),
    )
  }
  taken.set(key, text)
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
