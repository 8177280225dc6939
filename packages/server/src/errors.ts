/** How `phial-server` ends, and why. The numbers are gunicorn's. */
export const exitCodes = {
  /** Stopped as asked. */
  ok: 0,
  /** Nothing to serve, a bad address, an address that is taken, a missing folder. */
  configuration: 1,
  /** An option that does not exist, or a value that it does not take. */
  usage: 2,
  /** A worker ended before it was ready to serve. */
  boot: 3,
  /** The application could not be loaded, whatever the reason. */
  load: 4,
} as const

/** One of the numbers of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * A mistake that whoever starts the server can put right. Its message is one line that says what
 * came and what to do; `detail` is what helps beside it, such as the application's own stack.
 *
 * ```ts
 * await serve(app, { bind: '127.0.0.1:80' })   // StartError: cannot listen at 127.0.0.1:80: ...
 * ```
 */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly exitCode: ExitCode
  readonly detail: string | undefined
  /** By its exit code: `ERR_PHIAL_SERVER_LOAD`. */
  readonly code: string

  constructor(exitCode: ExitCode, message: string, detail?: string) {
    super(message)
    this.exitCode = exitCode
    this.detail = detail
    this.code = codeOf(exitCode)
  }
}

/** The application could not be loaded. */
export function loadError(message: string, detail?: string): StartError {
  return new StartError(exitCodes.load, message, detail)
}

function codeOf(exitCode: ExitCode): string {
  const [name = ''] = Object.entries(exitCodes).find(([, number]) => number === exitCode) ?? []
  return `ERR_PHIAL_SERVER_${name.toUpperCase()}`
}
