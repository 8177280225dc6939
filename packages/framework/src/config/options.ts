/** The options of an app, and the folders that follow from them. */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'
import type { Config } from './config.ts'

/** The options of `new Phial`. Folders are resolved relative to the app's file. */
export interface PhialOptions {
  /** The folder of the templates. Default `templates`. */
  templateFolder?: string
  /** The folder of the static files; `null` for none. Default `static`. */
  staticFolder?: string | null
  /** The URL path of the static files. Default `/static`. */
  staticUrlPath?: string
  /** The default of the rules' `strictSlashes`. Default true. */
  strictSlashes?: boolean
  /** The default of the rules' `mergeSlashes`. Default true. */
  mergeSlashes?: boolean
  /** Whether rules may name their `host`. Default false. */
  hostMatching?: boolean
  /** With `hostMatching`: the host of the static files. Default: any. */
  staticHost?: string
  /** Whether rules may name their `subdomain` of `config.SERVER_NAME`. Rules that name none match that host alone. Default false. */
  subdomainMatching?: boolean
  /** The folder of this installation's own files, as an absolute path. Default: `instance` next to the app's file. */
  instancePath?: string
  /** Whether `config.fromFile` resolves paths relative to the instance folder. Default false: to the app's file. */
  instanceRelativeConfig?: boolean
  /** Settings that replace the defaults. */
  config?: Partial<Config>
}

/**
 * The folder of the file that makes an app or a blueprint. A bundle for Cloudflare Workers has no
 * files, so `import.meta.url` is `undefined` there and the folder is missing, which is an error only
 * where a path has to be resolved relative to it.
 *
 * Throws `TypeError` for anything but `undefined` and the URL of a file.
 */
export class HomeFolder {
  /** Its absolute path, or `undefined` if there is none. */
  readonly found: string | undefined
  readonly #call: string

  /** `call` is how an error names the code to write: `Phial(`. */
  constructor(call: string, importMetaUrl: unknown) {
    this.found = importMetaUrl === undefined ? undefined : folderOf(call, importMetaUrl)
    this.#call = call
  }

  /** Its absolute path. Throws `Error` if there is none. */
  get path(): string {
    if (this.found !== undefined) return this.found
    throw withCode(
      'ERR_PHIAL_NO_FOLDER',
      new Error(
        `Expected new ${this.#call}import.meta.url), received new ${this.#call}undefined), so there is no folder to resolve a relative path in. Pass an absolute path. Where there are no files, compile templates and static files with phial build and call app.useBuild(build).`,
      ),
    )
  }

  /** A path relative to the folder, as an absolute one; `undefined` if that needs a folder and there is none. */
  within(path: string): string | undefined {
    return this.found === undefined && !isAbsolute(path)
      ? undefined
      : resolve(this.found ?? '/', path)
  }
}

function folderOf(call: string, importMetaUrl: unknown): string {
  if (typeof importMetaUrl === 'string' && importMetaUrl.startsWith('file:')) {
    return dirname(fileURLToPath(importMetaUrl))
  }
  throw withCode(
    'ERR_PHIAL_APP_URL',
    new TypeError(
      `Expected the URL of the file in new ${call}import.meta.url), received ${JSON.stringify(importMetaUrl)}. Templates and static files are resolved relative to it. Write new ${call}import.meta.url).`,
    ),
  )
}

/**
 * Returns the path of the instance folder: the one given, otherwise `instance` next to the app's file. For
 * an app that was compiled into `dist`, it is next to that folder, which a build may delete. Throws
 * `RangeError` if the path is not absolute, and `Error` if none is given and the app has no folder.
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
      `Expected an absolute path for instancePath, so that it does not depend on the working directory, received ${JSON.stringify(given)}. Leave it out to use the folder instance next to the app's file.`,
    ),
  )
}
