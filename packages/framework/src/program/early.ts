/** The options before a command: the app and its env files. */
import { readFileSync } from 'node:fs'
import { type Option, readSignature } from '../commands/signature.ts'
import { readWords } from '../commands/words.ts'

/** The options before the command. */
export interface Early {
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
export const earlyOptions: readonly Option[] = signature.options

/** Parses the options before the command, and returns the remaining arguments. Throws `UsageError` for an unknown option. */
export function readEarly(words: readonly string[]): { early: Early; rest: readonly string[] } {
  const end = endOfOptions(words)
  const reading = readWords(signature, words.slice(0, end))
  if (reading.help)
    return { early: { app: undefined, envFile: [], version: false }, rest: ['--help'] }
  return { early: reading.values as unknown as Early, rest: words.slice(end) }
}

/** Returns the index of the first argument that is neither an option nor the value of one. */
function endOfOptions(words: readonly string[]): number {
  let at = 0
  while (words[at]?.startsWith('-') === true)
    at += /^(-A|-e|--app|--env-file)$/.test(words[at] ?? '') ? 2 : 1
  return at
}

/** The version of this package. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
