/** `.env` and `.phialenv`: variables for the program and the app. The real environment takes precedence. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '../commands/context.ts'
import type { Environment } from '../config/config.ts'

/** The env files in the app's folder: `.env` for secrets, and `.phialenv`, which may be in git. */
const DEFAULTS = ['.env', '.phialenv']

/** Parses the text of a `.env` file: `parseEnvFile` of `@phial/server/load`. */
export type ParseEnvFile = (text: string) => Environment

/** Variables with their sources. */
export interface Variables {
  readonly env: Environment
  /** The path of the file that sets each variable. Other variables are from the real environment. */
  readonly files: ReadonlyMap<string, string>
}

/** Returns the paths of the env files, in order of precedence. */
export function envFiles(folder: string, named: readonly string[]): string[] {
  return [...named, ...DEFAULTS].map((file) => resolve(folder, file))
}

/**
 * Adds the variables of env files to the real environment, which takes precedence. Throws `CommandError` if a file of
 * `--env-file` cannot be read.
 */
export function withEnvFiles(
  real: Environment,
  folder: string,
  named: readonly string[],
  parse: ParseEnvFile,
): Variables {
  const env: Record<string, string | undefined> = { ...real }
  const files = new Map<string, string>()
  for (const [index, file] of envFiles(folder, named).entries()) {
    for (const [name, value] of Object.entries(parse(readEnvFile(file, index < named.length)))) {
      if (Object.hasOwn(env, name)) continue
      env[name] = value
      files.set(name, file)
    }
  }
  return { env, files }
}

function readEnvFile(file: string, isNamed: boolean): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!isNamed && (code === 'ENOENT' || code === 'EISDIR')) return ''
    throw new CommandError(
      `Cannot read the env file ${file} (${String(code)}). Check the path after --env-file.`,
    )
  }
}
