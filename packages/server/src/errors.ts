/** The exit codes of `phial-server`. The numbers are gunicorn's. */
export const exitCodes = {
  /** Stopped on request. */
  ok: 0,
  /** No application named, an invalid address or one in use, a missing folder, an invalid config file. */
  configuration: 1,
  /** An unknown option or an invalid value. */
  usage: 2,
  /** A worker ended before it was ready to serve. */
  boot: 3,
  /** The application could not be loaded. */
  load: 4,
} as const

/** One of the numbers of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * An error that the operator can fix. Its message is one line that says what was received and what to do. `detail` has
 * further information, such as the application's stack.
 *
 * ```ts
 * await serve(app, { bind: '127.0.0.1:80' })   // StartError: cannot listen on 127.0.0.1:80: ...
 * ```
 */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly exitCode: ExitCode
  readonly detail: string | undefined
  /** The error code that belongs to the exit code, such as `ERR_PHIAL_SERVER_LOAD`. */
  readonly code: string

  constructor(exitCode: ExitCode, message: string, detail?: string) {
    super(message)
    this.exitCode = exitCode
    this.detail = detail
    this.code = codeOf(exitCode)
  }
}

/** Creates the error for an application that could not be loaded. */
export function loadError(message: string, detail?: string): StartError {
  return new StartError(exitCodes.load, message, detail)
}

function codeOf(exitCode: ExitCode): string {
  const [name = ''] = Object.entries(exitCodes).find(([, number]) => number === exitCode) ?? []
  return `ERR_PHIAL_SERVER_${name.toUpperCase()}`
}
