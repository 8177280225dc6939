/**
 * Helpers for values that may be promises. A synchronous view stays synchronous: nothing is awaited unless it is a
 * promise.
 */
import { isPromise } from '@phial/core'

export { isPromise }

/** A value, or a promise of one. */
export type Maybe<T> = T | Promise<T>

/** Passes a value to a function as soon as it is available. */
export function andThen<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/**
 * Returns a function that loads a module on its first call, and returns it synchronously once it is loaded. Use it for
 * modules that few apps or few requests need. A failed load is retried.
 *
 * ```ts
 * const forms = lazily(() => import('./form.ts'))
 * ```
 */
export function lazily<Module>(load: () => Promise<Module>): () => Maybe<Module> {
  let loaded: Module | undefined
  let loading: Promise<Module> | undefined
  const done = (module: Module): Module => (loaded = module)
  const failed = (error: unknown): never => {
    loading = undefined
    throw error
  }
  return () => loaded ?? (loading ??= load().then(done, failed))
}

/** Runs a function, and calls another one if it throws or rejects. */
export function recover<T>(run: () => Maybe<T>, onError: (error: unknown) => Maybe<T>): Maybe<T> {
  try {
    const value = run()
    return isPromise(value) ? Promise.resolve(value).catch(onError) : value
  } catch (error) {
    return onError(error)
  }
}

/** Runs a function, then `end`, with the error if it failed. The returned promise settles after that of `end`. */
export function settle<T>(run: () => T, end: (error: unknown) => Maybe<void>): T {
  let value: T
  try {
    value = run()
  } catch (error) {
    void end(error)
    throw error
  }
  if (isPromise(value)) return endAfter(value, end) as T
  void end(undefined)
  return value
}

async function endAfter<T>(value: Promise<T>, end: (error: unknown) => Maybe<void>): Promise<T> {
  let result: T
  try {
    result = await value
  } catch (error) {
    await end(error)
    throw error
  }
  await end(undefined)
  return result
}

/**
 * Adds a rejection handler to a promise and returns the promise. If it rejects before it is awaited, or is never awaited,
 * the process does not end. Awaiting it still throws. Use it for promises that are returned to an app's code and whose
 * outcome depends on the client.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

/**
 * Is equivalent to `handled(promise.then(next))`, but creates another promise only if the result rejects, or if `next`
 * returns a promise. `pnpm bench peers --workloads json` measures the difference.
 */
export function thenHandled<T, U>(promise: Promise<T>, next: (value: T) => Maybe<U>): Promise<U> {
  const failed = (error: unknown): never => {
    void handled(result)
    throw error
  }
  const result: Promise<U> = promise.then((value) => {
    try {
      const mapped = next(value)
      if (isPromise(mapped)) void handled(result)
      return mapped
    } catch (error) {
      return failed(error)
    }
  }, failed)
  return result
}

function ignore(): void {}
