/** Where settings come from: objects, files, the environment. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parse as parseToml } from 'smol-toml'
import { type Config, defaultConfig } from './config.ts'
import { fitted } from './schema.ts'
import { checkSetting, typeOf } from './setting-types.ts'

/** Ways to load settings, which `app.config` has. Only names in capitals are taken; later ones replace earlier ones. */
export interface ConfigSources {
  /**
   * Takes the settings of an object, such as a module of them. Raises `TypeError` if one of Phial's
   * own has another type than it has to have.
   *
   * ```ts
   * app.config.fromObject({ PAGE_SIZE: 20 })
   * ```
   */
  fromObject(settings: object): void
  /**
   * Takes the settings of a JSON or TOML file, by its ending, seen from the app's folder, and says
   * whether it is there. Raises an `Error` if it is not, unless `silent`, and if it cannot be read;
   * `TypeError` as `fromObject` does.
   *
   * ```ts
   * app.config.fromFile('config.toml', { silent: true })
   * ```
   */
  fromFile(path: string, options?: FromFileOptions): boolean
  /**
   * Takes the settings of the environment's variables that start with a prefix, by default `PHIAL`:
   * `PHIAL_MAIL__PORT=25` sets `config.MAIL.PORT`. A value is read as JSON if it is that, else as
   * text. Raises `TypeError` as `fromObject` does. The environment is read here and nowhere else.
   *
   * ```ts
   * app.config.fromPrefixedEnv()
   * ```
   */
  fromPrefixedEnv(prefix?: string, environment?: Environment): void
  /**
   * The settings as a schema makes them, typed: `z.coerce.number()` makes a number of what the
   * environment had as text. What the schema gives is set. Use it when all is loaded. Raises
   * `TypeError` that names each setting that does not fit.
   *
   * ```ts
   * const { DATABASE_URL } = app.config.validate(z.object({ DATABASE_URL: z.url() }))
   * ```
   */
  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema>
  /**
   * The settings whose names start alike, by the rest of their names, as an object of options: from
   * `MAIL_HOST` and `MAIL_USER_NAME`, `getNamespace('MAIL_')` makes `{ host, userName }`.
   */
  getNamespace(prefix: string): Record<string, unknown>
}

/** How a file is taken. */
export interface FromFileOptions {
  /** Whether the file may be missing. Default false. */
  silent?: boolean
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The settings of a new app: the defaults, then those given. Files are seen from the folder. */
export function makeConfig(folder: string, given: Partial<Config> = {}): Config {
  return Object.assign(new Sources(folder), defaultConfig(), given) as Config
}

class Sources implements ConfigSources {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  fromObject(settings: object): void {
    this.#take(Object.entries(settings), '')
  }

  fromFile(path: string, { silent = false }: FromFileOptions = {}): boolean {
    const file = resolve(this.#folder, path)
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
      const value = readVariable(environment[name] ?? '', first)
      this.#take([[first, nested(settingsOf(this)[first], inner, value)]], `${name}: `)
    }
  }

  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema> {
    const made = fitted(schema, this)
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
      checkSetting(name, value, where)
      settingsOf(this)[name] = value
    }
  }
}

function settingsOf(sources: Sources): Record<string, unknown> {
  return sources as unknown as Record<string, unknown>
}

/** The whole of a file, `undefined` if it may be missing and is. */
function readText(file: string, silent: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (silent && (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')) return undefined
    const help = code === 'ENOENT' ? ' If it may be missing, say so with { silent: true }.' : ''
    throw withCode(
      'ERR_PHIAL_CONFIG_FILE',
      new Error(`The settings of ${file} could not be read (${String(code)}).${help}`, {
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
        `fromFile(${JSON.stringify(file)}): settings are read from files that end in .json or .toml. For a module, import it and use fromObject.`,
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
      new TypeError(`${file} has to hold an object of settings.`),
    )
  }
}

/** What a variable says. A number that would not be written the same way, such as a secret of digits, stays text. */
function readVariable(text: string, name: string): unknown {
  if (typeOf(name) === 'string') return text
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'number' && String(value) !== text ? text : value
  } catch {
    return text
  }
}

/** A value within objects of these names, beside what they have already. */
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
