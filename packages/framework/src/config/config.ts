/** What settings there are, and how they are loaded: types alone. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Level } from '../logging/formats.ts'

/**
 * An app's settings, `app.config`: names in capitals, and methods that load them. Declare the types of
 * your own settings:
 *
 * ```ts
 * declare module 'phial' {
 *   interface Config {
 *     DATABASE_URL: string
 *   }
 * }
 * ```
 */
export interface Config extends Settings, ConfigSources {
  [name: string]: unknown
}

/** The settings that Phial reads. Their names and most of their defaults are Flask's. */
export interface Settings {
  /** Reloads templates for each request, shows errors in detail, and logs more. Default false. */
  DEBUG: boolean
  /** Shows the debug page to clients on other machines, too. It shows source code and settings. Default false. */
  DEBUG_PAGE_FROM_ANYWHERE: boolean
  /** The lowest level that `app.logger` writes. Default: `debug` in debug mode, otherwise `info`. */
  LOG_LEVEL: Level | undefined
  /** The format of `app.logger`: lines for people, or JSON. Default: `text` in debug mode and if standard error is a terminal, otherwise `json`. */
  LOG_FORMAT: 'text' | 'json' | undefined
  /** Marks the app as under test, so that unhandled errors reach the test. Default false. */
  TESTING: boolean
  /** Rethrows unhandled errors to the server or the test instead of answering 500. Default: true if `TESTING` or `DEBUG` is. */
  PROPAGATE_EXCEPTIONS: boolean | undefined
  /** Treats an `HTTPException` without a handler like any other error: it is logged and answered with a 500, or rethrown. Default false. */
  TRAP_HTTP_EXCEPTIONS: boolean
  /** The same for `BadRequest` alone. Default false: the answer says what was wrong. */
  TRAP_BAD_REQUEST_ERRORS: boolean
  /** The host, with its port, for URLs built outside of a request and for the test client: `example.com`. */
  SERVER_NAME: string | undefined
  /** The path under which the app is mounted, for URLs built outside of a request and for the test client. Default `/`. */
  APPLICATION_ROOT: string
  /** The scheme of URLs built outside of a request and of the test client. Default `http`. */
  PREFERRED_URL_SCHEME: string
  /** Answers `OPTIONS` for rules that do not set `provideAutomaticOptions`. Read when a route is added. Default true. */
  PROVIDE_AUTOMATIC_OPTIONS: boolean
  /** The maximum size, in bytes, of a body that is read into memory; a larger one gets a 413. Default 1 MiB. */
  MAX_CONTENT_LENGTH: number
  /** The maximum size, in bytes, of a body that is not read into memory: a form with files, or `request.body`. Default 1 GiB. */
  MAX_UPLOAD_SIZE: number
  /** The maximum size, in bytes, of each file in a form. Default 1 GiB. */
  MAX_FILE_SIZE: number
  /** The maximum size, in bytes, of all names and text values in a form. Default 1 MiB. */
  MAX_FORM_MEMORY_SIZE: number
  /** The maximum number of fields and files in a form. Default 1,000. */
  MAX_FORM_PARTS: number
  /** The maximum size, in bytes, of a message of a WebSocket; a larger one closes the connection with 1009. 0 is no limit. Default 1 MiB. */
  WEBSOCKET_MAX_MESSAGE_SIZE: number
  /** After how many seconds without a message a WebSocket is sent a ping; without an answer after as long again it counts as gone. 0 sends none. Default 25. */
  WEBSOCKET_PING_INTERVAL: number
  /** How long, in seconds, a cache may use a file without revalidating it. Default none: caches revalidate each time. */
  SEND_FILE_MAX_AGE_DEFAULT: number | undefined
  /** The key that signs sessions: 32 or more random characters. Without it, sessions are read-only; in debug mode one is made and kept in the instance folder. */
  SECRET_KEY: string | undefined
  /** Former secret keys. What they signed is still valid. Default none. */
  SECRET_KEY_FALLBACKS: readonly string[]
  /** The name of the session cookie. With the prefix `__Host-`, browsers bind it to this host. Default `session`. */
  SESSION_COOKIE_NAME: string
  /** The domain that receives the session cookie, with its subdomains. Default none: this host alone. */
  SESSION_COOKIE_DOMAIN: string | undefined
  /** The path under which browsers send the session cookie. Default `APPLICATION_ROOT`. */
  SESSION_COOKIE_PATH: string | undefined
  /** Hides the session cookie from scripts in the page. Default true. */
  SESSION_COOKIE_HTTPONLY: boolean
  /** Restricts the session cookie to HTTPS. Default: true if the request came over HTTPS. */
  SESSION_COOKIE_SECURE: boolean | undefined
  /** Which cross-site requests carry the session cookie. `None` makes it secure. Default `Lax`. */
  SESSION_COOKIE_SAMESITE: 'Lax' | 'Strict' | 'None'
  /** Gives each site that embeds this one its own session; makes the cookie secure. Default false. */
  SESSION_COOKIE_PARTITIONED: boolean
  /** The lifetime of a session, in seconds. Default 31 days. */
  PERMANENT_SESSION_LIFETIME: number
  /** Sends the cookie of a permanent session with each answer, which restarts its lifetime. Default true. */
  SESSION_REFRESH_EACH_REQUEST: boolean
  /** The hosts that the app answers for: `example.com`, `.example.com` to include subdomains, `localhost:8000` for one port. Other requests get a 400. Default `[]`: any host. */
  TRUSTED_HOSTS: readonly string[]
  /** Rejects cross-site requests with unsafe methods with a 403. Default true. */
  CROSS_SITE_CHECK: boolean
  /** Origins whose pages may send such requests: `https://login.example.com`. Default `[]`. */
  TRUSTED_ORIGINS: readonly string[]
  /** Reloads a template when its file changes. Default: the value of `DEBUG`. */
  TEMPLATES_AUTO_RELOAD: boolean | undefined
  /** Logs where each template is searched for. Default false. */
  EXPLAIN_TEMPLATE_LOADING: boolean
}

