/**
 * An app's settings. Those that Phial reads have the names and, mostly, the defaults of Flask's;
 * an app may keep its own beside them.
 */
export interface Config {
  /** Templates are read anew for each request, and errors say more. Default false. */
  DEBUG: boolean
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
  /** Whether templates are looked for anew each time. Default: what `DEBUG` is. */
  TEMPLATES_AUTO_RELOAD: boolean | undefined
  /** Whether the log says where each template was looked for. Default false. */
  EXPLAIN_TEMPLATE_LOADING: boolean
  [name: string]: unknown
}

/** The settings of a new app. */
export function defaultConfig(): Config {
  return {
    DEBUG: false,
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
    TEMPLATES_AUTO_RELOAD: undefined,
    EXPLAIN_TEMPLATE_LOADING: false,
  }
}
