/** `wsgi.errors`: the log to which an application writes its errors. PEP 3333, “Input and Error Streams”. */
import type { ErrorStream } from './types.ts'

/**
 * Returns a `wsgi.errors` that passes each text to a function.
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
