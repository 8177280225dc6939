/** Iterates over the chunks of a body and closes it once. */
import { enforce } from './rules/index.ts'
import type { Body } from './types.ts'

type Step = IteratorResult<Uint8Array>

/**
 * Iterates over a body of any kind, for servers and for middleware that looks at each chunk. Does not touch the body
 * before the first `next()`.
 *
 * ```ts
 * const chunks = new Chunks(await site(environ, startResponse))
 * try {
 *   for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) look(step.value)
 * } finally {
 *   await chunks.close()
 * }
 * ```
 */
export class Chunks {
  readonly #body: Body
  #iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array> | undefined
  #ended = false

  constructor(body: Body) {
    this.#body = body
  }

  /** Returns the next step of the iteration: a promise if the body is asynchronous. */
  next(): Step | Promise<Step> {
    const step = this.ask()
    return isPromise(step) ? step.then(this.took, this.threw) : this.took(step)
  }

  /** Asks for the next step as {@link next} does, for a caller that itself passes the outcome to `took` or `threw`. */
  ask(): Step | Promise<Step> {
    try {
      this.#iterator ??= open(this.#body)
      return this.#iterator.next()
    } catch (error) {
      return this.threw(error)
    }
  }

  /** Notes the step that `ask` resolved to, and returns it. */
  readonly took = (step: Step): Step => {
    this.#ended = step.done === true
    return step
  }

  /** Notes that `ask` rejected, and throws the error. */
  readonly threw = (error: unknown): never => {
    this.#ended = true
    throw error
  }

  /** Ends an unfinished iteration with `return()`, then calls the body's `close()`, if it has one. */
  close(): void | Promise<void> {
    const body: unknown = this.#body
    const iterator = this.#iterator ?? (isGenerator(body) ? body : undefined)
    let returned: unknown
    let closed: unknown
    try {
      returned = this.#ended ? undefined : iterator?.return?.()
    } finally {
      closed = isClosable(body) ? body.close() : undefined
    }
    if (isPromise(returned) || isPromise(closed))
      return Promise.all([returned, closed]).then(() => undefined)
    return undefined
  }
}

function open(body: Body): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  enforce('body', { body }, 'driver')
  return Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
}

/** Recognizes a body that is itself an iterator. It must be closed even if no chunk was read. */
function isGenerator(body: unknown): body is Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  return (
    typeof body === 'object' &&
    body !== null &&
    'next' in body &&
    'return' in body &&
    typeof body.return === 'function'
  )
}

function isClosable(body: unknown): body is { close: () => unknown } {
  return (
    typeof body === 'object' && body !== null && 'close' in body && typeof body.close === 'function'
  )
}

/**
 * Reports whether a value is a promise: any object with a `then` method.
 *
 * ```ts
 * isPromise(Promise.resolve()) // true
 * isPromise([])                // false
 * ```
 */
export function isPromise<Value>(
  value: Value | PromiseLike<Value>,
): value is Promise<Value> & PromiseLike<Value> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
