/**
 * What becomes of an error on its way: a handler's answer, the error's own page, or a 500.
 *
 * Handlers are asked once for the error and, if nobody took it, once for the 500 that it becomes. An
 * error meanwhile is answered by the last resort, which asks nothing of the app's any more.
 */
import { toResponse } from './answers.ts'
import type { RequestContext } from '../context.ts'
import { errorResponse } from './error-pages.ts'
import { type ErrorHandlers, findHandler } from './errors.ts'
import { BadRequest, HTTPException, InternalServerError } from '../errors/http-errors.ts'
import { andThen, type Maybe } from '../maybe.ts'
import type { Response } from '../response/response.ts'
import { gotRequestException } from '../signals.ts'

/** The answer to an error that was raised on purpose, or has a handler. Any other goes on. */
export function handle(error: unknown, context: RequestContext): Maybe<Response> {
  const answer = askHandler(error, context)
  if (answer !== undefined) return answer
  if (!(error instanceof HTTPException) || isTrapped(error, context)) throw error
  return errorPage(error, context)
}

/** The answer to an error that nobody took: logged, and a 500. Goes on if errors do. */
export function handleUnexpected(error: unknown, context: RequestContext): Maybe<Response> {
  const { app } = context
  if (gotRequestException.hasReceivers) gotRequestException.send(app, { exception: error, context })
  if (propagates(context)) throw error
  app.logException(error, context)
  const failure = new InternalServerError(undefined, { cause: error })
  return askHandler(failure, context) ?? errorPage(failure, context)
}

/** The answer to an error while another one was handled. Goes on if errors do. */
export function lastResort(error: unknown, context: RequestContext): Response {
  if (propagates(context)) throw error
  context.app.logException(error, context)
  return errorPage(new InternalServerError(), context)
}

/** What the nearest handler answers, if there is one. */
function askHandler(error: unknown, context: RequestContext): Maybe<Response> | undefined {
  const known = error instanceof HTTPException ? error : undefined
  if (known?.response !== undefined) return known.response
  const handler = findHandler(error, handlersFor(context))
  if (handler === undefined) return undefined
  return andThen(handler(error, context), (result) =>
    result instanceof HTTPException
      ? errorPage(result, context)
      : toResponse(result, 'An error handler', known?.code ?? 500),
  )
}

/** Those of the rule's blueprints; where there is no rule, of the blueprints that the path is under. */
function handlersFor({ app, request, way }: RequestContext): readonly ErrorHandlers[] {
  return request.endpoint === undefined ? app.scopes.handlersUnder(request) : way.errors
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
  const accept = request.environ['HTTP_ACCEPT']
  return errorResponse(error, typeof accept === 'string' ? accept : undefined)
}
