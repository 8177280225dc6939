/** The options of an app, and the folders that depend on them. */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'
import type { Config } from './config.ts'

/** The options of `new Phial`. Folders are resolved relative to the app's file. */
export interface PhialOptions {
  /** The folder of the templates. Default `templates`. */
  templateFolder?: string
  /** The folder of the static files, or `null` for none. Default `static`. */
  staticFolder?: string | null
  /** The URL path of the static files. Default `/static`. */
  staticUrlPath?: string
  /** The value of `strictSlashes` for rules that do not set it. Default true. */
  strictSlashes?: boolean
  /** The value of `mergeSlashes` for rules that do not set it. Default true. */
  mergeSlashes?: boolean
  /** Whether rules may set `host`. Default false. */
  hostMatching?: boolean
  /** With `hostMatching`: the host of the static files. Default: any. */
  staticHost?: string
  /** Whether rules may set `subdomain`, relative to `config.SERVER_NAME`. Rules that do not set it match only that host. Default false. */
  subdomainMatching?: boolean
  /** The folder for the files of this installation, as an absolute path. Default: `instance` next to the app's file. */
  instancePath?: string
  /** Whether `config.fromFile` resolves paths relative to the instance folder. Default false: relative to the app's file. */
  instanceRelativeConfig?: boolean
  /** Settings that replace the defaults. */
  config?: Partial<Config>
}

/**
 * The folder of the file that creates an app or a blueprint. A bundle for Cloudflare Workers has no files, so
 * `import.meta.url` is `undefined` there, and the folder is unknown. That is an error only if a path must be resolved
 * relative to it.
 *
 * Throws `TypeError` for a value that is neither `undefined` nor the URL of a file.
 */
export class HomeFolder {
  /** The absolute path, or `undefined` if the folder is unknown. */
  readonly known: string | undefined
  readonly #call: string

  /** `call` is the start of the constructor call, for error messages: `Phial(`. */
  constructor(call: string, importMetaUrl: unknown) {
    this.known = importMetaUrl === undefined ? undefined : folderOf(call, importMetaUrl)
    this.#call = call
  }

  /** The absolute path. Throws `Error` if the folder is unknown. */
  get path(): string {
    if (this.known !== undefined) return this.known
    throw withCode(
      'ERR_PHIAL_NO_FOLDER',
      new Error(
        `Expected new ${this.#call}import.meta.url), received new ${this.#call}undefined), so a relative path cannot be resolved. Pass an absolute path. On a platform without files, compile templates and static files with phial build and call app.useBuild(build).`,
      ),
    )
  }

  /** Resolves a path relative to the folder. Returns `undefined` if the path is relative and the folder is unknown. */
  within(path: string): string | undefined {
    return this.known === undefined && !isAbsolute(path)
      ? undefined
      : resolve(this.known ?? '/', path)
  }
}

function folderOf(call: string, importMetaUrl: unknown): string {
  if (typeof importMetaUrl === 'string' && importMetaUrl.startsWith('file:')) {
    return dirname(fileURLToPath(importMetaUrl))
  }
  throw withCode(
    'ERR_PHIAL_APP_URL',
    new TypeError(
      `Expected the URL of the file, received new ${call}${JSON.stringify(importMetaUrl)}). Templates and static files are resolved relative to this URL. Write new ${call}import.meta.url).`,
    ),
  )
}

/**
 * Returns the path of the instance folder: the given path, or `instance` next to the app's file. For an app that was
 * compiled into `dist`, the folder is next to `dist`, which a build may delete. Throws `RangeError` if the given path is
 * not absolute, and `Error` if no path is given and the app's folder is unknown.
 */
export function instancePathOf(home: HomeFolder, given: string | undefined): string {
  if (given === undefined) {
    const rootPath = home.path
    return join(basename(rootPath) === 'dist' ? dirname(rootPath) : rootPath, 'instance')
  }
  if (isAbsolute(given)) return given
  throw withCode(
    'ERR_PHIAL_INSTANCE_PATH',
    new RangeError(
      `Expected an absolute path for instancePath, received ${JSON.stringify(given)}, which would depend on the working directory. Omit instancePath to use the folder instance next to the app's file.`,
    ),
  )
}
