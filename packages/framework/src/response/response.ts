/**
 * What is answered: a status, headers and a body, until it is sent.
 */
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

/** How a response is made. */
export interface ResponseOptions {
  /** `201`, or with words of its own `'299 Odd'`. Default 200. */
  status?: number | string
  headers?: HeadersLike
}

/** Headers in any usual form. */
export type HeadersLike =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>

/** A cookie's attributes. By default `Path=/`, `HttpOnly` and `SameSite=Lax`. */
export type CookieOptions = Omit<SerializeOptions, 'encode'>

/**
 * An answer in the making. A view returns one when a string or an object does not say enough;
 * `afterRequest` gets each before it is sent.
 *
 * ```ts
 * app.get('/feed', () => new Response(xml, { headers: { 'Content-Type': 'application/rss+xml' } }))
 * ```
 */
export class Response extends ResponseFields {
  #body: ResponseBody
  /** The tag that `addEtag` made of the body. */
  #tagOfBody: string | undefined
  /** What `callOnClose` was given. */
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

  /** An answer with a value as JSON. Raises `TypeError` for what JSON cannot hold. */
  static json(value: unknown, { status = 200, headers }: ResponseOptions = {}): Response {
    return new Response(jsonText(value), { status, headers: withJsonType(headers) })
  }

  /** What is sent. Setting another body takes the tag of `addEtag` away. A stream may fail before it is read: its error then breaks the answer off. */
  get body(): ResponseBody {
    return this.#body
  }

  set body(body: ResponseBody) {
    this.#body = guardedBody(body)
    // A tag that was made of other bytes goes with them. One that the app set is about a version, and stays.
    if (this.#tagOfBody === undefined) return
    if (this.etag === this.#tagOfBody) this.etag = undefined
    this.#tagOfBody = undefined
  }

  /** The status: `200`. May be set, with words of one's own too: `'299 Odd'`. */
  get status(): number {
    return this.#status
  }

  set status(status: number | string) {
    ;[this.#status, this.#phrase] = readStatus(status)
  }

  /** The status in words: `OK`. */
  get statusText(): string {
    return this.#phrase ?? phraseOf(this.#status)
  }

  /** The status as the gateway wants it: `200 OK`. */
  get statusLine(): string {
    return this.#status === 200 && this.#phrase === undefined
      ? '200 OK'
      : `${this.#status} ${this.statusText}`
  }

  /** Whether the body comes bit by bit. */
  get isStreamed(): boolean {
    const { body } = this
    return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
  }

  /**
   * Sets a cookie: `response.setCookie('theme', 'dark', { maxAge: 31_536_000 })`. A cookie that browsers
   * accept only with `Secure` has it: one with `SameSite=None` or `Partitioned`, and one whose name starts
   * with `__Secure-` or `__Host-`. A dot before `domain` is left out, as it means nothing. RFC 6265 §5.2.3
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

  /** Asks the client to forget a cookie. `path` and `domain` have to be those that it was set with. */
  deleteCookie(name: string, options: CookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0, expires: new Date(0) })
  }

  /** Runs a function once the answer was sent or given up: `response.callOnClose(() => file.close())`. What it throws is dropped. */
  callOnClose(work: () => Maybe<void>): void {
    ;(this.closers ??= []).push(work)
  }

  /**
   * Gives what is sent a tag by its bytes, unless it has one. Raises `TypeError` for a streamed body,
   * which has to be given one: `response.etag = version`.
   */
  addEtag({ weak = false }: { weak?: boolean } = {}): void {
    if (this.etag !== undefined) return
    const { body } = this
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
      throw withCode(
        'ERR_PHIAL_ETAG_BODY',
        new TypeError(
          'addEtag makes a hash of the whole body, and this one is not there as a whole. Set response.etag to a version of your own.',
        ),
      )
    }
    this.etag = this.#tagOfBody = formatETag(hashTag(body), weak)
  }

  /**
   * Answers a request that has conditions, once the body, `etag` or `lastModified` are set: with a 304
   * if the client has this version; with `acceptRanges`, with the part that it asks for, as a 206.
   *
   * Raises `PreconditionFailed` if the client means another version, `RequestedRangeNotSatisfiable`
   * for a part outside of the whole.
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

/** Gives a body that can fail before it is read a handler for its error. */
function guardedBody(body: ResponseBody): ResponseBody {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return body
  if (isPromise(body)) return guard(body)
  guardStream(body)
  return body
}

/** Whether browsers drop a cookie that is not `Secure`. */
function needsSecure(
  name: string,
  { partitioned, sameSite, domain, path }: CookieOptions,
): boolean {
  if (/^__Host-/i.test(name) && (domain !== undefined || path !== '/')) {
    throw withCode(
      'ERR_PHIAL_COOKIE_PREFIX',
      new TypeError(
        `The cookie ${JSON.stringify(name)} has ${domain === undefined ? `the path ${JSON.stringify(path)}` : `the domain ${JSON.stringify(domain)}`}. Browsers accept a __Host- cookie only with Path=/ and without Domain. Leave them out, or choose another name.`,
      ),
    )
  }
  const isCrossSite = String(sameSite).toLowerCase() === 'none'
  return partitioned === true || isCrossSite || /^__(?:Host|Secure)-/i.test(name)
}

/** What browsers keep of a cookie, its attributes included, is no longer. */
const MAX_COOKIE = 4093

function warnOfSize(name: string, size: number): void {
  process.emitWarning(
    `The cookie ${JSON.stringify(name)} is ${size} bytes long with its attributes; browsers drop those beyond ${MAX_COOKIE} without a word.`,
    { code: 'PHIAL_COOKIE_SIZE' },
  )
}

/** Headers that say that the body is JSON, unless they say another type. */
export function withJsonType(given: HeadersLike | undefined): HeadersLike {
  if (given === undefined) return JSON_TYPE
  const list = listOf(given)
  return indexOfHeader(list, 'Content-Type') === -1 ? [...list, ...JSON_TYPE] : list
}

const JSON_TYPE = Object.freeze([['Content-Type', 'application/json']] as const)

/** A value as JSON. Raises `TypeError` for what JSON cannot hold. */
export function jsonText(value: unknown): string {
  const text = guardedText(value, (one) => JSON.stringify(one) as string | undefined)
  if (text !== undefined) return text
  throw withCode(
    'ERR_PHIAL_JSON_IMPOSSIBLE',
    new TypeError(`JSON has no way to write ${typeof value}.`),
  )
}

/**
 * Writes a value as JSON and guards the promises and streams in it. They are looked for only if the text
 * could have one: JSON writes a promise as `{}` and a Node stream with its `_events`.
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

/** Headers in any usual form, as a new list. `bench/peers`, "hello" */
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
      `${JSON.stringify(status)} is no status of an answer. Give a number from 200 to 599, or one with words: '299 Odd'.`,
    ),
  )
}

/** Whether a number is a status that can end a request. */
export function isFinalStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599
}

/** Whether an answer of this status has no content. RFC 9110 §15 */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/**
 * An answer that sends the client elsewhere: 303 (See Other) if not said otherwise, so that the
 * browser gets the new address, whatever it was that it sent.
 *
 * Throws `BadRequest` if the address starts with `//`, which a browser reads as another host, or with `javascript:`,
 * `data:` or `vbscript:`, so an address from the client cannot do harm by these. Write another host with its scheme.
 * Throws `RangeError` for another status.
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
      `${JSON.stringify(location)} would lead to another host. If it is meant to, write it with its scheme.`,
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
