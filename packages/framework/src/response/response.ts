/** The response: a status, headers and a body. */
import { withCode, type HeaderList } from '@phial/core'
import { type SerializeOptions, stringifySetCookie } from 'cookie'
import type { ResponseBody } from './chunks.ts'
import { applyConditions, type ConditionalOptions, hashTag } from './conditional.ts'
import { formatETag } from '../fields/etags.ts'
import { BadRequest } from '../errors/http-errors.ts'
import { guard, guardStream, guardWithin } from '../helpers/guards.ts'
import { isPromise, type Maybe } from '../helpers/promises.ts'
import type { Request } from '../request/request.ts'
import { encodeLocation, indexOfHeader, ResponseFields } from './response-fields.ts'
import { escapeHtml, wellFormed } from '../helpers/markup.ts'
import { phraseOf } from '../errors/statuses.ts'
import { assertString } from '../helpers/arguments.ts'

/** Options of a new response. */
export interface ResponseOptions {
  /** `201`, or with its own reason phrase `'299 Odd'`. Default 200. */
  status?: number | string
  headers?: HeadersLike
}

/** Headers as pairs or as an object. */
export type HeadersLike =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>

/** A cookie's attributes. By default `Path=/`, `HttpOnly` and `SameSite=Lax`. */
export type CookieOptions = Omit<SerializeOptions, 'encode'>

/**
 * A response that has not been sent yet. A view returns one if a string or an object is not enough, and `afterRequest`
 * hooks receive each response before it is sent.
 *
 * ```ts
 * app.get('/feed', () => new Response(xml, { headers: { 'Content-Type': 'application/rss+xml' } }))
 * ```
 */
export class Response extends ResponseFields {
  #body: ResponseBody
  /** The entity tag that `addEtag` made from the body. */
  #tagOfBody: string | undefined
  /** The functions of `callOnClose`. */
  closers: (() => Maybe<void>)[] | undefined
  #status: number = 200
  #phrase: string | undefined

  constructor(body: ResponseBody = null, { status = 200, headers }: ResponseOptions = {}) {
    const list = headers === undefined ? [] : listOf(headers)
    if (indexOfHeader(list, 'Content-Type') === -1) list.push(['Content-Type', HTML])
    super(list)
    this.#body = typeof body === 'string' ? body : guardedBody(body)
    if (status !== 200) this.status = status
  }

  /** Returns a response with a value as JSON. Throws `TypeError` for a value that JSON cannot represent. */
  static json(value: unknown, { status = 200, headers }: ResponseOptions = {}): Response {
    return new Response(jsonText(value), { status, headers: withJsonType(headers) })
  }

  /** The body. Setting another one removes the tag of `addEtag`. If a stream fails before it is read, its error aborts the response. */
  get body(): ResponseBody {
    return this.#body
  }

  set body(body: ResponseBody) {
    this.#body = guardedBody(body)
    // A tag that was made from the old bytes is removed with them. A tag that the app set names a version, and stays.
    if (this.#tagOfBody === undefined) return
    if (this.etag === this.#tagOfBody) this.etag = undefined
    this.#tagOfBody = undefined
  }

  /** The status: `200`. It may be set with its own reason phrase: `'299 Odd'`. */
  get status(): number {
    return this.#status
  }

  set status(status: number | string) {
    ;[this.#status, this.#phrase] = readStatus(status)
  }

  /** The reason phrase: `OK`. */
  get statusText(): string {
    return this.#phrase ?? phraseOf(this.#status)
  }

  /** The status for the gateway: `200 OK`. */
  get statusLine(): string {
    return this.#status === 200 && this.#phrase === undefined
      ? '200 OK'
      : `${this.#status} ${this.statusText}`
  }

  /** Whether the body is a stream or a file. */
  get isStreamed(): boolean {
    const { body } = this
    return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
  }

  /**
   * Sets a cookie: `response.setCookie('theme', 'dark', { maxAge: 31_536_000 })`. `Secure` is added to cookies that
   * browsers accept only with it: those with `SameSite=None` or `Partitioned`, and those whose name starts with
   * `__Secure-` or `__Host-`. A dot before `domain` has no meaning and is removed. RFC 6265 §5.2.3
   *
   * Throws `TypeError` for a `__Host-` cookie with a `Domain` or with another path than `/`. RFC 6265bis §4.1.3
   */
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    const attributes = { path: '/', httpOnly: true, sameSite: 'lax', ...options } as const
    const secure = needsSecure(name, attributes) || attributes.secure === true
    guard(value)
    const text = wellFormed(value)
    const domain = options.domain?.replace(/^\./, '')
    const flags = domain === undefined ? attributes : { ...attributes, domain }
    const cookie = stringifySetCookie(name, text, { ...flags, secure })
    if (cookie.length > MAX_COOKIE) warnOfSize(name, cookie.length)
    this.headerList.push(['Set-Cookie', cookie])
  }

  /** Deletes a cookie on the client. `path` and `domain` must be those that it was set with. */
  deleteCookie(name: string, options: CookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0, expires: new Date(0) })
  }

