/**
 * The commands of Phial for development: run, routes, shell, check, doctor, explain, xray, replay. The program
 * `phial`, which is part of the package `phial`, loads this module if it is installed.
 *
 * @module @phial/cli
 */
import { loadApplication, parseEnvFile } from '@phial/server/load'
import { phial } from 'phial/tools'
import { builtIn } from './built-in.ts'

/** The environment of a command line. */
export interface CommandLineOptions {
  /** The folder that modules and files are resolved from, absolute. */
  readonly folder: string
  /** The environment, such as `process.env`. It takes precedence over the variables of `.env` files. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Receives the output. */
  readonly output: { stdout: (text: string) => void; stderr: (text: string) => void }
}

/**
 * Runs a command line of the program `phial`, and resolves to its exit code.
 *
 * ```ts
 * const output = { stdout: () => undefined, stderr: console.error }
 * await runCommand(['explain', 'APP-3'], { folder: process.cwd(), env: process.env, output }) // 0
 * ```
 */
export function runCommand(words: readonly string[], options: CommandLineOptions): Promise<number> {
  return phial(words, { ...options, loader: { loadApplication, parseEnvFile }, builtIn })
}
