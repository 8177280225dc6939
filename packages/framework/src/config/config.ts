/** The types of the settings, and of the methods that load them. */
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
  /** Rethrows unhandled errors to the server or the test instead of responding with a 500. Default: true if `TESTING` or `DEBUG` is true. */
  PROPAGATE_EXCEPTIONS: boolean | undefined
  /** Treats an `HTTPException` without a handler like any other error: logs it and responds with a 500, or rethrows it. Default false. */
  TRAP_HTTP_EXCEPTIONS: boolean
  /** The same, but only for `BadRequest`. Default false: the response describes the error. */
  TRAP_BAD_REQUEST_ERRORS: boolean
  /** The host, with its port, for URLs built outside of a request and for the test client: `example.com`. */
  SERVER_NAME: string | undefined
  /** The path under which the app is mounted, for URLs built outside of a request and for the test client. Default `/`. */
  APPLICATION_ROOT: string
  /** The scheme of URLs built outside of a request and of the test client. Default `http`. */
  PREFERRED_URL_SCHEME: string
  /** Handles `OPTIONS` automatically for rules that do not set `provideAutomaticOptions`. Read when a route is added. Default true. */
  PROVIDE_AUTOMATIC_OPTIONS: boolean
  /** The maximum size, in bytes, of a body that is read into memory. A larger body gets a 413. Default 1 MiB. */
  MAX_CONTENT_LENGTH: number
  /** The maximum size, in bytes, of a body that is not read into memory: a form with files, or `request.body`. Default 1 GiB. */
  MAX_UPLOAD_SIZE: number
  /** The maximum size, in bytes, of each file in a form. Default 1 GiB. */
  MAX_FILE_SIZE: number
  /** The maximum size, in bytes, of all names and text values in a form. Default 1 MiB. */
  MAX_FORM_MEMORY_SIZE: number
  /** The maximum number of fields and files in a form. Default 1,000. */
  MAX_FORM_PARTS: number
  /** The maximum size, in bytes, of a WebSocket message. A larger message closes the connection with 1009. 0 means no limit. Default 1 MiB. */
  WEBSOCKET_MAX_MESSAGE_SIZE: number
  /** The time, in seconds, without a message after which a WebSocket is sent a ping. If the client does not respond within the same time again, the connection counts as lost. 0 disables pings. Default 25. */
  WEBSOCKET_PING_INTERVAL: number
  /** The time, in seconds, for which a cache may use a file without revalidating it. Default: none, so caches revalidate each time. */
  SEND_FILE_MAX_AGE_DEFAULT: number | undefined
  /** The key that signs sessions: 32 or more random characters. Without a key, sessions are read-only. In debug mode, a key is generated and stored in the instance folder. */
  SECRET_KEY: string | undefined
  /** Former secret keys. Sessions that they signed remain valid. Default: none. */
  SECRET_KEY_FALLBACKS: readonly string[]
  /** The name of the session cookie. With the prefix `__Host-`, browsers bind it to this host. Default `session`. */
  SESSION_COOKIE_NAME: string
  /** The domain that receives the session cookie, including its subdomains. Default: none, so only this host receives it. */
  SESSION_COOKIE_DOMAIN: string | undefined
  /** The path under which browsers send the session cookie. Default `APPLICATION_ROOT`. */
  SESSION_COOKIE_PATH: string | undefined
  /** Hides the session cookie from scripts in the page. Default true. */
  SESSION_COOKIE_HTTPONLY: boolean
  /** Restricts the session cookie to HTTPS. Default: true if the request came over HTTPS. */
  SESSION_COOKIE_SECURE: boolean | undefined
  /** Which cross-site requests carry the session cookie. `None` also restricts it to HTTPS. Default `Lax`. */
  SESSION_COOKIE_SAMESITE: 'Lax' | 'Strict' | 'None'
  /** Creates a separate session for each site that embeds this one. Also restricts the cookie to HTTPS. Default false. */
  SESSION_COOKIE_PARTITIONED: boolean
  /** The lifetime of a session, in seconds. Default 31 days. */
  PERMANENT_SESSION_LIFETIME: number
  /** Sends the cookie of a permanent session with each response, which restarts its lifetime. Default true. */
  SESSION_REFRESH_EACH_REQUEST: boolean
  /** The hosts that the app serves: `example.com`, `.example.com` to include subdomains, `localhost:8000` for one port. Requests to other hosts get a 400. Default `[]`: any host. */
  TRUSTED_HOSTS: readonly string[]
  /** Rejects cross-site requests that use an unsafe method, with a 403. Default true. */
  CROSS_SITE_CHECK: boolean
  /** Origins whose pages may send cross-site requests: `https://login.example.com`. Default `[]`. */
  TRUSTED_ORIGINS: readonly string[]
  /** Reloads a template when its file changes. Default: the value of `DEBUG`. */
  TEMPLATES_AUTO_RELOAD: boolean | undefined
  /** Logs where Phial searches for each template. Default false. */
  EXPLAIN_TEMPLATE_LOADING: boolean
}

/**
 * Methods that load settings. They ignore names that are not in capitals. A later value replaces an earlier one. Each method
 * throws `TypeError` if one of Phial's own settings does not accept its value.
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
   * Loads settings from a JSON or TOML file, resolved relative to the app's folder. The extension decides the format.
   * Returns true if the settings were loaded, and false if the file is missing and `silent` is set. Throws `Error` if the
   * file is missing otherwise, or cannot be read or parsed.
   *
   * ```ts
   * app.config.fromFile('config.toml', { silent: true })
   * ```
   */
  fromFile(path: string, options?: FromFileOptions): boolean
  /**
   * Loads the environment variables that start with a prefix and an underscore. The default prefix is `PHIAL`. A value for
   * one of Phial's own settings is parsed as the type of that setting: `PHIAL_DEBUG=off` is false, and an empty value counts
   * as unset. Any other value is parsed as JSON if possible, and is otherwise text. Two underscores address a property:
   * `PHIAL_MAIL__PORT=25` sets `config.MAIL.PORT`. No other method reads settings from the environment.
   *
   * ```ts
   * app.config.fromPrefixedEnv()
   * ```
   */
  fromPrefixedEnv(prefix?: string, environment?: Environment): void
  /**
   * Validates the settings against a schema, stores the schema's output in the settings, and returns it with its type. For
   * example, `z.coerce.number()` converts the text of a variable to a number. Call it after all settings have been loaded.
   * Throws `TypeError`, which names each setting that does not match.
   *
   * ```ts
   * const { DATABASE_URL } = app.config.validate(z.object({ DATABASE_URL: z.url() }))
   * ```
   */
  validate<Schema extends StandardSchemaV1>(schema: Schema): StandardSchemaV1.InferOutput<Schema>
  /**
   * Returns the settings whose names start with a prefix as an object of options. The keys are the rest of the names in
   * camelCase: for `MAIL_HOST` and `MAIL_USER_NAME`, `getNamespace('MAIL_')` returns `{ host, userName }`.
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
