/**
 * Values that an app hands over and that may fail on their own: a promise that rejects, a Node stream that
 * emits `error`. Without a handler, either would end the process, so each gets one where Phial takes it on.
 */
import { handled, isPromise } from './promises.ts'

/** Guards a value that is a promise or a Node stream, and returns it. Awaiting or reading it still fails. */
export function guard<T>(value: T): T {
  if (isPromise(value)) void handled(Promise.resolve(value))
  else if (isNodeStream(value)) guardStream(value)
  return value
}

/** Listens for the `error` of a Node stream, which may come before anything reads it. */
export function guardStream(body: object): void {
  const listen: unknown = Reflect.get(body, 'on')
  if (typeof listen === 'function') Reflect.apply(listen, body, ['error', () => undefined])
}

/** Guards a value and what lists, maps, sets and plain objects in it hold. */
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

/** Whether an emitter is a stream. The listeners of any other, such as a pool of connections, are the app's. */
export function isNodeStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !('on' in value)) return false
  return 'pipe' in value || 'writable' in value
}
