/**
 * Guards streams and files, so that each of their promises has a rejection handler. If the client disconnects before
 * the view awaits such a promise, the process must not end. See `handled`.
 */
import { handled, isPromise } from '../helpers/promises.ts'

/** Guards a stream, so that the promises of its readers may be awaited later. */
export function guardReadable<T>(stream: ReadableStream<T>): ReadableStream<T> {
  wrap(stream, 'cancel', guardPromise)
  wrap(stream, 'pipeTo', guardPromise)
  wrap(stream, 'getReader', (reader: object) => guardAll(reader, ['read', 'cancel']))
  wrap(stream, 'values', (values: object) => guardAll(values, ['next', 'return']))
  wrap(stream, Symbol.asyncIterator, (values: object) => guardAll(values, ['next', 'return']))
  wrap(stream, 'tee', (branches: ReadableStream<T>[]) => branches.map(guardReadable))
  return stream
}

/** Guards a file or a slice of one, so that its promises may be awaited later. */
export function guardBlob<T extends Blob>(blob: T): T {
  guardAll(blob, ['text', 'arrayBuffer', 'bytes'])
  wrap(blob, 'stream', (stream: ReadableStream) => guardReadable(stream))
  wrap(blob, 'slice', (part: Blob) => guardBlob(part))
  return blob
}

function guardAll(object: object, names: readonly string[]): object {
  for (const name of names) wrap(object, name, guardPromise)
  return object
}

function guardPromise(result: unknown): unknown {
  return isPromise(result) ? handled(result) : result
}

/** Passes the result of a method through a function. Skips missing methods: Node 20 has no `blob.bytes`. */
function wrap<Result>(object: object, name: PropertyKey, use: (result: Result) => unknown): void {
  const method: unknown = Reflect.get(object, name)
  if (typeof method !== 'function') return
  const value = (...args: readonly unknown[]): unknown =>
    use(Reflect.apply(method, object, args) as Result)
  Object.defineProperty(object, name, { value, configurable: true, writable: true })
}
