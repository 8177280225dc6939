/** The types of views and hooks, and of their return values. */
import type { AppContext, RequestContext } from '../context/context.ts'
import type { Maybe } from '../helpers/promises.ts'
import type { Chunks } from '../response/chunks.ts'
import type { Response as PhialResponse } from '../response/response.ts'

type PlatformResponse = globalThis.Response

/**
 * The return value of a view. Its type decides how it is sent, never its content:
 *
 * - a string: HTML
 * - bytes
 * - a plain object or an array: JSON
 * - a generator, an iterator or a stream of strings and bytes: sent chunk by chunk
 * - a `Response`, Phial's or the platform's
 * - a gateway application, or another app: called with the request
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

/** Responds to a request. It receives the values of the path and the request's context. */
export type ViewFunction<Values = Record<string, unknown>> = (
  values: Values,
  context: RequestContext,
) => Maybe<Answer>

/**
 * Runs before the view. If it returns a `Response`, for example from `makeResponse`, that is sent, and the view does not
 * run. Any other value is an error.
 */
export type BeforeRequest = (
  context: RequestContext,
) => Maybe<PhialResponse | PlatformResponse | undefined | void>

/** Runs when the request has ended, with the unhandled error if there was one. */
export type TeardownRequest = (error: unknown, context: RequestContext) => Maybe<void>

/** Runs when a context has ended, with the unhandled error if there was one. */
export type TeardownAppContext = (error: unknown, context: AppContext) => Maybe<void>

/** Adds to the data of every template. Values from the view take precedence. */
export type ContextProcessor = () => object
