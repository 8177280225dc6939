/** Parses the arguments of a command according to its signature. */
import { parseArgs } from 'node:util'
import { nearest } from '../helpers/nearest.ts'
import { UsageError } from './context.ts'
import type { Option, Signature } from './signature.ts'

/** The values of a command, or a request for help. */
export type ParsedArguments = { help: true } | { help: false; values: Record<string, unknown> }

type Token = { kind: 'positional'; value: string } | { kind: 'option-terminator' } | OptionToken

interface OptionToken {
  kind: 'option'
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

/** Parses the arguments after the name of a command. Throws `UsageError` for a missing, unknown or malformed argument. */
export function parseArguments(signature: Signature, argv: readonly string[]): ParsedArguments {
  const all = tokens(signature, argv)
  if (all.some((token) => token.kind === 'option' && token.name === 'help')) return { help: true }
  const positionals = all.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const named = all.filter((token) => token.kind === 'option')
  const values = { ...optionValues(signature, named), ...positionalValues(signature, positionals) }
  return { help: false, values }
}

/** Splits the arguments with `parseArgs`, without its error messages. */
function tokens({ options }: Signature, argv: readonly string[]): Token[] {
  const known = options.map(({ name, short, value }) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [name, short === undefined ? { type } : { type, short }] as const
  })
  const help = { type: 'boolean', short: 'h' } as const
  return parseArgs({
    args: [...argv],
    options: { ...Object.fromEntries(known), help },
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

function optionValues(
  { name, options }: Signature,
  named: readonly OptionToken[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const option of options) values[option.key] = missingValue(option)
  for (const token of named) {
    const option = options.find((one) => one.name === token.name)
    if (option === undefined) throw unknownOption(name, options, token)
    const value = valueOf(option, token)
    const present = values[option.key]
    values[option.key] = Array.isArray(present) ? [...(present as unknown[]), value] : value
  }
  return values
}

/** Returns the value of a missing option. */
function missingValue({ isList, value }: Option): string[] | false | undefined {
  if (isList) return []
  return value === undefined ? false : undefined
}

function valueOf(option: Option, { rawName, value, inlineValue }: OptionToken): string | true {
  if (option.value === undefined) {
    if (value === undefined) return true
    throw new UsageError(`${rawName} does not take a value, received ${JSON.stringify(value)}.`)
  }
  if (value === undefined || (inlineValue !== true && /^-./.test(value))) {
    throw new UsageError(
      `${rawName} requires a value: ${rawName} ${option.value}. If the value begins with a dash, write --${option.name}=-….`,
    )
  }
  return value
}

function unknownOption(
  command: string,
  options: readonly Option[],
  { rawName }: OptionToken,
): UsageError {
  const known = rawName.startsWith('--') ? options.map((option) => `--${option.name}`) : []
  const [similar] = nearest(rawName, known)
  const suggestion = similar === undefined ? '' : ` Did you mean ${similar}?`
  const hint = /^-\d/.test(rawName) ? ' To pass it as an argument, write -- before it.' : ''
  return new UsageError(`${command} has no option ${rawName}.${suggestion}${hint}`)
}

function positionalValues(
  { name, args }: Signature,
  positionals: readonly string[],
): Record<string, unknown> {
  const missing = args.find(
    ({ isRequired }, index) => isRequired && positionals[index] === undefined,
  )
  if (missing !== undefined) throw new UsageError(`${name} requires ${missing.text}.`)
  const extra = positionals[args.length]
  if (extra !== undefined && args.at(-1)?.isList !== true) {
    throw new UsageError(
      `Expected ${args.length === 0 ? 'no arguments' : `only ${args.map(({ text }) => text).join(' ')}`} for ${name}, received the extra argument ${JSON.stringify(extra)}.`,
    )
  }
  return Object.fromEntries(
    args.map(({ key, isList }, index) => [
      key,
      isList ? positionals.slice(index) : positionals[index],
    ]),
  )
}
