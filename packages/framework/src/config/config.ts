import type { Level } from '../logging/logger.ts'
import type { ConfigSources } from './config-sources.ts'

/**
 * An app's settings, `app.config`: names in capitals, and ways to load them. Give names of your own
 * their types by declaring them:
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

/** The settings that Phial reads. They have the names and, mostly, the defaults of Flask's. */
export interface Settings {
  /** Templates are read anew for each request, and errors and the log say more. Default false. */
  DEBUG: boolean
  /** Whether the debug page is for whoever asks, not for this machine alone. It shows source and settings. Default false. */
  DEBUG_PAGE_FROM_ANYWHERE: boolean
  /** What `app.logger` writes at the least. Default: `debug` in debug mode, else `info`. */
  LOG_LEVEL: Level | undefined
  /** How `app.logger` writes: lines for a person, or JSON. Default: `text` in debug mode and where standard error is a terminal, else `json`. */
  LOG_FORMAT: 'text' | 'json' | undefined
  /** The app is under test. Default false. Errors that no handler takes then go on to the test. */
  TESTING: boolean
  /** Errors that no handler takes go on to the server or the test, instead of becoming a 500. Default: as `TESTING` or `DEBUG`. */
  PROPAGATE_EXCEPTIONS: boolean | undefined
  /** An `HTTPException` that has no handler is an error like any other, with a log and a 500, and goes on if errors do. Default false. */
  TRAP_HTTP_EXCEPTIONS: boolean
  /** The same for `BadRequest` alone. Default false: its answer says what was wrong. */
  TRAP_BAD_REQUEST_ERRORS: boolean
  /** Host and port for URLs built outside of a request: `example.com`. */
  SERVER_NAME: string | undefined
  /** The path under which the app is mounted, for URLs built outside of a request. Default `/`. */
  APPLICATION_ROOT: string
  /** The scheme of URLs built outside of a request. Default `http`. */
  PREFERRED_URL_SCHEME: string
  /** Whether rules that do not say answer `OPTIONS` by themselves. Read when a route is added. Default true. */
  PROVIDE_AUTOMATIC_OPTIONS: boolean
  /** The most bytes of a body that are read into memory; more is answered with 413. Default 1 MiB. */
  MAX_CONTENT_LENGTH: number
  /** The most bytes of a body that is not read into memory: a form with files, or `request.body`. Default 1 GiB. */
  MAX_UPLOAD_SIZE: number
  /** The most bytes of each file in a form. Default 1 GiB. */
  MAX_FILE_SIZE: number
  /** The most bytes of all texts in a form, names included. Default 1 MiB. */
  MAX_FORM_MEMORY_SIZE: number
  /** The most fields and files in a form. Default 1,000. */
  MAX_FORM_PARTS: number
  /** For how many seconds caches may keep a file that is sent without asking. Default none: they ask each time. */
  SEND_FILE_MAX_AGE_DEFAULT: number | undefined
  /** What sessions are signed with: 32 random characters or more. Without it they can be read, and not written. */
  SECRET_KEY: string | undefined
  /** Older secrets: what they signed still counts. Default none. */
  SECRET_KEY_FALLBACKS: readonly string[]
  /** The name of the session's cookie. One that starts with `__Host-` binds it to this very host. Default `session`. */
  SESSION_COOKIE_NAME: string
  /** The host whose subdomains get the session's cookie too. Default none: this host alone. */
  SESSION_COOKIE_DOMAIN: string | undefined
  /** The path under which the session's cookie is sent. Default `APPLICATION_ROOT`. */
  SESSION_COOKIE_PATH: string | undefined
  /** Whether scripts in the page cannot see the session's cookie. Default true. */
  SESSION_COOKIE_HTTPONLY: boolean
  /** Whether the session's cookie is sent by HTTPS only. Default: if the request came by HTTPS. */
  SESSION_COOKIE_SECURE: boolean | undefined
  /** Which requests from other sites bring the session's cookie. `None` makes it secure. Default `Lax`. */
  SESSION_COOKIE_SAMESITE: 'Lax' | 'Strict' | 'None'
  /** Whether each site that embeds this one gets a session of its own; makes the cookie secure. Default false. */
  SESSION_COOKIE_PARTITIONED: boolean
  /** How long a session is kept, in seconds. Default 31 days. */
  PERMANENT_SESSION_LIFETIME: number
  /** Whether a permanent session is sent again with each answer, so that its time starts anew. Default true. */
  SESSION_REFRESH_EACH_REQUEST: boolean
  /** The hosts that the app answers for: `example.com`, `.example.com` for its subdomains too, `localhost:8000` for one port. Requests for others get a 400. Default `[]`: any host. */
  TRUSTED_HOSTS: readonly string[]
  /** Whether requests that may change something are refused, with 403, when another site's page sends them. Default true. */
  CROSS_SITE_CHECK: boolean
  /** Sites whose pages may send such requests all the same: `https://login.example.com`. Default `[]`. */
  TRUSTED_ORIGINS: readonly string[]
  /** Whether templates are looked for anew each time. Default: what `DEBUG` is. */
  TEMPLATES_AUTO_RELOAD: boolean | undefined
  /** Whether the log says where each template was looked for. Default false. */
  EXPLAIN_TEMPLATE_LOADING: boolean
}

/** The settings of a new app. */
export function defaultConfig(): Settings {
  return {
    DEBUG: false,
    DEBUG_PAGE_FROM_ANYWHERE: false,
    LOG_LEVEL: undefined,
    LOG_FORMAT: undefined,
    TESTING: false,
    PROPAGATE_EXCEPTIONS: undefined,
    TRAP_HTTP_EXCEPTIONS: false,
    TRAP_BAD_REQUEST_ERRORS: false,
    SERVER_NAME: undefined,
    APPLICATION_ROOT: '/',
    PREFERRED_URL_SCHEME: 'http',
    PROVIDE_AUTOMATIC_OPTIONS: true,
    MAX_CONTENT_LENGTH: 1024 ** 2,
    MAX_UPLOAD_SIZE: 1024 ** 3,
    MAX_FILE_SIZE: 1024 ** 3,
    MAX_FORM_MEMORY_SIZE: 1024 ** 2,
    MAX_FORM_PARTS: 1000,
    SEND_FILE_MAX_AGE_DEFAULT: undefined,
    SECRET_KEY: undefined,
    SECRET_KEY_FALLBACKS: [],
    SESSION_COOKIE_NAME: 'session',
    SESSION_COOKIE_DOMAIN: undefined,
    SESSION_COOKIE_PATH: undefined,
    SESSION_COOKIE_HTTPONLY: true,
    SESSION_COOKIE_SECURE: undefined,
    SESSION_COOKIE_SAMESITE: 'Lax',
    SESSION_COOKIE_PARTITIONED: false,
    PERMANENT_SESSION_LIFETIME: 31 * 24 * 60 * 60,
    SESSION_REFRESH_EACH_REQUEST: true,
    TRUSTED_HOSTS: [],
    CROSS_SITE_CHECK: true,
    TRUSTED_ORIGINS: [],
    TEMPLATES_AUTO_RELOAD: undefined,
    EXPLAIN_TEMPLATE_LOADING: false,
  }
}
