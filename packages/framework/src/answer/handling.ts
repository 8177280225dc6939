/**
 * What becomes of an error: a handler's answer, the error's own page, or a 500.
 *
 * Handlers run once for the error and, if none answered it, once for the 500 that it becomes. An error
 * in between is answered by `lastResort`, which runs nothing of the app's.
 */
import type { RequestContext } from '../context/context.ts'
import { BadRequest, HTTPException, InternalServerError } from '../errors/http-errors.ts'
import { guard } from '../helpers/guards.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { toResponse } from './answers.ts'
import { errorResponse } from './error-pages.ts'
import { type ErrorHandlers, findHandler, ResponseException } from './errors.ts'

/** Answers an error that was thrown on purpose or has a handler. Throws any other. Flask's `handle_user_exception`. */
export function handleUserException(
  error: unknown,
  context: RequestContext,
  handlers: readonly ErrorHandlers[],
): Maybe<Response> {
  const answer = askHandler(guard(error), context, handlers)
  if (answer !== undefined) return answer
  if (!(error instanceof HTTPException) || isTrapped(error, context)) throw error
  return errorPage(error, context)
}

/** Logs an error that no handler answered, and answers 500. Throws it again if `PROPAGATE_EXCEPTIONS` applies. */
export function handleUnexpected(
  error: unknown,
  context: RequestContext,
  handlers: readonly ErrorHandlers[],
): Maybe<Response> {
  if (propagates(context)) throw error
  context.app.logException(error, context)
  const failure = new InternalServerError(undefined, { cause: error })
  return askHandler(failure, context, handlers) ?? errorPage(failure, context)
}

/** Logs an error that came while another one was handled, and answers 500. Throws it again if `PROPAGATE_EXCEPTIONS` applies. */
export function lastResort(error: unknown, context: RequestContext): Response {
  if (propagates(context)) throw error
  context.app.logException(error, context)
  return errorPage(new InternalServerError(), context)
}

/** The answer of the nearest handler; `undefined` if there is none. */
function askHandler(
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

/** Keeps the headers of an error, such as `Allow` of a 405, in an answer of the same status that does not set them. */
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
