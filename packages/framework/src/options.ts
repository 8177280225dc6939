import type { Config } from './config/config.ts'

/** How an app is made. Folders are seen from the app's file. */
export interface PhialOptions {
  /** Default `templates`. */
  templateFolder?: string
  /** Default `static`; `null` for none. */
  staticFolder?: string | null
  /** Where the static folder is found. Default `/static`. */
  staticUrlPath?: string
  /** What rules do that do not say. Default true. */
  strictSlashes?: boolean
  /** What rules do that do not say. Default true. */
  mergeSlashes?: boolean
  /** Whether rules may name their `host`. Default false. */
  hostMatching?: boolean
  /** With `hostMatching`: the host of the static folder. Default: any. */
  staticHost?: string
  /** Whether rules may name their `subdomain`, before `config.SERVER_NAME`; those that name none answer on that alone. Default false. */
  subdomainMatching?: boolean
  /** The folder of what belongs to this installation alone, as an absolute path. Default: `instance` beside the app's file. */
  instancePath?: string
  /** Whether `config.fromFile` looks in the instance folder. Default false: beside the app's file. */
  instanceRelativeConfig?: boolean
  /** Settings, beside the defaults. */
  config?: Partial<Config>
}
