/**
 * What is answered: a status, headers and a body, until it is sent.
 */
import { type HeaderList, Headers, isHopByHop } from '@phial/core'
import { type SerializeOptions, stringifySetCookie } from 'cookie'
import { BadRequest } from './http-errors.ts'
import { phraseOf } from './statuses.ts'

/** Chunks of a body that comes bit by bit: text or bytes. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** What a response may carry: text, bytes, chunks, or nothing. */
export type ResponseBody = string | Uint8Array | Chunks | null

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
export class Response {
  /** The headers as the gateway wants them, in the order in which they are sent. */
  readonly headerList: HeaderList
  body: ResponseBody
  #headers: Headers | undefined
  #status: number
  #phrase: string | undefined

  constructor(body: ResponseBody = null, { status = 200, headers }: ResponseOptions = {}) {
    this.headerList = headers === undefined ? [] : listOf(headers)
    this.body = body
    ;[this.#status, this.#phrase] = readStatus(status)
    if (headers === undefined || !this.headers.has('Content-Type')) {
      this.headerList.push(['Content-Type', 'text/html; charset=utf-8'])
    }
  }

  /** The headers, found by name whatever its case. */
  get headers(): Headers {
    return (this.#headers ??= new Headers(this.headerList))
  }

  /** An answer with a value as JSON. Raises `TypeError` for what JSON cannot hold. */
  static json(value: unknown, { status = 200, headers = [] }: ResponseOptions = {}): Response {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw new TypeError(`JSON has no way to write ${typeof value}.`)
    return new Response(text, { status, headers: withJsonType(listOf(headers)) })
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
    return `${this.#status} ${this.statusText}`
  }

  /** Whether the body comes bit by bit. */
  get isStreamed(): boolean {
    return typeof this.body === 'object' && this.body !== null && !(this.body instanceof Uint8Array)
  }

  /** Sets a cookie: `response.setCookie('theme', 'dark', { maxAge: 31_536_000 })`. */
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    const attributes = { path: '/', httpOnly: true, sameSite: 'lax', ...options } as const
    this.headerList.push(['Set-Cookie', stringifySetCookie(name, value, attributes)])
  }

  /** Asks the client to forget a cookie. `path` and `domain` have to be those that it was set with. */
  deleteCookie(name: string, options: CookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0, expires: new Date(0) })
  }
}

function withJsonType(list: HeaderList): HeaderList {
  const headers = new Headers(list)
  headers.setDefault('Content-Type', 'application/json')
  return list
}

function listOf(headers: HeadersLike): HeaderList {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  return pairs.map(([name, value]) => [name, value])
}

function readStatus(status: number | string): [code: number, phrase: string | undefined] {
  if (typeof status === 'number' && isFinalStatus(status)) return [status, undefined]
  const [, code = '', phrase] = /^(\d{3})(?: (.*))?$/.exec(String(status)) ?? []
  if (code >= '200' && code <= '599') return [Number(code), phrase]
  throw new RangeError(
    `${JSON.stringify(status)} is no status of an answer. Give a number from 200 to 599, or one with words: '299 Odd'.`,
  )
}

/** Whether a number is a status that can end a request. */
export function isFinalStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599
}

/** Statuses whose answers have no body. */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 304
}

/** Headers that a response taken over from elsewhere may keep: those about the message, not about its connection. */
export function endToEnd(headers: Iterable<[name: string, value: string]>): HeaderList {
  return [...headers].filter(([name]) => !isHopByHop(name))
}

/**
 * An answer that sends the client elsewhere: 303 (See Other) if not said otherwise, so that the
 * browser gets the new address, whatever it was that it sent.
 *
 * Raises `BadRequest` for an address that starts with `//`: a browser reads it as another host, so
 * one that came from the request must not be followed. Write another host with its scheme.
 *
 * ```ts
 * return redirect(urlFor('index'))
 * ```
 */
export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): Response {
  const target = encodeLocation(location)
  if (target.startsWith('//')) {
    throw new BadRequest(
      `${JSON.stringify(location)} would lead to another host. If it is meant to, write it with its scheme.`,
    )
  }
  const shown = escapeHtml(target)
  const page = `<!doctype html>\n<html lang="en">\n<title>${phraseOf(status)}</title>\n<p>You are being sent to <a href="${shown}">${shown}</a>.\n`
  return new Response(page, { status, headers: { Location: target } })
}

/** Percent-encodes what no URL may hold, and leaves the rest, escapes included, as it is. */
function encodeLocation(location: string): string {
  return location
    .trim()
    .replaceAll(/[^\w.~:/?#[\]@!$&'()*+,;=%-]+/gu, (part) =>
      encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, '\uFFFD')),
    )
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it is written in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
