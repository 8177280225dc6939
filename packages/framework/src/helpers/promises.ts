/**
 * Values that may be promises. A view that answers at once is answered at once: nothing is awaited
 * that does not have to be.
 */
import { isPromise } from '@phial/core'

export { isPromise }

/** A value, now or later. */
export type Maybe<T> = T | Promise<T>

/** What to do with a value once it is there. */
export function andThen<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Runs something, then `next` with its value or `failed` with its error, now or later. Errors of these two are nobody's here. */
export function either<T, U>(
  run: () => Maybe<T>,
  next: (value: T) => Maybe<U>,
  failed: (error: unknown) => Maybe<U>,
): Maybe<U> {
  let value: Maybe<T>
  try {
    value = run()
  } catch (error) {
    return failed(error)
  }
  return isPromise(value) ? Promise.resolve(value).then(next, failed) : next(value)
}

/**
 * Returns a function that loads a module when it is first called, and answers at once when that is done:
 * for what few apps or few requests need. A load that fails is tried again.
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

/** Runs something, and something else if it fails, now or later. */
export function recover<T>(run: () => Maybe<T>, onError: (error: unknown) => Maybe<T>): Maybe<T> {
  try {
    const value = run()
    return isPromise(value) ? Promise.resolve(value).catch(onError) : value
  } catch (error) {
    return onError(error)
  }
}

/** Runs something, then `end`, with the error if it failed. The promise of something is kept after that of `end`. */
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
 * Gives a promise a handler of its own and returns it, so that one which is awaited later, or never, ends
 * no process when it rejects meanwhile. Whoever awaits it gets the rejection all the same. For promises
 * that an app's code is given and whose outcome a client can decide.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

/**
 * The same as `handled(promise.then(next))`, without another promise unless it rejects or has to wait again.
 * `pnpm bench peers --workloads json` measures it.
 */
export function thenHandled<T, U>(promise: Promise<T>, next: (value: T) => Maybe<U>): Promise<U> {
  const failed = (error: unknown): never => {
    void handled(result)
    throw error
  }
  const result: Promise<U> = promise.then((value) => {
    try {
      const made = next(value)
      if (isPromise(made)) void handled(result)
      return made
    } catch (error) {
      return failed(error)
    }
  }, failed)
  return result
}

function ignore(): void {}