  /** Runs a function once the response was sent or abandoned: `response.callOnClose(() => file.close())`. Its errors are ignored. */
  callOnClose(work: () => Maybe<void>): void {
    ;(this.closers ??= []).push(work)
  }

  /**
   * Sets the entity tag to a hash of the body, unless there is a tag. Throws `TypeError` for a streamed body, whose tag
   * must be set: `response.etag = version`.
   */
  addEtag({ weak = false }: { weak?: boolean } = {}): void {
    if (this.etag !== undefined) return
    const { body } = this
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
      throw withCode(
        'ERR_PHIAL_ETAG_BODY',
        new TypeError(
          'addEtag needs the whole body to hash it, and this body is streamed. Set response.etag to a version that the app knows.',
        ),
      )
    }
    this.etag = this.#tagOfBody = formatETag(hashTag(body), weak)
  }

  /**
   * Responds to a conditional request. Call it once the body, `etag` or `lastModified` are set. The response becomes a 304
   * if the client has this version, and with `acceptRanges` a 206 with the requested byte ranges.
   *
   * Throws `PreconditionFailed` if the condition names another version, and `RequestedRangeNotSatisfiable` for a range
   * outside of the body.
   *
   * ```ts
   * const response = new Response(report)
   * response.addEtag()
   * return response.makeConditional(request)
   * ```
   */
  makeConditional(request: Request, options: ConditionalOptions = {}): this {
    const tag = this.#tagOfBody
    this.#tagOfBody = undefined // a part of the body keeps the tag of the whole
    applyConditions(this, request, options)
    if (this.#status === 200) this.#tagOfBody = tag
    return this
  }
}

const HTML = 'text/html; charset=utf-8'

/** Adds an error handler to a body that can fail before it is read. */
function guardedBody(body: ResponseBody): ResponseBody {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return body
  if (isPromise(body)) return guard(body)
  guardStream(body)
  return body
}

/** Reports whether browsers reject a cookie without `Secure`. */
function needsSecure(
  name: string,
  { partitioned, sameSite, domain, path }: CookieOptions,
): boolean {
  if (/^__Host-/i.test(name) && (domain !== undefined || path !== '/')) {
    throw withCode(
      'ERR_PHIAL_COOKIE_PREFIX',
      new TypeError(
        `The cookie ${JSON.stringify(name)} has ${domain === undefined ? `the path ${JSON.stringify(path)}` : `the domain ${JSON.stringify(domain)}`}. Browsers accept a __Host- cookie only with Path=/ and without Domain. Omit path and domain, or choose another name.`,
      ),
    )
  }
  const isCrossSite = String(sameSite).toLowerCase() === 'none'
  return partitioned === true || isCrossSite || /^__(?:Host|Secure)-/i.test(name)
}

/** The longest cookie that browsers accept, with its attributes, in bytes. */
const MAX_COOKIE = 4093

function warnOfSize(name: string, size: number): void {
  process.emitWarning(
    `The cookie ${JSON.stringify(name)} is ${size} bytes long with its attributes. Browsers silently reject cookies longer than ${MAX_COOKIE} bytes.`,
    { code: 'PHIAL_COOKIE_SIZE' },
  )
}

