/** The program object that each command of `phial` receives: finds and loads the app. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { Phial } from '../app.ts'
import { CommandError, type Output } from '../commands/context.ts'
import type { Environment } from '../config/config.ts'
import type { GlobalOptions } from './global-options.ts'
import { type ParseEnvFile, type Variables, withEnvFiles } from './env-files.ts'

/** The functions of `@phial/server/load` that the program uses. They are passed in, because the framework does not depend on a server. */
export interface Loader {
  /** Loads `MODULE:APP`, resolved from a folder, and reports each file that it imports. */
  readonly loadApplication: (
    spec: string,
    folder: string,
    onImport: (file: string) => void,
  ) => Promise<unknown>
  readonly parseEnvFile: ParseEnvFile
}

/** The exit code if the app cannot be loaded for any reason. `phial-server` and gunicorn use the same. */
const UNLOADABLE = 4

/** The environment of the program, and its app loader. */
export interface ProgramOptions {
  /** The folder that modules and files are resolved from, absolute. */
  readonly folder: string
  /** The real environment. */
  readonly env: Environment
  readonly output: Output
  readonly loader: Loader
}

/** One run of the program. */
export class Program {
  readonly folder: string
  readonly output: Output
  /** The variables of the real environment and of env files. */
  readonly variables: Variables
  /** The env files that `--env-file` names. */
  readonly envFile: readonly string[]
  /** The files from which the app was loaded. Empty until then. */
  readonly files: Set<string> = new Set()
  readonly #given: string | undefined
  readonly #loader: Loader

  constructor(
    { folder, env, output, loader }: ProgramOptions,
    { app, envFile }: Omit<GlobalOptions, 'version'>,
  ) {
    this.folder = folder
    this.output = output
    this.envFile = envFile
    this.variables = withEnvFiles(env, folder, envFile, loader.parseEnvFile)
    this.#given = app ?? this.env['PHIAL_APP']
    this.#loader = loader
  }

  /** Prints a line. */
  readonly echo = (text: string): void => this.output.stdout(`${text}\n`)

  get env(): Environment {
    return this.variables.env
  }

  /** The app as `MODULE:APP`. Throws `CommandError` if none is given and no module with a default name exists. */
  get appName(): string {
    return findApp(this.#given, this.folder)
  }

  /** Loads the app, with the variables of env files set. Throws `CommandError` if that fails, or if it is not a Phial app. */
  async loadApp(): Promise<Phial> {
    const name = this.appName
    Object.assign(process.env, this.env)
    const app = await loading(() =>
      this.#loader.loadApplication(name, this.folder, (file) => this.files.add(file)),
    )
    if (app instanceof Phial) return app
    throw new CommandError(
      `${name} is an application, but not a Phial app, so only phial run supports it. If it is a Phial app, two copies of the package phial are installed: remove one of them.`,
      UNLOADABLE,
    )
  }

  /** Returns the code files from which an app was loaded, without linked packages of a workspace. */
  async ownFiles({ rootPath }: Phial): Promise<string[]> {
    await turn() // By then, the last import has been reported.
    const isOwn = (file: string): boolean =>
      [this.folder, rootPath].some((folder) => file.startsWith(folder + sep))
    return [...this.files].filter((file) => /\.[cm]?[jt]sx?$/.test(file) && isOwn(file))
  }
}

/**
 * Converts an error of the loader or the server to a `CommandError`, with its message, the stack of the app's own error,
 * and its exit code. Rethrows other errors.
 */
export async function loading<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error
    const { message, detail, exitCode } = error as Error & { detail?: string; exitCode: number }
    throw new CommandError(detail === undefined ? message : `${message}\n\n${detail}`, exitCode)
  }
}

const NAMES = ['wsgi', 'app']
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** Returns the given `MODULE:APP`, or else the module with a default name, as Flask looks for `wsgi.py` and `app.py`. Throws `CommandError` if there is none. */
export function findApp(given: string | undefined, folder: string): string {
  if (given !== undefined && given !== '') return given
  const exists = (name: string): boolean =>
    EXTENSIONS.some((extension) => existsSync(join(folder, `${name}${extension}`)))
  const found = NAMES.find(exists)
  if (found !== undefined) return found
  throw new CommandError(
    `No app was found: ${folder} has neither an app.ts nor a wsgi.ts (${EXTENSIONS.slice(1).join(' ')} work, too). Pass the app with phial --app module:app …, or set PHIAL_APP.`,
    UNLOADABLE,
  )
}
