/** Where settings come from: objects, files, the environment. */
import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parse as parseToml } from 'smol-toml'
import type { Config, ConfigSources, Environment, FromFileOptions } from './config.ts'
import { validateSettings } from './schema.ts'
import { checkedSetting, defineSettings, readVariable } from './settings.ts'

/** Makes the settings of a new app: the defaults, replaced by those given. Files are resolved relative to the folder, which is asked for once one is needed. */
export function makeConfig(folder: () => string, given: Partial<Config> = {}): Config {
  return Object.assign(new Sources(folder), given) as Config
}

class Sources implements ConfigSources {
  readonly #folder: () => string

  constructor(folder: () => string) {
    this.#folder = folder
    defineSettings(this)
  }

  fromObject(settings: object): void {
    this.#take(Object.entries(settings), '')
  }

  fromMapping(settings: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): void {
    this.#take(settings instanceof Map ? [...settings] : Object.entries(settings), '')
  }

  fromFile(path: string, { silent = false }: FromFileOptions = {}): boolean {
    const file = isAbsolute(path) ? path : resolve(this.#folder(), path)
    const parse = parserOf(file)
    const text = readText(file, silent)
    if (text === undefined) return false
    this.#take(Object.entries(parse(text)), `${file}: `)
    return true
  }

  fromPrefixedEnv(prefix = 'PHIAL', environment: Environment = process.env): void {
    const start = `${prefix}_`
    const names = Object.keys(environment).filter((name) => name.startsWith(start))
    for (const name of names.toSorted()) {
      const [first = '', ...inner] = name.slice(start.length).split('__')
      const value = readVariable(first, environment[name] ?? '')
      if (value === undefined) continue
      this.#take([[first, nested(settingsOf(this)[first], inner, value)]], `${name}: `)
    }
  }

  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema> {
    const made = validateSettings(schema, this)
    if (isObject(made)) this.#take(Object.entries(made), '')
    return made
  }

  getNamespace(prefix: string): Record<string, unknown> {
    const found = Object.entries(this).filter(([name]) => name.startsWith(prefix))
    return Object.fromEntries(
      found.map(([name, value]) => [camelCase(name.slice(prefix.length)), value]),
    )
  }

  #take(settings: readonly [name: string, value: unknown][], where: string): void {
    for (const [name, value] of settings) {
      if (!/^[A-Z][A-Z\d_]*$/.test(name)) continue
      settingsOf(this)[name] = checkedSetting(name, value, where)
    }
  }
}

function settingsOf(sources: Sources): Record<string, unknown> {
  return sources as unknown as Record<string, unknown>
}

/** Reads a file without its byte order mark. Returns `undefined` if it may be missing and is. */
function readText(file: string, silent: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (silent && (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')) return undefined
    const help = code === 'ENOENT' ? ' If it may be missing, pass { silent: true }.' : ''
    throw withCode(
      'ERR_PHIAL_CONFIG_FILE',
      new Error(`Cannot read the settings file ${file} (${String(code)}).${help}`, {
        cause: error,
      }),
    )
  }
}

function parserOf(file: string): (text: string) => object {
  const ending = /\.(json|toml)$/.exec(file)?.[1]
  if (ending === undefined) {
    throw withCode(
      'ERR_PHIAL_CONFIG_FORMAT',
      new TypeError(
        `Expected a file that ends in .json or .toml, received ${JSON.stringify(file)}. Import a module and pass it to fromObject instead.`,
      ),
    )
  }
  return (text) => {
    try {
      const settings: unknown = ending === 'toml' ? parseToml(text) : JSON.parse(text)
      if (isObject(settings)) return settings
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw withCode(
        'ERR_PHIAL_CONFIG_FORMAT',
        new Error(`${file} is not valid ${ending.toUpperCase()}: ${reason}`, { cause: error }),
      )
    }
    throw withCode(
      'ERR_PHIAL_CONFIG_FORMAT',
      new TypeError(`Expected an object of settings in ${file}.`),
    )
  }
}

/** Returns a value at a nested path, keeping existing siblings. */
function nested(present: unknown, [name, ...inner]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const beside = new Map<string, unknown>(isObject(present) ? Object.entries(present) : [])
  return Object.fromEntries(beside.set(name, nested(beside.get(name), inner, value)))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_+([a-z\d])/g, (_, next: string) => next.toUpperCase())
}
