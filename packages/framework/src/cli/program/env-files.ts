/** `.env` and `.phialenv`: variables for the program and the app. What the real environment says wins. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Environment } from '../../config/config.ts'
import { CommandError } from '../errors.ts'

/** Beside the app: secrets in the one, what everybody may know in the other. Neither has to be there. */
const USUAL = ['.env', '.phialenv']

/** The paths of the files, the one that wins first. */
export function envFiles(folder: string, named: readonly string[]): string[] {
  return [...named, ...USUAL].map((file) => resolve(folder, file))
}

/**
 * The variables of the files and of the real environment, which wins. Raises a `CommandError` for a file
 * that was named and cannot be read.
 *
 * ```ts
 * const env = withEnvFiles(process.env, '/srv/site', [])
 * ```
 */
export function withEnvFiles(
  env: Environment,
  folder: string,
  named: readonly string[],
): Environment {
  const files = envFiles(folder, named).map((file, at) => readEnv(file, at < named.length))
  return Object.assign({}, ...files.toReversed(), env) as Environment
}

function readEnv(file: string, isNeeded: boolean): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!isNeeded && (code === 'ENOENT' || code === 'EISDIR')) return {}
    throw new CommandError(`${file} cannot be read (${String(code)}). It was to set variables.`)
  }
}
