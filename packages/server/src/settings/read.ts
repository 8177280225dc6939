/**
 * Merges the settings from all sources. Each source overrides the ones before it: defaults (some from the environment),
 * the config file, `PHIAL_SERVER_ARGS`, the command line.
 */
import { realpathSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { StartError, exitCodes } from '../errors.ts'
import { xrayFault } from '../load/xray.ts'
import { findConfig, readConfig } from './config-file.ts'
import { environmentOf } from './env-file.ts'
import { readValue, type Found, type Setting } from './setting.ts'
import { settings } from './table.ts'
import type { Settings } from './types.ts'
import { readWords, shellWords } from './words.ts'

/** The settings, and the source of each. */
export interface SettingsRead {
  readonly settings: Settings
  readonly from: Readonly<Record<string, string>>
}

/**
 * Reads the settings. Rejects with a {@link StartError} for an unknown setting or an invalid value. Its exit code is 2
 * for the command line and `PHIAL_SERVER_ARGS`, and 1 for the config file and defaults from the environment.
 *
 * ```ts
 * const { timeout } = await readSettings(['-t', '10', 'site:app'], process.env)
 * ```
 *
 * @param cwd the folder that relative paths begin at; required to read again after `process.chdir()`
 */
export async function readSettings(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = workingFolder(env),
): Promise<Settings> {
  return (await readWithPlaces(argv, env, cwd)).settings
}

/** Reads the settings like {@link readSettings}, and also returns the source of each. */
export async function readWithPlaces(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = workingFolder(env),
): Promise<SettingsRead> {
  const args = shellWords(env['PHIAL_SERVER_ARGS'] ?? '', 'PHIAL_SERVER_ARGS')
  const said = new Map([...readWords(args, 'PHIAL_SERVER_ARGS'), ...readWords(argv, '')])
  const filed = await readFile(said, cwd)
  const found = new Map([...filed, ...said])
  const config = filed.get('config')
  if (config) found.set('config', config) // with its absolute path
  const variables = environmentFor(found, env, cwd)
  for (const [name, setting] of settings)
    if (!found.has(name)) found.set(name, fallback(setting, variables))
  if (!found.has('hooks')) found.set('hooks', { value: {}, from: 'default' })
  found.set('chdir', seenFrom(cwd, found.get('chdir')))
  if (found.get('keyfile')?.value !== undefined && found.get('certfile')?.value === undefined)
    throw new StartError(
      exitCodes.configuration,
      '--keyfile is set without --certfile; TLS needs --certfile, which may contain the key as well',
    )
  checkXray(found)
  const entries = [...found]
  return {
    settings: Object.fromEntries(
      entries.map(([name, { value }]) => [name, value]),
    ) as unknown as Settings,
    from: Object.fromEntries(entries.map(([name, { from }]) => [name, from])),
  }
}

/**
 * Returns the current folder by the name that the shell uses, as gunicorn does. Unlike `process.cwd()`, `PWD` keeps a
 * symbolic link such as `current`, which may point to another release at the next reload.
 */
export function workingFolder({ PWD }: NodeJS.ProcessEnv): string {
  const folder = process.cwd()
  try {
    return PWD !== undefined && isAbsolute(PWD) && realpathSync(PWD) === realpathSync(folder)
      ? PWD
      : folder
  } catch {
    return folder
  }
}

function checkXray(found: ReadonlyMap<string, Found>): void {
  const value = (name: string): unknown => found.get(name)?.value
  if (value('xray') !== true) return
  const fault = xrayFault(value('workers') as number, value('bind') as readonly string[])
  if (fault !== undefined) throw new StartError(exitCodes.configuration, fault)
}

/** Returns the environment that provides defaults. It is the application's, so that `PORT` may be set in a file. */
function environmentFor(
  found: ReadonlyMap<string, Found>,
  env: NodeJS.ProcessEnv,
  cwd: string,
): NodeJS.ProcessEnv {
  const envFile = found.get('envFile')?.value as readonly string[] | undefined
  const chdir = String(found.get('chdir')?.value ?? '')
  return environmentOf({ env: {}, envFile }, env, resolve(cwd, chdir))
}

/** Reads the settings of the config file. Does not read it for `--help` and `--version`. */
async function readFile(
  said: ReadonlyMap<string, Found>,
  cwd: string,
): Promise<ReadonlyMap<string, Found>> {
  if (said.has('help') || said.has('version')) return new Map()
  const word = (name: string): string | undefined => said.get(name)?.value as string | undefined
  const path = findConfig(word('config'), cwd, resolve(cwd, word('chdir') ?? ''))
  if (path === undefined) return new Map()
  const from = said.get('config')?.from ?? 'default'
  return new Map([...(await readConfig(path)), ['config', { value: path, from }]])
}

function fallback(setting: Setting, env: NodeJS.ProcessEnv): Found {
  const { name = '', read, takes = setting.kind.takes } = setting.env ?? {}
  const text = env[name]
  if (!text) return { value: setting.fallback, from: 'default' }
  const fault = (why: string): StartError =>
    new StartError(exitCodes.configuration, `${name}=${text}: ${why}`)
  const given = read ? read(text) : text
  if (given === undefined) throw fault(`expected ${takes}`)
  return { value: readValue(setting, given, fault), from: name }
}

function seenFrom(cwd: string, found: Found | undefined): Found {
  return { from: found?.from ?? 'default', value: resolve(cwd, String(found?.value ?? '')) }
}
