/** Parses the arguments of a command according to its signature. */
import { parseArgs } from 'node:util'
import { nearest } from '../helpers/nearest.ts'
import { UsageError } from './context.ts'
import type { Option, Signature } from './signature.ts'

/** The values of a command, or a request for help. */
export type Reading = { help: true } | { help: false; values: Record<string, unknown> }

type Token = { kind: 'positional'; value: string } | { kind: 'option-terminator' } | OptionToken

interface OptionToken {
  kind: 'option'
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

/** Parses the arguments after the name of a command. Throws `UsageError` for unexpected ones. */
export function readWords(signature: Signature, words: readonly string[]): Reading {
  const all = tokens(signature, words)
  if (all.some((token) => token.kind === 'option' && token.name === 'help')) return { help: true }
  const placed = all.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const named = all.filter((token) => token.kind === 'option')
  const values = { ...readOptions(signature, named), ...readArguments(signature, placed) }
  return { help: false, values }
}

/** Splits the arguments with `parseArgs`, without its error messages. */
function tokens({ options }: Signature, words: readonly string[]): Token[] {
  const known = options.map(({ name, short, value }) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [name, short === undefined ? { type } : { type, short }] as const
  })
  const help = { type: 'boolean', short: 'h' } as const
  return parseArgs({
    args: [...words],
    options: { ...Object.fromEntries(known), help },
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

function readOptions(
  { name, options }: Signature,
  given: readonly OptionToken[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const option of options) values[option.key] = nothing(option)
  for (const token of given) {
    const option = options.find((one) => one.name === token.name)
    if (option === undefined) throw unknownOption(name, options, token)
    const value = valueOf(option, token)
    const present = values[option.key]
    values[option.key] = Array.isArray(present) ? [...(present as unknown[]), value] : value
  }
  return values
}

/** Returns the value of a missing option. */
function nothing({ isList, value }: Option): string[] | false | undefined {
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
      `${rawName} needs a value: ${rawName} ${option.value}. Write a value that begins with a dash as --${option.name}=-….`,
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
  const [meant] = nearest(rawName, known)
  const help = meant === undefined ? '' : ` Did you mean ${meant}?`
  const other = /^-\d/.test(rawName) ? ' To pass it as an argument, write -- before it.' : ''
  return new UsageError(`${command} has no option ${rawName}.${help}${other}`)
}

function readArguments(
  { name, args }: Signature,
  words: readonly string[],
): Record<string, unknown> {
  const missing = args.find(({ isRequired }, index) => isRequired && words[index] === undefined)
  if (missing !== undefined) throw new UsageError(`${name} requires ${missing.text}.`)
  const left = words[args.length]
  if (left !== undefined && args.at(-1)?.isList !== true) {
    throw new UsageError(
      `${name} takes ${args.length === 0 ? 'no arguments' : args.map(({ text }) => text).join(' ')}, so ${JSON.stringify(left)} is one argument too many.`,
    )
  }
  return Object.fromEntries(
    args.map(({ key, isList }, index) => [key, isList ? words.slice(index) : words[index]]),
  )
}
