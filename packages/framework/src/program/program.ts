/** What a command of the program `phial` gets: which app is meant, and how to load it. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { Phial } from '../app.ts'
import { CommandError, type Output } from '../commands/context.ts'
import type { Environment } from '../config/config.ts'
import type { Early } from './early.ts'
import { type ParseEnvFile, type Variables, withEnvFiles } from './env-files.ts'

/** What the program needs of `@phial/server/load`. It is passed in because the framework knows no server. */
export interface Loader {
  /** Loads `MODULE:APP`, resolved from a folder, and reports each file that it imports. */
  readonly loadApplication: (
    spec: string,
    folder: string,
    onImport: (file: string) => void,
  ) => Promise<unknown>
  readonly parseEnvFile: ParseEnvFile
}

/** The exit code if the app cannot be loaded, whatever the reason. `phial-server` and gunicorn have the same. */
const UNLOADABLE = 4

/** Where the program was started, and how it loads an app. */
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
  /** The variables of the real environment and of files. */
  readonly variables: Variables
  /** The files of variables that `--env-file` names. */
  readonly envFile: readonly string[]
  /** The files that the app was loaded from, once it is. */
  readonly files: Set<string> = new Set()
  readonly #given: string | undefined
  readonly #loader: Loader

  constructor(
    { folder, env, output, loader }: ProgramOptions,
    { app, envFile }: Omit<Early, 'version'>,
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

  /** `MODULE:APP`. Throws a `CommandError` if it is not given, and no module has a usual name. */
  get appName(): string {
    return findApp(this.#given, this.folder)
  }

  /** Loads the app, with the variables of files set. Throws a `CommandError` if that fails, or the app is not Phial's. */
  async loadApp(): Promise<Phial> {
    const name = this.appName
    Object.assign(process.env, this.env)
    const app = await loading(() =>
      this.#loader.loadApplication(name, this.folder, (file) => this.files.add(file)),
    )
    if (app instanceof Phial) return app
    throw new CommandError(
      `${name} is an application, but none of Phial's: only phial run can be used with it. If it is, two copies of the package phial are installed, and this program came from the other one.`,
      UNLOADABLE,
    )
  }

  /** The files of code that an app was loaded from. Linked packages of a workspace are not its own. */
  async ownFiles({ rootPath }: Phial): Promise<string[]> {
    await turn() // the last import has been reported by then
    const isOwn = (file: string): boolean =>
      [this.folder, rootPath].some((home) => file.startsWith(home + sep))
    return [...this.files].filter((file) => /\.[cm]?[jt]sx?$/.test(file) && isOwn(file))
  }
}

/**
 * Turns an error of the loader or the server into a `CommandError`: its one line, the app's own stack below
 * it, and its exit code. Other errors pass.
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
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** `MODULE:APP` as it was given, else the module with a usual name, as Flask looks for `wsgi.py` and `app.py`. Throws a `CommandError` if there is none. */
export function findApp(given: string | undefined, folder: string): string {
  if (given !== undefined && given !== '') return given
  const isThere = (name: string): boolean =>
    ENDINGS.some((ending) => existsSync(join(folder, `${name}${ending}`)))
  const found = NAMES.find(isThere)
  if (found !== undefined) return found
  throw new CommandError(
    `No app was found: ${folder} has neither an app.ts nor a wsgi.ts (nor one of ${ENDINGS.slice(1).join(' ')}). Say which is meant, phial --app module:app …, or set PHIAL_APP.`,
    UNLOADABLE,
  )
}
