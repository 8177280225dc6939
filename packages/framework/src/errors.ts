/**
 * What becomes of an error: who handles it, and what the client is told otherwise.
 */
import type { RequestContext } from './context.ts'
import { exceptionOf, HTTPException, type HTTPExceptionOptions } from './http-errors.ts'
import type { Maybe } from './maybe.ts'
import { Response } from './response.ts'
import type { Answer } from './views.ts'

/**
 * Ends the request with an error: `abort(404)`, `abort(404, 'No such post')`. Given a response, sends that.
 *
 * Raises `RangeError` for a status that is no error's.
 */
export function abort(
  status: number | Response,
  description?: string,
  options: HTTPExceptionOptions = {},
): never {
  if (status instanceof Response) throw new HTTPException(description, { response: status })
  const Exception = exceptionOf(status)
  if (Exception !== undefined) throw new Exception(description, options)
  throw new RangeError(
    `abort(${status}): this is no error's status. Use one such as 400, 403 or 404, or abort with a Response.`,
  )
}

/** Answers an error. If it returns only a body, the answer has the error's status. */
export type ErrorHandler<E = unknown> = (error: E, context: RequestContext) => Maybe<Answer>

/** The class of some errors. Errors of abstract classes and of classes with any constructor count. */
export type ErrorClass<E> = abstract new (...args: never[]) => E

/** Who handles which errors. */
export class ErrorHandlers {
  readonly #byStatus = new Map<number, ErrorHandler>()
  readonly #byClass = new Map<unknown, ErrorHandler>()

  add(kind: number | ErrorClass<unknown>, handler: ErrorHandler): void {
    if (typeof kind === 'function') this.#byClass.set(kind, handler)
    else if (exceptionOf(kind) !== undefined) this.#byStatus.set(kind, handler)
    else {
      throw new RangeError(
        `errorHandler(${String(kind)}): this is no error's status. Give one such as 404, or an error's class.`,
      )
    }
  }

  /** The handler of an error's status, else of its class, else of the nearest class that it extends. */
  find(error: unknown): ErrorHandler | undefined {
    const byStatus = error instanceof HTTPException ? this.#byStatus.get(error.code) : undefined
    if (byStatus !== undefined || typeof error !== 'object' || error === null) return byStatus
    let prototype: unknown = Object.getPrototypeOf(error)
    while (typeof prototype === 'object' && prototype !== null) {
      const handler = this.#byClass.get(prototype.constructor)
      if (handler !== undefined) return handler
      prototype = Object.getPrototypeOf(prototype)
    }
    return undefined
  }
}
