/** The environment of the application: `--env`, `--env-file`, and the format of `.env` files. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { StartError, exitCodes } from '../errors.ts'

/** The settings that define the environment of the application. */
export interface EnvironmentSettings {
  readonly env: Readonly<Record<string, string>>
  readonly envFile: readonly string[] | undefined
}

/**
 * Returns the environment for an application. `--env` takes precedence over the real environment, which takes precedence
 * over `--env-file`. If several files set a variable, the first one wins. Throws a {@link StartError} if a file cannot be
 * read.
 *
 * @param folder the absolute path that the files are relative to
 */
export function environmentOf(
  { env, envFile = [] }: EnvironmentSettings,
  real: NodeJS.ProcessEnv,
  folder: string,
): NodeJS.ProcessEnv {
  const files = envFile.map((file) => readEnvFile(file, folder))
  return Object.assign({}, ...files.reverse(), real, env) as NodeJS.ProcessEnv
}

function readEnvFile(file: string, folder: string): Record<string, string> {
  try {
    return parseEnvFile(readFileSync(resolve(folder, file), 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartError(exitCodes.configuration, `--env-file ${file} cannot be read: ${why}`)
  }
}

/**
 * Parses the text of a `.env` file. Returns its variables by name.
 *
 *     # a comment
 *     PORT=8000                     # a comment, in an unquoted value from the first `#`
 *     export GREETING='literal text: \n'
 *     LINES="first\nsecond"         # in double quotes: \n \r \t \" \\
 *     KEY=`quoted values
 *     may have several lines`
 *
 * Accepts the format of `node --env-file`, with the same result on each version of Node. It also accepts a byte order mark,
 * and ignores a line without `=` without losing the next one. If a name is set twice, the last value wins. Variables in
 * values (`$HOME`) are not expanded.
 *
 * ```ts
 * parseEnvFile('GREETING="Hello, you" # a comment\n') // { GREETING: 'Hello, you' }
 * ```
 */
export function parseEnvFile(text: string): Record<string, string> {
  const lines = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
  return Object.fromEntries(Array.from(lines.matchAll(ENTRY), entryOf))
}

/** Matches an entry: a name and its value, which is double-quoted, quoted otherwise, or unquoted up to a comment. */
const ENTRY =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:(?:"((?:[^"\\]|\\[^])*)"|'([^']*)'|`([^`]*)`)[ \t]*(?:#.*)?$|([^#\n]*))/gm

function entryOf([, name = '', escaped, single, backticks, plain = '']: readonly string[]): [
  string,
  string,
] {
  if (escaped !== undefined) return [name, unescape(escaped)]
  return [name, single ?? backticks ?? plain.trim()]
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** Replaces escape sequences. A backslash before any other character is kept, as in `"C:\Users"`. */
function unescape(text: string): string {
  return text.replaceAll(/\\([nrt"\\])/g, (_, escape: string) => ESCAPES[escape] ?? escape)
}
