/** HTTP errors. A view throws an HTTP error to respond with its status. */
import { phraseOf } from './statuses.ts'

/** Options of an HTTP error. */
export interface HTTPExceptionOptions extends ErrorOptions {
  /** Headers of the response. */
  headers?: Readonly<Record<string, string>>
  /** 405: the supported methods, for `Allow`. */
  validMethods?: readonly string[]
  /** 401: the value of `WWW-Authenticate`, such as `Basic realm="site"`. */
  wwwAuthenticate?: string
  /** 429 and 503: when to retry, in seconds or as a date, for `Retry-After`. */
  retryAfter?: number | Date
  /** Extension members for problem details (RFC 9457). If set, only a client that asks for HTML gets an HTML page. */
  details?: Readonly<Record<string, unknown>>
  /** 416: the length of the whole content in bytes, for `Content-Range`. */
  length?: number
}

/**
 * An error with an HTTP status. Each subclass has its own status: `new NotFound('No such post')`.
 *
 * ```ts
 * if (post === undefined) throw new NotFound(`Post ${id} does not exist`)
 * ```
 */
export class HTTPException extends Error {
  /** The status of this class. Default 500. */
  static readonly code: number = 500
  /** The status of this error. */
  readonly code: number
  /** The reason phrase: `Not Found`. */
  override readonly name: string
  /** The description that the client receives. */
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
  /** Extension members for problem details. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(description?: string, options: HTTPExceptionOptions = {}) {
    const { code } = new.target
    super(description ?? descriptionOf(code), options)
    this.code = code
    this.name = phraseOf(code)
    this.description = this.message
    this.headers = headersOf(options)
    this.details = options.details
  }
}

function headersOf(options: HTTPExceptionOptions): Record<string, string> {
  const { validMethods, wwwAuthenticate, retryAfter, length } = options
  return {
    ...(validMethods && { Allow: validMethods.join(', ') }),
    ...(wwwAuthenticate !== undefined && { 'WWW-Authenticate': wwwAuthenticate }),
    ...(retryAfter !== undefined && { 'Retry-After': whenOf(retryAfter) }),
    ...(length !== undefined && { 'Content-Range': `bytes */${length}` }),
    ...options.headers,
  }
}

function whenOf(retryAfter: number | Date): string {
  return typeof retryAfter === 'number' ? String(Math.ceil(retryAfter)) : retryAfter.toUTCString()
}

/** Returns the default description of a status. */
function descriptionOf(code: number): string {
  return DESCRIPTIONS.get(code) ?? `The server responded with ${code} ${phraseOf(code)}.`
}

const DESCRIPTIONS: ReadonlyMap<number, string> = new Map([
  [400, 'The server could not understand the request.'],
  [401, 'Sign in to access this page.'],
  [403, 'You do not have permission to access this page.'],
  [404, 'No page was found at this address. Check the spelling.'],
  [405, 'This address does not support the method of the request.'],
  [406, 'This address has no representation that your client accepts.'],
  [408, 'The request took too long to arrive.'],
  [409, 'The request conflicts with the current state of the resource.'],
  [410, 'The page at this address has been permanently removed.'],
  [411, 'The request must declare the length of its body.'],
  [412, 'A precondition of the request failed.'],
  [413, 'The request is larger than this server accepts.'],
  [414, 'The address is longer than this server accepts.'],
  [415, 'This address does not accept this type of content.'],
  [416, 'The requested range is outside of the content.'],
  [417, 'The server cannot meet the expectation in the Expect header.'],
  [418, 'This server is a teapot, not a coffee machine.'],
  [421, 'This server does not serve the requested host.'],
  [422, 'The request was understood, but its content cannot be processed.'],
  [423, 'This resource is locked.'],
  [424, 'The request failed because another request that it depends on failed.'],
  [428, 'The request must have a precondition, such as If-Match.'],
  [429, 'Too many requests. Wait a moment and try again.'],
  [431, 'The header fields of the request are larger than this server accepts.'],
  [451, 'This page is not available for legal reasons.'],
  [500, 'The server encountered an error and could not complete the request.'],
  [501, 'The server does not support this function.'],
  [502, 'An upstream server sent an invalid response.'],
  [503, 'The server is temporarily unavailable. Try again later.'],
  [504, 'An upstream server did not respond in time.'],
  [505, 'The server does not support this version of HTTP.'],
])

/** 400: the request is malformed. */
export class BadRequest extends HTTPException {
  static override readonly code = 400
}
/** 401: the client is not authenticated. Set `wwwAuthenticate` to the required scheme. */
export class Unauthorized extends HTTPException {
  static override readonly code = 401
}
/** 403: the client is not authorized. */
export class Forbidden extends HTTPException {
  static override readonly code = 403
}
/** 404: no resource has this URL. */
export class NotFound extends HTTPException {
  static override readonly code = 404
}
/** 405: the resource does not support the method. Set `validMethods` to the supported ones. */
export class MethodNotAllowed extends HTTPException {
  static override readonly code = 405
}
/** 406: no representation of the resource is acceptable to the client. */
export class NotAcceptable extends HTTPException {
  static override readonly code = 406
}
/** 408: the request took too long to arrive. */
export class RequestTimeout extends HTTPException {
  static override readonly code = 408
}
/** 409: the request conflicts with the current state of the resource. */
export class Conflict extends HTTPException {
  static override readonly code = 409
}
/** 410: the resource has been permanently removed. */
export class Gone extends HTTPException {
  static override readonly code = 410
}
/** 411: the request does not declare the length of its body. */
export class LengthRequired extends HTTPException {
  static override readonly code = 411
}
/** 412: a precondition of the request failed. */
export class PreconditionFailed extends HTTPException {
  static override readonly code = 412
}
/** 413: the request is larger than the server accepts. */
export class RequestEntityTooLarge extends HTTPException {
  static override readonly code = 413
}
/** 414: the URL is longer than the server accepts. */
export class RequestURITooLarge extends HTTPException {
  static override readonly code = 414
}
/** 415: the media type of the request is not supported. */
export class UnsupportedMediaType extends HTTPException {
  static override readonly code = 415
}
/** 416: the requested range is outside of the content. Set `length` to the length of the whole content. */
export class RequestedRangeNotSatisfiable extends HTTPException {
  static override readonly code = 416
}
/** 417: the server cannot meet the expectation in `Expect`. */
export class ExpectationFailed extends HTTPException {
  static override readonly code = 417
}
/** 418: the server is a teapot. RFC 2324 */
export class ImATeapot extends HTTPException {
  static override readonly code = 418
}
/** 421: the server does not serve the requested host. */
export class MisdirectedRequest extends HTTPException {
  static override readonly code = 421
}
/** 422: the request was understood, but its content cannot be processed. */
export class UnprocessableEntity extends HTTPException {
  static override readonly code = 422
}
/** 423: the resource is locked. */
export class Locked extends HTTPException {
  static override readonly code = 423
}
/** 424: another request that this one depends on failed. */
export class FailedDependency extends HTTPException {
  static override readonly code = 424
}
/** 428: the request must be conditional. */
export class PreconditionRequired extends HTTPException {
  static override readonly code = 428
}
/** 429: the client sent too many requests. Set `retryAfter` to the time to wait. */
export class TooManyRequests extends HTTPException {
  static override readonly code = 429
}
/** 431: the header fields of the request are too large. */
export class RequestHeaderFieldsTooLarge extends HTTPException {
  static override readonly code = 431
}
/** 451: the resource is not available for legal reasons. */
export class UnavailableForLegalReasons extends HTTPException {
  static override readonly code = 451
}
/** 500: an error that no handler handled, which is the `cause`. */
export class InternalServerError extends HTTPException {
  static override readonly code = 500

  /** The unhandled error. The same as `cause`, with Flask's name. */
  get originalException(): unknown {
    return this.cause
  }
}
/** 501: the server does not support the function. */
export class NotImplemented extends HTTPException {
  static override readonly code = 501
}
/** 502: an upstream server sent an invalid response. */
export class BadGateway extends HTTPException {
  static override readonly code = 502
}
/** 503: the server is temporarily unavailable. Set `retryAfter` to the time to wait. */
export class ServiceUnavailable extends HTTPException {
  static override readonly code = 503
}
/** 504: an upstream server did not respond in time. */
export class GatewayTimeout extends HTTPException {
  static override readonly code = 504
}
/** 505: the server does not support the HTTP version of the request. */
export class HTTPVersionNotSupported extends HTTPException {
  static override readonly code = 505
}

const CLASSES: readonly (typeof HTTPException)[] = [
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  NotAcceptable,
  RequestTimeout,
  Conflict,
  Gone,
  LengthRequired,
  PreconditionFailed,
  RequestEntityTooLarge,
  RequestURITooLarge,
  UnsupportedMediaType,
  RequestedRangeNotSatisfiable,
  ExpectationFailed,
  ImATeapot,
  MisdirectedRequest,
  UnprocessableEntity,
  Locked,
  FailedDependency,
  PreconditionRequired,
  TooManyRequests,
  RequestHeaderFieldsTooLarge,
  UnavailableForLegalReasons,
  InternalServerError,
  NotImplemented,
  BadGateway,
  ServiceUnavailable,
  GatewayTimeout,
  HTTPVersionNotSupported,
]

/** Returns the class for a status; `undefined` if the status has none. */
export function exceptionOf(code: number): typeof HTTPException | undefined {
  return CLASSES.find((exception) => exception.code === code)
}
