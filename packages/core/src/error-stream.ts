/** `wsgi.errors`: where an application says what went wrong. PEP 3333, “Input and Error Streams”. */
import type { ErrorStream } from './types.ts'

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
