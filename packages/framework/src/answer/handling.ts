/**
 * Responds to errors: with the response of a handler, the error's own page, or a 500.
 *
 * Handlers run once for the error, and if none responds, once for the 500 that it becomes. If one of them throws,
 * `lastResort` responds without running any code of the app.
 */
import type { RequestContext } from '../context/context.ts'
import { BadRequest, HTTPException, InternalServerError } from '../errors/http-errors.ts'
import { guard } from '../helpers/guards.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { toResponse } from './answers.ts'
import { errorResponse } from './error-pages.ts'
import { type ErrorHandlers, findHandler, ResponseException } from './errors.ts'

/** Responds to an `HTTPException`, or an error that has a handler. Rethrows any other error. Flask's `handle_user_exception`. */
export function handleUserException(
  error: unknown,
  context: RequestContext,
  handlers: readonly ErrorHandlers[],
): Maybe<Response> {
  const answer = callHandler(guard(error), context, handlers)
  if (answer !== undefined) return answer
  if (!(error instanceof HTTPException) || isTrapped(error, context)) throw error
  return errorPage(error, context)
}

/** Logs an unhandled error and responds with a 500. Rethrows the error if `PROPAGATE_EXCEPTIONS` is set. */
export function handleUnexpected(
  error: unknown,
  context: RequestContext,
  handlers: readonly ErrorHandlers[],
): Maybe<Response> {
  if (propagates(context)) throw error
  context.app.logException(error, context)
  const failure = new InternalServerError(undefined, { cause: error })
  return callHandler(failure, context, handlers) ?? errorPage(failure, context)
}

/** Logs an error that was thrown while another one was handled, and responds with a 500. Rethrows the error if `PROPAGATE_EXCEPTIONS` is set. */
export function lastResort(error: unknown, context: RequestContext): Response {
  if (propagates(context)) throw error
  context.app.logException(error, context)
  return errorPage(new InternalServerError(), context)
}

/** Returns the response of the closest handler; `undefined` if there is none. */
function callHandler(
  error: unknown,
  context: RequestContext,
  handlers: readonly ErrorHandlers[],
): Maybe<Response> | undefined {
  if (error instanceof ResponseException) return error.response
  const handler = findHandler(error, handlers)
  if (handler === undefined) return undefined
  const known = error instanceof HTTPException ? error : undefined
  return andThen(handler(error, context), (result) => {
    if (result instanceof HTTPException) return errorPage(result, context)
    const response = toResponse(result, 'An error handler', context, known?.code ?? 500)
    return known === undefined
      ? response
      : andThen(response, (made) => withErrorHeaders(made, known))
  })
}

/** Adds the headers of an error, such as `Allow` of a 405, to a response with the same status that does not set them. */
function withErrorHeaders(response: Response, { code, headers }: HTTPException): Response {
  if (response.status !== code) return response
  for (const [name, value] of Object.entries(headers)) response.headers.setDefault(name, value)
  return response
}

function isTrapped(error: HTTPException, { app }: RequestContext): boolean {
  const { TRAP_HTTP_EXCEPTIONS, TRAP_BAD_REQUEST_ERRORS } = app.config
  return TRAP_HTTP_EXCEPTIONS || (TRAP_BAD_REQUEST_ERRORS && error instanceof BadRequest)
}

function propagates({ app }: RequestContext): boolean {
  const { PROPAGATE_EXCEPTIONS, TESTING, DEBUG } = app.config
  return PROPAGATE_EXCEPTIONS ?? (TESTING || DEBUG)
}

function errorPage(error: HTTPException, { request }: RequestContext): Response {
  if (error instanceof ResponseException) return error.response
  const accept = request.environ['HTTP_ACCEPT']
  return errorResponse(error, typeof accept === 'string' ? accept : undefined)
}
