/** Views and hooks, and what they may return. */
import type { AppContext, RequestContext } from '../context/context.ts'
import type { Maybe } from '../helpers/promises.ts'
import type { Chunks } from '../response/chunks.ts'
import type { Response as PhialResponse } from '../response/response.ts'

type PlatformResponse = globalThis.Response

/**
 * What a view may return. The type of the value decides, never its content:
 *
 * - a string: HTML
 * - bytes
 * - a plain object or an array: JSON
 * - a generator, an iterator or a stream of strings and bytes: sent as they come
 * - a `Response`, Phial's or the platform's
 * - a gateway application, or another app: it is called
 *
 * To set a status or headers, return `makeResponse(body, status, headers)`.
 */
export type Answer =
  | string
  | Uint8Array
  | PhialResponse
  | PlatformResponse
  | Chunks
  | readonly unknown[]
  | object

/** Answers a request. It is given the values of the path, and the request's context. */
export type ViewFunction<Values = Record<string, unknown>> = (
  values: Values,
  context: RequestContext,
) => Maybe<Answer>

/**
 * Runs before the view. If it returns a `Response`, that is the answer, and the view does not run.
 * `makeResponse` makes one; any other value is an error.
 */
export type BeforeRequest = (
  context: RequestContext,
) => Maybe<PhialResponse | PlatformResponse | undefined | void>

/** Runs when the request has ended, with the error that no handler answered, if there was one. */
export type TeardownRequest = (error: unknown, context: RequestContext) => Maybe<void>

/** Runs when a context has ended, with the error that no handler answered, if there was one. */
export type TeardownAppContext = (error: unknown, context: AppContext) => Maybe<void>

/** Adds to the data of every template. What a view passes takes precedence. */
export type ContextProcessor = () => object
