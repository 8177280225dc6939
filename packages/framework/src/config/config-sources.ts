/** Loads settings from objects, files and the environment. */
import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parse as parseToml } from 'smol-toml'
import type { Config, ConfigSources, Environment, FromFileOptions } from './config.ts'
import { validateSettings } from './schema.ts'
import { checkedSetting, defineSettings, readVariable } from './settings.ts'

/** Creates the settings of a new app: the defaults, overridden by the given ones. `folder` returns the folder that files are resolved from. It is called only when a file is loaded. */
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
    this.#assign(Object.entries(settings), '')
  }

  fromMapping(settings: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): void {
    this.#assign(settings instanceof Map ? [...settings] : Object.entries(settings), '')
  }

  fromFile(path: string, { silent = false }: FromFileOptions = {}): boolean {
    const file = isAbsolute(path) ? path : resolve(this.#folder(), path)
    const parse = parserOf(file)
    const text = readText(file, silent)
    if (text === undefined) return false
    this.#assign(Object.entries(parse(text)), `${file}: `)
    return true
  }

  fromPrefixedEnv(prefix = 'PHIAL', environment: Environment = process.env): void {
    const start = `${prefix}_`
    const names = Object.keys(environment).filter((name) => name.startsWith(start))
    for (const name of names.toSorted()) {
      const [first = '', ...inner] = name.slice(start.length).split('__')
      const value = readVariable(first, environment[name] ?? '')
      if (value === undefined) continue
      this.#assign([[first, nested(settingsOf(this)[first], inner, value)]], `${name}: `)
    }
  }

  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema> {
    const output = validateSettings(schema, this)
    if (isObject(output)) this.#assign(Object.entries(output), '')
    return output
  }

  getNamespace(prefix: string): Record<string, unknown> {
    const found = Object.entries(this).filter(([name]) => name.startsWith(prefix))
    return Object.fromEntries(
      found.map(([name, value]) => [camelCase(name.slice(prefix.length)), value]),
    )
  }

  /** Sets each setting whose name is in capitals. `source` is the start of the error message for an invalid value. */
  #assign(settings: readonly [name: string, value: unknown][], source: string): void {
    for (const [name, value] of settings) {
      if (!/^[A-Z][A-Z\d_]*$/.test(name)) continue
      settingsOf(this)[name] = checkedSetting(name, value, source)
    }
  }
}

function settingsOf(sources: Sources): Record<string, unknown> {
  return sources as unknown as Record<string, unknown>
}

/** Reads a file without its byte order mark. If `silent` is set, returns `undefined` for a missing file. */
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
  const format = /\.(json|toml)$/.exec(file)?.[1]
  if (format === undefined) {
    throw withCode(
      'ERR_PHIAL_CONFIG_FORMAT',
      new TypeError(
        `Expected a settings file with the extension .json or .toml, received ${JSON.stringify(file)}. To load settings from a module, import it and pass it to fromObject.`,
      ),
    )
  }
  return (text) => {
    let settings: unknown
    try {
      settings = format === 'toml' ? parseToml(text) : JSON.parse(text)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw withCode(
        'ERR_PHIAL_CONFIG_FORMAT',
        new Error(`${file} is not valid ${format.toUpperCase()}: ${reason}`, { cause: error }),
      )
    }
    if (isObject(settings)) return settings
    const kind = Object.prototype.toString.call(settings).slice(8, -1).toLowerCase()
    throw withCode(
      'ERR_PHIAL_CONFIG_FORMAT',
      new TypeError(
        `Expected an object of settings in ${file}, received ${kind}. Write an object whose keys are the names of settings.`,
      ),
    )
  }
}

/** Returns a value at a nested path, keeping existing siblings. */
function nested(present: unknown, [name, ...inner]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const siblings = new Map<string, unknown>(isObject(present) ? Object.entries(present) : [])
  return Object.fromEntries(siblings.set(name, nested(siblings.get(name), inner, value)))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_+([a-z\d])/g, (_, next: string) => next.toUpperCase())
}