/**
 * Methods that load settings. Only names in capitals are taken; a later value replaces an earlier one.
 * Each of them throws `TypeError` if a value does not fit one of Phial's own settings.
 */
export interface ConfigSources {
  /**
   * Loads the settings of an object, such as an imported module.
   *
   * ```ts
   * app.config.fromObject({ PAGE_SIZE: 20 })
   * ```
   */
  fromObject(settings: object): void
  /**
   * Loads the settings of a plain object or a `Map`.
   *
   * ```ts
   * app.config.fromMapping(new Map([['PAGE_SIZE', 20]]))
   * ```
   */
  fromMapping(settings: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): void
  /**
   * Loads settings from a JSON or TOML file, resolved relative to the app's folder. The extension
   * decides the format. Returns whether the file exists. Throws an `Error` if it does not, unless
   * `silent` is set, and if it cannot be read or parsed.
   *
   * ```ts
   * app.config.fromFile('config.toml', { silent: true })
   * ```
   */
  fromFile(path: string, options?: FromFileOptions): boolean
  /**
   * Loads the environment variables that start with a prefix, by default `PHIAL`. One of Phial's own
   * settings is read as its type: `PHIAL_DEBUG=off` is false, and an empty value counts as unset. The
   * value of any other name is parsed as JSON if possible, otherwise it is text. Two underscores
   * address a property: `PHIAL_MAIL__PORT=25` sets `config.MAIL.PORT`. The environment is read here
   * and nowhere else.
   *
   * ```ts
   * app.config.fromPrefixedEnv()
   * ```
   */
  fromPrefixedEnv(prefix?: string, environment?: Environment): void
  /**
   * Validates the settings against a schema and returns its output, typed; `z.coerce.number()` turns
   * the text of a variable into a number. The output is stored, too. Call it after everything is
   * loaded. Throws `TypeError` that names each setting that does not match.
   *
   * ```ts
   * const { DATABASE_URL } = app.config.validate(z.object({ DATABASE_URL: z.url() }))
   * ```
   */
  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema>
  /**
   * Returns the settings whose names start with a prefix, by the rest of their names, as an object of
   * options: from `MAIL_HOST` and `MAIL_USER_NAME`, `getNamespace('MAIL_')` makes `{ host, userName }`.
   */
  getNamespace(prefix: string): Record<string, unknown>
}

/** Options of `config.fromFile`. */
export interface FromFileOptions {
  /** Whether the file may be missing. Default false. */
  silent?: boolean
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>
