/**
 * Values that may be promises. A view that answers at once is answered at once: nothing is awaited
 * that does not have to be.
 */

/** A value, now or later. */
export type Maybe<T> = T | Promise<T>

/** What to do with a value once it is there. */
export function andThen<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  return isPromise(value) ? value.then(next) : next(value)
}

/** Runs something, and something else if it fails, now or later. */
export function recover<T>(run: () => Maybe<T>, onError: (error: unknown) => Maybe<T>): Maybe<T> {
  try {
    const value = run()
    return isPromise(value) ? value.catch(onError) : value
  } catch (error) {
    return onError(error)
  }
}

/** Anything that can be awaited counts as a promise, whoever made it. */
export function isPromise<T>(value: Maybe<T>): value is Promise<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