/** Returns the headers with the media type of JSON, unless they have a type. */
export function withJsonType(given: HeadersLike | undefined): HeadersLike {
  if (given === undefined) return JSON_TYPE
  const list = listOf(given)
  return indexOfHeader(list, 'Content-Type') === -1 ? [...list, ...JSON_TYPE] : list
}

const JSON_TYPE = Object.freeze([['Content-Type', 'application/json']] as const)

/** Returns a value as JSON. Throws `TypeError` for a value that JSON cannot represent. */
export function jsonText(value: unknown): string {
  const text = guardedText(value, (one) => JSON.stringify(one) as string | undefined)
  if (text !== undefined) return text
  throw withCode(
    'ERR_PHIAL_JSON_IMPOSSIBLE',
    new TypeError(`JSON cannot represent ${typeof value}.`),
  )
}

/**
 * Writes a value as JSON, and guards the promises and streams in it. It searches for them only if the text may have one:
 * JSON writes a promise as `{}`, and a Node stream with its `_events`.
 */
export function guardedText<Text extends string | undefined>(
  value: unknown,
  write: (value: unknown) => Text,
): Text {
  let text: string | undefined = '{}'
  try {
    const written = write(value)
    text = written
    return written
  } finally {
    if (text !== undefined && (text.includes('{}') || text.includes('_events'))) guardWithin(value)
  }
}

/** Returns headers as a new list of pairs. `bench/peers`, "hello" */
export function listOf(headers: HeadersLike): HeaderList {
  const list: HeaderList = []
  if (Symbol.iterator in headers) {
    for (const [name, value] of headers) list.push([name, guard(value)])
  } else {
    for (const name of Object.keys(headers)) list.push([name, guard(headers[name] as string)])
  }
  return list
}

function readStatus(status: number | string): [code: number, phrase: string | undefined] {
  if (typeof status === 'number' && isFinalStatus(status)) return [status, undefined]
  guard(status)
  const [, code = '', phrase] = /^(\d{3})(?: (.*))?$/.exec(String(status)) ?? []
  if (code >= '200' && code <= '599') return [Number(code), phrase]
  throw withCode(
    'ERR_PHIAL_STATUS_INVALID',
    new RangeError(
      `Expected a status from 200 to 599, such as 201 or '299 Odd', received ${JSON.stringify(status)}.`,
    ),
  )
}

/** Reports whether a number is a final status, from 200 to 599. */
export function isFinalStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599
}

/** Reports whether responses with this status have no content. RFC 9110 §15 */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/**
 * Returns a redirect. The default status is 303 (See Other): the browser sends a GET to the new URL, regardless of
 * the method of its request.
 *
 * Throws `BadRequest` for a URL that starts with `//`, to prevent an open redirect: browsers read it as another host. To
 * redirect to another host, include the scheme. Also throws it for `javascript:`, `data:` and `vbscript:`. Throws
 * `RangeError` for a status that is not a redirect.
 *
 * ```ts
 * return redirect(urlFor('index'))
 * ```
 */
export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): Response {
  assertString('redirect(location)', location)
  const target = encodeLocation(location)
  if (target.startsWith('//')) {
    throw new BadRequest(
      `${JSON.stringify(location)} would lead to another host. If that is intended, include the scheme.`,
    )
  }
  if (/^(?:javascript|data|vbscript):/i.test(target)) {
    throw new BadRequest(
      `${JSON.stringify(location)} is code and not an address. Redirect to a path, or to a URL with http or https.`,
    )
  }
  if (!REDIRECTS.has(status)) {
    throw withCode(
      'ERR_PHIAL_STATUS_INVALID',
      new RangeError(
        `redirect: expected the status 301, 302, 303, 307 or 308, received ${String(status)}.`,
      ),
    )
  }
  const shown = escapeHtml(target)
  const page = `<!doctype html>\n<html lang="en">\n<title>${phraseOf(status)}</title>\n<p>You are being sent to <a href="${shown}">${shown}</a>.\n`
  return new Response(page, { status, headers: { Location: target } })
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
