/** Error handlers: registering them, and finding the one for an error. */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { exceptionOf, HTTPException, type HTTPExceptionOptions } from '../errors/http-errors.ts'
import { describe } from '../helpers/arguments.ts'
import { guard } from '../helpers/guards.ts'
import type { Maybe } from '../helpers/promises.ts'
import { Response } from '../response/response.ts'
import { fromPlatform, isPlatformResponse } from './platform-response.ts'
import type { Answer } from './views.ts'

/**
 * Ends the request with an error: `abort(404)`, `abort(404, 'No such post')`. Given a response, sends that.
 *
 * Raises `RangeError` for a status that is no error's.
 *
 * ```ts
 * const post = posts.get(id) ?? abort(404, 'No such post')
 * ```
 */
export function abort(
  status: number | Response | globalThis.Response,
  description?: string,
  options: HTTPExceptionOptions = {},
): never {
  if (status instanceof Response) throw new ResponseException(status)
  if (typeof status === 'object' && status !== null && isPlatformResponse(status))
    throw new ResponseException(fromPlatform(status))
  const Exception = exceptionOf(guard(status))
  if (Exception !== undefined) throw new Exception(description, options)
  throw withCode(
    'ERR_PHIAL_STATUS_NOT_ERROR',
    new RangeError(
      `abort(${shown(status)}): this is no error's status. Use one such as 400, 403 or 404, or abort with a Response.`,
    ),
  )
}

function shown(status: unknown): string {
  return typeof status === 'number' ? String(status) : describe(status)
}

/** Ends the request with a response, which is sent as it is: `abort(redirect('/login'))`. */
export class ResponseException extends HTTPException {
  readonly response: Response

  constructor(response: Response) {
    super(`The request was ended with a response of status ${response.status}.`)
    this.response = response
  }
}

/**
 * Answers an error. If it returns only a body, the answer has the error's status
 * and headers; if it returns an
 * `HTTPException`, such as the error itself, the answer is that error's page.
 */
export type ErrorHandler<E = unknown> = (
  error: E,
  context: RequestContext,
) => Maybe<Answer | HTTPException>

/** The class of some errors. Errors of abstract classes and of classes with any constructor count. */
export type ErrorClass<E> = abstract new (...args: never[]) => E

/** Who handles which errors, in the app or in one blueprint. */
export class ErrorHandlers {
  /** By status, then by class: a status alone is that of its own class. */
  readonly #byStatus = new Map<number, Map<unknown, ErrorHandler>>()
  readonly #byClass = new Map<unknown, ErrorHandler>()

  add(kind: number | ErrorClass<unknown>, handler: ErrorHandler): void {
    const [status, Class] = typeof kind === 'function' ? [statusOf(kind), kind] : byNumber(kind)
    if (status === undefined) {
      this.#byClass.set(Class, handler)
      return
    }
    const classes = this.#byStatus.get(status) ?? new Map<unknown, ErrorHandler>()
    this.#byStatus.set(status, classes.set(Class, handler))
  }

  /** The handler of an error's status: of the nearest class that has it, else of the status itself. */
  ofStatus(error: HTTPException): ErrorHandler | undefined {
    const classes = this.#byStatus.get(error.code)
    return classes && (nearestClass(error, classes) ?? classes.get(exceptionOf(error.code)))
  }

  /** The handler of an error's class, else of the nearest class that it extends. */
  ofClass(error: object): ErrorHandler | undefined {
    return nearestClass(error, this.#byClass)
  }
}

/**
 * The handler of an error: the innermost one of its status, else the innermost one of its class.
 * `inside` has the innermost blueprint's first and the app's last.
 */
export function findHandler(
  error: unknown,
  inside: readonly ErrorHandlers[],
): ErrorHandler | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if (error instanceof HTTPException) {
    for (const handlers of inside) {
      const handler = handlers.ofStatus(error)
      if (handler !== undefined) return handler
    }
  }
  for (const handlers of inside) {
    const handler = handlers.ofClass(error)
    if (handler !== undefined) return handler
  }
  return undefined
}

function byNumber(status: number): [status: number, Class: typeof HTTPException] {
  const Class = exceptionOf(status)
  if (Class !== undefined) return [status, Class]
  throw withCode(
    'ERR_PHIAL_STATUS_NOT_ERROR',
    new RangeError(
      `errorHandler(${String(status)}): this is no error's status. Give one such as 404, or an error's class.`,
    ),
  )
}

/** The status of a class of errors that are answers. `HTTPException` itself stands for all of them. */
function statusOf(kind: object): number | undefined {
  const isAnswer = 'prototype' in kind && kind.prototype instanceof HTTPException
  return isAnswer && 'code' in kind && typeof kind.code === 'number' ? kind.code : undefined
}

function nearestClass(
  error: object,
  handlers: ReadonlyMap<unknown, ErrorHandler>,
): ErrorHandler | undefined {
  let prototype: unknown = Object.getPrototypeOf(error)
  while (typeof prototype === 'object' && prototype !== null) {
    const handler = handlers.get(prototype.constructor)
    if (handler !== undefined) return handler
    prototype = Object.getPrototypeOf(prototype)
  }
  return undefined
}
