/**
 * Guards values from an app that may fail before they are used: a promise that rejects, or a Node stream that emits
 * `error`. Without a handler, either would end the process, so Phial adds one.
 */
import { handled, isPromise } from './promises.ts'

/** Guards a value that is a promise or a Node stream, and returns it. Awaiting or reading it still fails. */
export function guard<T>(value: T): T {
  if (isPromise(value)) void handled(Promise.resolve(value))
  else if (isNodeStream(value)) guardStream(value)
  return value
}

/** Listens for `error` of a Node stream, which may be emitted before anything reads it. */
export function guardStream(body: object): void {
  const listen: unknown = Reflect.get(body, 'on')
  if (typeof listen === 'function') Reflect.apply(listen, body, ['error', () => undefined])
}

/** Guards a value, and the values in its arrays, maps, sets and plain objects. */
export function guardWithin(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  guard(value)
  for (const one of partsOf(value)) guardWithin(one, seen)
}

function partsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return value.values()
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  return isPlain ? (Object.values(value) as unknown[]) : []
}

/** Reports whether an emitter is a stream. The listeners of other emitters, such as connection pools, are up to the app. */
export function isNodeStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !('on' in value)) return false
  return 'pipe' in value || 'writable' in value
}
