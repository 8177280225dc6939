/** Finds, imports and validates the config file. */
import { readFileSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { StartError, exitCodes } from '../errors.ts'
import { headline, importFresh, ownStack } from '../load/import.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { insteadOf } from './unsupported-options.ts'
import { readHooks } from './hooks.ts'
import { readValue, type Found } from './setting.ts'
import { settings } from './table.ts'

const DEFAULTS = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `phial-server.config.${ending}`)

/**
 * Returns the absolute path of the config file: `named`, relative to `cwd`, or else a file with a default name in the
 * application's folder. Returns `undefined` if no file was named and no default exists. Throws a {@link StartError} if
 * the named file does not exist or has an unsupported extension.
 */
export function findConfig(
  named: string | undefined,
  cwd: string,
  folder: string,
): string | undefined {
  if (named === undefined) return DEFAULTS.map((name) => join(folder, name)).find(isFile)
  const path = resolve(cwd, named)
  if (!isFile(path)) throw failure(`--config ${named}: the file does not exist`)
  if (!/^\.([cm]?[jt]s|json)$/.test(extname(path)))
    throw failure(`--config ${named}: expected a file that ends in .ts, .js or .json`)
  return path
}

/** Reads a config file. Rejects with a {@link StartError} that names the file, the setting and the allowed values. */
export async function readConfig(path: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const [name, given] of Object.entries(await load(path))) {
    if (given !== undefined) found.set(name, { from: path, value: readEntry(path, name, given) })
  }
  return found
}

function readEntry(path: string, name: string, given: unknown): unknown {
  const fault = (why: string): StartError =>
    failure(`${path}: ${name}: ${inspect(given, { breakLength: Infinity })}: ${why}`)
  if (name === 'hooks') return readHooks(given, fault)
  const setting = settings.get(name)
  if (setting?.not === 'config')
    throw failure(`${path}: ${name} can only be set on the command line`)
  if (setting) return readValue(setting, given, fault)
  const instead = insteadOf(name)
  if (instead !== undefined) throw failure(`${path}: ${name} is not supported: ${instead}`)
  const guess = nearest(name, ['hooks', ...settings.keys()])
  throw failure(`${path}: unknown setting ${name}${didYouMean(guess)}`)
}

async function load(path: string): Promise<object> {
  const config = path.endsWith('.json') ? readJson(path) : await importDefault(path)
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw failure(
      `${path}: expected an object with settings, received ${inspect(config, { depth: 0 })}`,
    )
  return config
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw failure(`${path} cannot be read: ${headline(error)}`)
  }
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const config = defaultOf(await importFresh(path))
    if (config !== undefined) return config
  } catch (error) {
    throw new StartError(
      exitCodes.configuration,
      `importing ${path} failed: ${headline(error)}`,
      ownStack(error),
    )
  }
  throw failure(`${path} has no default export; write: export default { workers: 4 }`)
}

/** Unwraps the default export. For TypeScript in a CommonJS package, it is nested in another default. */
function defaultOf(module: object): unknown {
  const config: unknown = Reflect.get(module, 'default')
  const isNested = typeof config === 'object' && config !== null && 'default' in config
  return isNested ? config.default : config
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
