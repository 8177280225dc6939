/** The options before a command: which app is meant, and with which variables. */
import { readFileSync } from 'node:fs'
import { type Option, readSignature } from '../commands/signature.ts'
import { readWords } from '../commands/words.ts'

/** The options before the command. */
export interface Early {
  /** `MODULE:APP`, as typed. */
  readonly app: string | undefined
  /** Files of variables, besides `.env` and `.phialenv`. */
  readonly envFile: readonly string[]
  readonly version: boolean
}

const signature = readSignature('phial', {
  '-A, --app <module:app>': 'which app is meant',
  '-e, --env-file <file...>': 'a file of variables, besides .env and .phialenv',
  '--version': 'show the version, and stop',
})

/** The options that may precede a command, for help. */
export const earlyOptions: readonly Option[] = signature.options

/** Reads the options before the command, and returns the remaining words. Throws `UsageError` for an unknown option. */
export function readEarly(words: readonly string[]): { early: Early; rest: readonly string[] } {
  const end = endOfOptions(words)
  const reading = readWords(signature, words.slice(0, end))
  if (reading.help)
    return { early: { app: undefined, envFile: [], version: false }, rest: ['--help'] }
  return { early: reading.values as unknown as Early, rest: words.slice(end) }
}

/** The index of the first word that is neither an option nor the value of one. */
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
