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
  errors.write(`${explain(error)}\n`)
  errors.flush()
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${String(error)}`
  const stack = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${explain(error.cause)}`
}
