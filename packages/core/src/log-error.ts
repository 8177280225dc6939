/** Writes unhandled errors to the log. */
import type { Environ } from './types.ts'
import { wsgiToText } from './url.ts'

/**
 * Writes an error to `wsgi.errors` in one call: the request's path, method and `X-Request-ID` if it has one, then
 * the stack and the causes of the error.
 *
 * ```ts
 * const careful: Application = async (environ, startResponse) => {
 *   try {
 *     return await callApplication(app, environ, startResponse)
 *   } catch (error) {
 *     logError(environ, error)
 *     startResponse('500 Internal Server Error', [['Content-Type', 'text/plain']], error)
 *     return [new TextEncoder().encode('It broke.\n')]
 *   }
 * }
 * ```
 */
export function logError(environ: Environ, error: unknown): void {
  const text = `Exception on ${requestLabel(environ)}\n${errorText(error)}\n`
  try {
    const errors = environ['wsgi.errors']
    errors.write(text)
    errors.flush()
  } catch {
    console.error(text.trimEnd()) // the application has replaced or deleted the stream
  }
}

/** `"/path" [GET]`. The application may have replaced any key of the environ. */
function requestLabel(environ: Environ): string {
  const path = wsgiToText(asText(environ.SCRIPT_NAME) + asText(environ.PATH_INFO))
  const id: unknown = environ['HTTP_X_REQUEST_ID']
  const label = typeof id === 'string' ? ` (request ${JSON.stringify(id.slice(0, 200))})` : ''
  return `${JSON.stringify(path)} [${asText(environ.REQUEST_METHOD)}]${label}`
}

/**
 * Returns the stack of an error, followed by those of its causes. Each appears once, because causes can be circular.
 *
 * ```ts
 * errorText(new Error('No', { cause: new Error('Why') })) // 'Error: No\n    at …\nCaused by: Error: Why\n    at …'
 * ```
 */
export function errorText(error: unknown): string {
  return textWithCauses(error, new Set())
}

function textWithCauses(error: unknown, seen: ReadonlySet<unknown>): string {
  if (!isError(error)) return `Uncaught ${asText(error)}`
  const stack = stackOf(error)
  const reported = new Set(seen).add(error)
  const cause = read(error, 'cause')
  return cause === undefined || reported.has(cause)
    ? stack
    : `${stack}\nCaused by: ${textWithCauses(cause, reported)}`
}

function stackOf(error: Error): string {
  const stack = read(error, 'stack')
  if (typeof stack === 'string') return stack
  return `${asText(read(error, 'name'))}: ${asText(read(error, 'message'))}`
}

/** Reports whether an error is an `AbortError`. Never throws. */
export const isAbortError = (error: unknown): boolean =>
  isError(error) && read(error, 'name') === 'AbortError'

/** Reports whether a value is an `Error`. Never throws, although a `Proxy` may. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}

/** Returns a property of an error, or `undefined` if reading it throws. */
function read(error: Error, key: 'name' | 'message' | 'stack' | 'cause'): unknown {
  try {
    return error[key]
  } catch {
    return undefined
  }
}

/** Converts any value to a string. `String` itself throws for some values. */
function asText(value: unknown): string {
  try {
    return String(value)
  } catch {
    return tagOf(value)
  }
}

function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value)
  } catch {
    return '[a value that cannot be shown]'
  }
}
