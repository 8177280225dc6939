/** The options before a command: the app and its env files. */
import { readFileSync } from 'node:fs'
import { type Option, readSignature } from '../commands/signature.ts'
import { parseArguments } from '../commands/arguments.ts'

/** The options before the command. */
export interface GlobalOptions {
  /** `MODULE:APP`, as typed. */
  readonly app: string | undefined
  /** Env files in addition to `.env` and `.phialenv`. */
  readonly envFile: readonly string[]
  readonly version: boolean
}

const signature = readSignature('phial', {
  '-A, --app <module:app>': 'the app to use',
  '-e, --env-file <file...>': 'an env file to read in addition to .env and .phialenv',
  '--version': 'show the version and exit',
})

/** The options that may precede a command, for help. */
export const globalOptions: readonly Option[] = signature.options

/** Parses the options before the command, and returns the remaining arguments. Throws `UsageError` for an unknown option. */
export function parseGlobalOptions(argv: readonly string[]): {
  given: GlobalOptions
  rest: readonly string[]
} {
  const end = endOfOptions(argv)
  const parsed = parseArguments(signature, argv.slice(0, end))
  if (parsed.help)
    return { given: { app: undefined, envFile: [], version: false }, rest: ['--help'] }
  return { given: parsed.values as unknown as GlobalOptions, rest: argv.slice(end) }
}

/** Returns the index of the first argument that is neither an option nor the value of one. */
function endOfOptions(argv: readonly string[]): number {
  let index = 0
  while (argv[index]?.startsWith('-') === true)
    index += /^(-A|-e|--app|--env-file)$/.test(argv[index] ?? '') ? 2 : 1
  return index
}

/** Returns the version of this package. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
