/** What the commands that come with Phial have at hand: which app is meant, and how to load it. */
import { StartError } from '@phial/server'
import { loadApplication } from '@phial/server/load'
import { Phial } from '../../app.ts'
import type { Environment } from '../../config/config.ts'
import type { Output } from '../context.ts'
import { CommandError } from '../errors.ts'
import type { Early } from './early.ts'
import { withEnvFiles } from './env-files.ts'
import { findApp } from './find-app.ts'

/** Where the program was started. */
export interface ProgramOptions {
  /** From where modules and files are seen, absolute. */
  readonly folder: string
  /** The real environment. */
  readonly env: Environment
  readonly output: Output
}

/** One run of the program. */
export class Program {
  readonly folder: string
  readonly output: Output
  /** The variables of the real environment, and those of files. */
  readonly env: Environment
  /** The files of variables that were named. */
  readonly envFile: readonly string[]
  /** The files that the app was loaded from, once it is. */
  readonly files: Set<string> = new Set()
  readonly #given: string | undefined

  constructor({ folder, env, output }: ProgramOptions, { app, envFile }: Omit<Early, 'version'>) {
    this.folder = folder
    this.output = output
    this.envFile = envFile
    this.env = withEnvFiles(env, folder, envFile)
    this.#given = app ?? this.env['PHIAL_APP']
  }

  /** Prints a line. */
  readonly echo = (text: string): void => this.output.stdout(`${text}\n`)

  /** `MODULE:APP`. Raises a `CommandError` if nobody says it, and nothing has a usual name. */
  get appName(): string {
    return findApp(this.#given, this.folder)
  }

  /** Loads the app, with the variables of files set. Raises a `CommandError` if that fails, or it is none of Phial's. */
  async loadApp(): Promise<Phial> {
    const name = this.appName
    Object.assign(process.env, this.env)
    const app = await loading(() =>
      loadApplication(name, this.folder, (file) => this.files.add(file)),
    )
    if (app instanceof Phial) return app
    throw new CommandError(
      `${name} is an application, but none of Phial's: only phial run can be used with it. If it is, two copies of the package phial are installed, and this program came from the other one.`,
    )
  }
}

/** What the loader says is one line, and the app's own stack beside it. */
export async function loading<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    const { message, detail, exitCode } = error
    throw new CommandError(detail === undefined ? message : `${message}\n\n${detail}`, exitCode)
  }
}
