/** Views, and what they may answer. */
import type { AppContext, RequestContext } from '../context.ts'
import type { Maybe } from '../maybe.ts'
import type { Chunks } from '../response/chunks.ts'
import type { HeadersLike, Response as PhialResponse } from '../response/response.ts'

type PlatformResponse = globalThis.Response

/** What may have headers beside it without a status; with data, a plain object would be the second row of a list. */
export type HeadedBody = string | Uint8Array | PhialResponse | PlatformResponse | Chunks

/** What an answer is made of, without a status. */
export type AnswerBody =
  | string
  | Uint8Array
  | PhialResponse
  | PlatformResponse
  | Chunks
  | readonly unknown[]
  | object

/**
 * What a view may return:
 *
 * - a string: HTML
 * - bytes
 * - a plain object or an array: JSON. An array of two or three that could be one of the next two, is.
 * - `[body, status]`
 * - `[body, status, headers]`
 * - `[body, headers]`, where the body is no data or the headers are `Headers`
 * - a generator, an iterator or a stream of strings and bytes: sent as they come
 * - a `Response`, Phial's or the platform's
 * - a gateway application, or another app: it is called
 */
export type Answer =
  | AnswerBody
  | readonly [body: AnswerBody, status: number | string]
  | readonly [body: AnswerBody, status: number | string, headers: HeadersLike]

/** What answers a request: gets the values out of the path, and the request's context. */
export type ViewFunction<Values = Record<string, unknown>> = (
  values: Values,
  context: RequestContext,
) => Maybe<Answer>

/** Runs before the view. What it returns, if anything, is the answer, and the view is not asked. */
export type BeforeRequest = (context: RequestContext) => Maybe<Answer | undefined | void>

/** Runs after the view, also after errors. May change the response, or return another. */
export type AfterRequest = (
  response: PhialResponse,
  context: RequestContext,
) => Maybe<PhialResponse | undefined | void>

/** Runs when all is over, with the error that no handler took, if there was one. */
export type TeardownRequest = (error: unknown, context: RequestContext) => Maybe<void>

/** Runs when a context is over, with the error that nobody took, if there was one. */
export type TeardownAppContext = (error: unknown, context: AppContext) => Maybe<void>

/** Adds to what every template is given. What a view gives by itself comes first. */
export type ContextProcessor = () => object
