/** `wsgi.errors`: where an application says what went wrong. PEP 3333, “Input and Error Streams”. */
import type { Environ, ErrorStream } from './types.ts'

/**
 * A `wsgi.errors` that hands each text to a function.
 *
 * ```ts
 * errorStream((text) => process.stderr.write(text))
 * ```
 */
export function errorStream(write: (text: string) => void): ErrorStream {
  return {
    write,
    writelines: (lines) => {
      for (const line of lines) write(line)
    },
    flush: () => undefined,
  }
}

/** Writes an error to `wsgi.errors`, with its stack and its causes. */
export function logError(environ: Environ, error: unknown): void {
  const errors = environ['wsgi.errors']
  errors.write(`${errorText(error)}\n`)
  errors.flush()
}

/**
 * An error’s stack and, after it, those of its causes; each once, for they may go round in a circle.
 *
 * ```ts
 * errorText(new Error('No', { cause: new Error('Why') })) // 'Error: No\n    at …\nCaused by: Error: Why\n    at …'
 * ```
 */
export function errorText(error: unknown): string {
  return textWithCauses(error, new Set())
}

function textWithCauses(error: unknown, seen: ReadonlySet<unknown>): string {
  if (!(error instanceof Error)) return `Uncaught ${asText(error)}`
  const stack = error.stack ?? `${error.name}: ${error.message}`
  const told = new Set(seen).add(error)
  return error.cause === undefined || told.has(error.cause)
    ? stack
    : `${stack}\nCaused by: ${textWithCauses(error.cause, told)}`
}

/** Not everything that can be thrown can be made a string. */
function asText(value: unknown): string {
  try {
    return String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
