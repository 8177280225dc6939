/** Parses the command line and `PHIAL_SERVER_ARGS`. */
import { parseArgs } from 'node:util'
import { StartError, exitCodes } from '../errors.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { insteadOf } from './unsupported-options.ts'
import { readValue, type Found, type Setting } from './setting.ts'
import { flagOf, settings } from './table.ts'

/** An option token of `parseArgs`. */
interface Option {
  readonly rawName: string
  readonly name: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

/** The settings that have an option, by the option's name. */
const options: ReadonlyMap<string, readonly [name: string, setting: Setting]> = new Map(
  [...settings]
    .filter(([, { not }]) => not !== 'option')
    .map(([name, setting]) => [flagOf(name, setting), [name, setting]]),
)

/**
 * Parses the arguments of one source. Throws a {@link StartError} with exit code 2 for an unknown option or an
 * invalid value.
 *
 * @param source the prefix of error messages; empty for the command line
 */
export function readWords(words: readonly string[], source: string): Map<string, Found> {
  const given = new Map<string, { setting: Setting; said: string; values: unknown[] }>()
  const apps: string[] = []
  for (const token of tokens(words)) {
    if (token.kind === 'positional') apps.push(token.value)
    if (token.kind !== 'option') continue
    const [name, setting] = optionOf(token, source)
    const value = valueOf(token, setting, source)
    const said =
      setting.kind.value === undefined ? token.rawName : `${token.rawName} ${String(value)}`
    given.set(name, { setting, said, values: [...(given.get(name)?.values ?? []), value] })
  }
  const from = source || 'command line'
  const found = new Map<string, Found>()
  for (const [name, { setting, said, values }] of given) {
    const value = setting.kind.isList ? values : values.at(-1)
    found.set(name, {
      from,
      value: readValue(setting, value, (why) => usage(`${said}: ${why}`, source)),
    })
  }
  const app = oneApp(apps, source)
  return app === undefined ? found : found.set('app', { from, value: app })
}

function oneApp(apps: readonly string[], source: string): string | undefined {
  if (apps.length > 1)
    throw usage(`expected one MODULE:APP, received ${apps.length}: ${apps.join(' ')}`, source)
  return apps[0] // `load` rejects an empty one
}

/** Tokenizes the arguments with `parseArgs`, which does not validate them here. */
function tokens(
  words: readonly string[],
): (
  | (Option & { readonly kind: 'option' })
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' }
)[] {
  const known = [...options].map(([flag, [, { short, kind }]]) => {
    const type = kind.value === undefined ? 'boolean' : 'string'
    return [flag, { type, ...(short && { short }) }] as const
  })
  return parseArgs({
    args: [...words],
    options: Object.fromEntries(known),
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

function optionOf({ name, rawName }: Option, source: string): readonly [string, Setting] {
  const option = options.get(name)
  if (option) return option
  const instead = insteadOf(name)
  if (instead !== undefined) throw usage(`${rawName} is not supported: ${instead}`, source)
  const guess = nearest(
    rawName,
    [...options.keys()].map((flag) => `--${flag}`),
  )
  throw usage(`unknown option ${rawName}${didYouMean(guess)}`, source)
}

function valueOf(
  { rawName, value, inlineValue }: Option,
  { kind }: Setting,
  source: string,
): unknown {
  if (kind.value === undefined) {
    if (value === undefined) return true
    throw usage(`${rawName} takes no value, received ${JSON.stringify(value)}`, source)
  }
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    throw usage(`${rawName} needs a value: ${rawName} ${kind.value}`, source)
  }
  return value
}

function usage(message: string, source: string): StartError {
  const place = source === '' ? '' : `${source}: `
  return new StartError(
    exitCodes.usage,
    `${place}${message} (phial-server --help lists the options)`,
  )
}

/** Splits a string into words like a shell. Supports only '…', "…" and \. */
export function shellWords(text: string, source: string): string[] {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const word = /^(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^])+/.exec(rest)?.[0]
    rest = rest.slice(word?.length ?? 0)
    if (word === undefined || /^\S/.test(rest)) {
      throw new StartError(exitCodes.usage, `${source} has an unterminated quote: ${text}`)
    }
    words.push(unquote(word))
    rest = rest.trimStart()
  }
  return words
}

function unquote(word: string): string {
  return word.replaceAll(/'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]/g, (part) => {
    if (part.startsWith("'")) return part.slice(1, -1)
    if (part.startsWith('"')) return part.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
    return part.slice(1)
  })
}
