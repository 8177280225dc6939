/**
 * The errors that are answers: raise one in a view, and the client is told its status.
 */
import { phraseOf } from './statuses.ts'

/** What an error may say beside its description. */
export interface HTTPExceptionOptions extends ErrorOptions {
  /** Sent with the error page. */
  headers?: Readonly<Record<string, string>>
  /** 405: the methods that the path has, for `Allow`. */
  validMethods?: readonly string[]
  /** 401: how to authenticate, for `WWW-Authenticate`: `Basic realm="site"`. */
  wwwAuthenticate?: string
  /** 429 and 503: when to come again, in seconds or as a date, for `Retry-After`. */
  retryAfter?: number | Date
  /** More members for the problem details that clients of an API get. With them, only a client that asks for HTML gets a page. */
  details?: Readonly<Record<string, unknown>>
  /** 416: how long the whole is, for `Content-Range`. */
  length?: number
}

/**
 * An error with a status. Its subclasses have theirs: `new NotFound('No such post')`.
 *
 * ```ts
 * if (post === undefined) throw new NotFound(`There is no post ${id}`)
 * ```
 */
export class HTTPException extends Error {
  /** The status of the class. */
  static readonly code: number = 500
  /** The status. */
  readonly code: number
  /** The status in words: `Not Found`. */
  override readonly name: string
  /** What the client is told. */
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
  /** More members for the problem details, if there are any. */
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

/** What a client is told that nothing else was said to. */
function descriptionOf(code: number): string {
  return DESCRIPTIONS.get(code) ?? `The server answered ${code} ${phraseOf(code)}.`
}

const DESCRIPTIONS: ReadonlyMap<number, string> = new Map([
  [400, 'The server could not understand the request.'],
  [401, 'You have to sign in to see this.'],
  [403, 'You are not allowed to see this.'],
  [404, 'There is nothing at this address. Check it for a typing error.'],
  [405, 'This address does not answer this method.'],
  [406, 'This address has no form of its content that your client accepts.'],
  [408, 'The request took too long to arrive.'],
  [409, 'The request does not fit the present state of what it is about.'],
  [410, 'What was at this address is gone for good.'],
  [411, 'The request has to say how long its body is.'],
  [412, 'A condition of the request is not met.'],
  [413, 'The request is larger than this server accepts.'],
  [414, 'The address is longer than this server accepts.'],
  [415, 'The server does not accept this type of content here.'],
  [416, 'The range asked for lies outside of the content.'],
  [417, 'The server cannot do what the Expect header asks for.'],
  [418, 'This server is a teapot, not a coffee machine.'],
  [421, 'This server does not answer for that host.'],
  [422, 'The request was understood, but what it says cannot be processed.'],
  [423, 'This is locked.'],
  [424, 'Another request that this one depends on failed.'],
  [428, 'The request has to be made conditional.'],
  [429, 'Too many requests. Wait a while, then try again.'],
  [431, 'A header of the request is larger than this server accepts.'],
  [451, 'This cannot be shown for legal reasons.'],
  [500, 'The server met an error and could not answer. The fault is not yours.'],
  [501, 'The server cannot do this.'],
  [502, 'A server behind this one gave an answer that makes no sense.'],
  [503, 'The server cannot answer just now. Try again in a while.'],
  [504, 'A server behind this one did not answer in time.'],
  [505, 'The server does not speak this version of HTTP.'],
])

/** 400: the request cannot be understood. */
export class BadRequest extends HTTPException {
  static override readonly code = 400
}
/** 401: nobody has signed in. `wwwAuthenticate` says how to. */
export class Unauthorized extends HTTPException {
  static override readonly code = 401
}
/** 403: whoever asks is not allowed to. */
export class Forbidden extends HTTPException {
  static override readonly code = 403
}
/** 404: there is nothing at this address. */
export class NotFound extends HTTPException {
  static override readonly code = 404
}
/** 405: this address does not answer this method. `validMethods` are those that it does. */
export class MethodNotAllowed extends HTTPException {
  static override readonly code = 405
}
/** 406: there is no form of this that the client accepts. */
export class NotAcceptable extends HTTPException {
  static override readonly code = 406
}
/** 408: the request took too long to arrive. */
export class RequestTimeout extends HTTPException {
  static override readonly code = 408
}
/** 409: the request does not fit the present state of what it is about. */
export class Conflict extends HTTPException {
  static override readonly code = 409
}
/** 410: what was here is gone for good. */
export class Gone extends HTTPException {
  static override readonly code = 410
}
/** 411: the request has to say how long its body is. */
export class LengthRequired extends HTTPException {
  static override readonly code = 411
}
/** 412: a condition of the request is not met. */
export class PreconditionFailed extends HTTPException {
  static override readonly code = 412
}
/** 413: the request is larger than what is taken. */
export class RequestEntityTooLarge extends HTTPException {
  static override readonly code = 413
}
/** 414: the address is longer than what is taken. */
export class RequestURITooLarge extends HTTPException {
  static override readonly code = 414
}
/** 415: content of this type is not taken here. */
export class UnsupportedMediaType extends HTTPException {
  static override readonly code = 415
}
/** 416: the range that was asked for lies outside. `length` is that of the whole. */
export class RequestedRangeNotSatisfiable extends HTTPException {
  static override readonly code = 416
}
/** 417: what `Expect` asks for cannot be done. */
export class ExpectationFailed extends HTTPException {
  static override readonly code = 417
}
/** 418: a teapot was asked for coffee. */
export class ImATeapot extends HTTPException {
  static override readonly code = 418
}
/** 421: the request is for a host that this server does not answer for. */
export class MisdirectedRequest extends HTTPException {
  static override readonly code = 421
}
/** 422: the request was understood, and what it says cannot be processed. */
export class UnprocessableEntity extends HTTPException {
  static override readonly code = 422
}
/** 423: this is locked. */
export class Locked extends HTTPException {
  static override readonly code = 423
}
/** 424: another request that this one depends on failed. */
export class FailedDependency extends HTTPException {
  static override readonly code = 424
}
/** 428: the request has to be made conditional. */
export class PreconditionRequired extends HTTPException {
  static override readonly code = 428
}
/** 429: too many requests. `retryAfter` says when to come again. */
export class TooManyRequests extends HTTPException {
  static override readonly code = 429
}
/** 431: a header of the request is larger than what is taken. */
export class RequestHeaderFieldsTooLarge extends HTTPException {
  static override readonly code = 431
}
/** 451: this must not be shown, for legal reasons. */
export class UnavailableForLegalReasons extends HTTPException {
  static override readonly code = 451
}
/** 500: an error that no handler answered; `cause` is that error. */
export class InternalServerError extends HTTPException {
  static override readonly code = 500

  /** The error that no handler answered: `cause`, by Flask's name. */
  get originalException(): unknown {
    return this.cause
  }
}
/** 501: the server cannot do this. */
export class NotImplemented extends HTTPException {
  static override readonly code = 501
}
/** 502: a server behind this one gave an answer that makes no sense. */
export class BadGateway extends HTTPException {
  static override readonly code = 502
}
/** 503: not just now. `retryAfter` says when to come again. */
export class ServiceUnavailable extends HTTPException {
  static override readonly code = 503
}
/** 504: a server behind this one did not answer in time. */
export class GatewayTimeout extends HTTPException {
  static override readonly code = 504
}
/** 505: the request is in a version of HTTP that is not spoken here. */
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

/** The class of a status, if it is an error that has one. */
export function exceptionOf(code: number): typeof HTTPException | undefined {
  return CLASSES.find((one) => one.code === code)
}
