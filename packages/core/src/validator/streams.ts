/** Checks `wsgi.input` and `wsgi.errors`: the application’s calls by the APP rules, the server’s results by the SRV rules. */
import { enforce } from '../rules/index.ts'
import type { ErrorStream, InputStream } from '../types.ts'

type Method = 'read' | 'readline' | 'readlines'

export function watchInput(input: InputStream): InputStream {
  const watched =
    (method: Method) =>
    async (...args: [size?: number]): Promise<never> => {
      enforce('read', { method, args })
      const returned: unknown = await input[method](...args)
      enforce('bytes', { method, size: args[0], returned })
      return returned as never
    }
  return {
    read: watched('read'),
    readline: watched('readline'),
    readlines: watched('readlines'),
    async *[Symbol.asyncIterator]() {
      for await (const returned of input) {
        enforce('bytes', { method: 'next', size: undefined, returned })
        yield returned
      }
    },
  }
}

export function watchErrors(errors: ErrorStream): ErrorStream {
  const write = (value: string): void => {
    enforce('log', { method: 'write', value })
    errors.write(value)
  }
  return {
    write,
    writelines: (lines) => {
      for (const value of lines) {
        enforce('log', { method: 'writelines', value })
        errors.write(value)
      }
    },
    flush: () => errors.flush(),
  }
}
