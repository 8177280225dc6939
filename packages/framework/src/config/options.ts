/** The options of an app, and the folders that follow from them. */
import { basename, dirname, isAbsolute, join } from 'node:path'
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

/** Returns the folder of the file that makes an app or a blueprint. Throws `TypeError` if it is not given the URL of a file. */
export function rootPathOf(what: string, importMetaUrl: unknown): string {
  if (typeof importMetaUrl === 'string' && importMetaUrl.startsWith('file:')) {
    return dirname(fileURLToPath(importMetaUrl))
  }
  throw withCode(
    'ERR_PHIAL_APP_URL',
    new TypeError(
      `Expected the URL of the file in new ${what}import.meta.url), received ${JSON.stringify(importMetaUrl)}. Templates and static files are resolved relative to it. Write new ${what}import.meta.url).`,
    ),
  )
}

/**
 * Returns the path of the instance folder: the one given, otherwise `instance` next to the app's file. For
 * an app that was compiled into `dist`, it is next to that folder, which a build may delete. Throws
 * `RangeError` if the path is not absolute.
 */
export function instancePathOf(rootPath: string, given: string | undefined): string {
  if (given === undefined) {
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
