/** Checks arguments whose type TypeScript cannot guarantee: those of JavaScript, and of data that was cast. */
import { withCode } from '@phial/core'
import { guard } from './guards.ts'
import { isPromise } from './promises.ts'

/**
 * Returns the error for an argument of the wrong type. A promise among the arguments is guarded, so that it cannot end
 * the process when it rejects.
 *
 * ```ts
 * throw wrongArgument('redirect(location)', 'a string', location)
 * ```
 */
export function wrongArgument(call: string, expected: string, received: unknown): TypeError {
  const hint = isPromise(guard(received)) ? ' Await the promise first.' : ''
  return withCode(
    'ERR_PHIAL_ARGUMENT_TYPE',
    new TypeError(`${call}: expected ${expected}, received ${describe(received)}.${hint}`),
  )
}

/** Throws the error of `wrongArgument` unless a value is a string. */
export function assertString(call: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw wrongArgument(call, 'a string', value)
}

/** Throws the error of `wrongArgument` unless a value is a function. */
export function assertFunction(call: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongArgument(call, 'a function', value)
}

/** Throws the error of `wrongArgument` unless a value can be iterated, with or without promises. */
export function assertIterable(call: string, value: unknown): void {
  const isObject = typeof value === 'object' && value !== null
  if (isObject && (Symbol.iterator in value || Symbol.asyncIterator in value)) return
  throw wrongArgument(call, 'an iterable, or a function that returns one', value)
}

/** Describes the type of a value for a message: `undefined`, `a number`, `an instance of Map`. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  const { constructor } = value
  return typeof constructor === 'function' ? `an instance of ${constructor.name}` : 'an object'
}
