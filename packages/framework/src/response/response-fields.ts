/**
 * The header fields of a response, each under its own name and typed. Reading one reads the header,
 * setting one writes it, and `undefined` takes it away.
 */
import { Headers, type HeaderList } from '@phial/core'
import { type Challenge, formatChallenge } from '../fields/authorization.ts'
import { formatDate, parseDate } from '../fields/dates.ts'
import {
  type CacheControl,
  cacheControl,
  type ContentSecurityPolicy,
  contentSecurityPolicy,
  type Place,
} from '../fields/directives.ts'
import { formatETag } from '../fields/etags.ts'
import { NameSet } from '../fields/names.ts'
import { wellFormed } from '../helpers/markup.ts'

/** Types whose bytes are text, so that a client has to know how it is written. */
const TEXTUAL = /^text\/|^application\/(?:javascript|xml)$|\+xml$/

/** The index of the first header of a name; -1 without one. Most names are spelt alike, and others differ in length. `bench/peers`, "hello" */
export function indexOfHeader(headers: HeaderList, name: string): number {
  for (let at = 0; at < headers.length; at += 1) {
    const other = headers[at]?.[0] ?? ''
    if (other === name) return at
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return at
  }
  return -1
}

/** What a `Response` says by its headers. */
export class ResponseFields {
  /** The headers as the gateway wants them, in the order in which they are sent. */
  readonly headerList: HeaderList
  #headers: Headers | undefined

  constructor(headerList: HeaderList) {
    this.headerList = headerList
  }

  /** The headers, found by name whatever its case. */
  get headers(): Headers {
    return (this.#headers ??= new Headers(this.headerList))
  }

  /** The body's type with its parameters: `text/html; charset=utf-8`. */
  get contentType(): string | undefined {
    return this.headers.get('Content-Type')
  }

  set contentType(type: string | undefined) {
    setHeader(this, 'Content-Type', type)
  }

  /** The body's type alone. Setting a textual one adds `charset=utf-8`. */
  get mimetype(): string | undefined {
    return this.contentType?.split(';')[0]?.trim().toLowerCase()
  }

  set mimetype(type: string | undefined) {
    this.contentType = type === undefined ? undefined : withCharset(type)
  }

  /** The version of what is sent, with its quotes: `"abc"`. They are added to one set without: `response.etag = hash`. */
  get etag(): string | undefined {
    return this.headers.get('ETag')
  }

  set etag(tag: string | undefined) {
    setHeader(this, 'ETag', tag === undefined ? undefined : formatETag(tag))
  }

  /** How many bytes the body has. Set when it is sent, unless the body is a stream. */
  get contentLength(): number | undefined {
    const text = this.headers.get('Content-Length', '')
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }

  set contentLength(length: number | undefined) {
    setHeader(this, 'Content-Length', length === undefined ? undefined : String(length))
  }

  /** When the answer was made, to the second. The server adds it. */
  get date(): Date | undefined {
    return parseDate(this.headers.get('Date', ''))
  }

  set date(date: Date | undefined) {
    setHeader(this, 'Date', date && formatDate(date))
  }

  /** Until when caches may keep the answer, to the second. `cacheControl.maxAge` takes precedence. */
  get expires(): Date | undefined {
    return parseDate(this.headers.get('Expires', ''))
  }

  set expires(date: Date | undefined) {
    setHeader(this, 'Expires', date && formatDate(date))
  }

  /** When what is sent was last changed, to the second. */
  get lastModified(): Date | undefined {
    return parseDate(this.headers.get('Last-Modified', ''))
  }

  set lastModified(date: Date | undefined) {
    setHeader(this, 'Last-Modified', date && formatDate(date))
  }

  /** What caches may do: `response.cacheControl.maxAge = 60`, or all at once: `response.cacheControl = { noStore: true }`. */
  get cacheControl(): CacheControl {
    return cacheControl(placeOf(this, 'Cache-Control'))
  }

  set cacheControl(directives: Readonly<CacheControl>) {
    this.headers.delete('Cache-Control')
    Object.assign(this.cacheControl, directives)
  }

  /** What the page may load: `response.contentSecurityPolicy.defaultSrc = "'self'"`. */
  get contentSecurityPolicy(): ContentSecurityPolicy {
    return contentSecurityPolicy(placeOf(this, 'Content-Security-Policy'))
  }

  set contentSecurityPolicy(directives: Readonly<ContentSecurityPolicy>) {
    this.headers.delete('Content-Security-Policy')
    Object.assign(this.contentSecurityPolicy, directives)
  }

  /** The request's headers that the answer depends on: `response.vary.add('Cookie')`. */
  get vary(): NameSet {
    return new NameSet(this.headers, 'Vary')
  }

  set vary(names: Iterable<string>) {
    setNames(this, 'Vary', names)
  }

  /** The methods that the address has. */
  get allow(): NameSet {
    return new NameSet(this.headers, 'Allow')
  }

  set allow(methods: Iterable<string>) {
    setNames(this, 'Allow', methods)
  }

  /** When to come again: set it in seconds or as a date; read, it is what the header says. */
  get retryAfter(): number | Date | undefined {
    const text = this.headers.get('Retry-After', '')
    return /^\d{1,15}$/.test(text) ? Number(text) : parseDate(text)
  }

  set retryAfter(when: number | Date | undefined) {
    const text = typeof when === 'number' ? String(Math.ceil(when)) : when && formatDate(when)
    setHeader(this, 'Retry-After', text)
  }

  /** How to authenticate, as the header says it. Set it as text, or as `{ type: 'basic', parameters: { realm: 'site' } }`. */
  get wwwAuthenticate(): string | undefined {
    return this.headers.get('WWW-Authenticate')
  }

  set wwwAuthenticate(challenge: Challenge | string | undefined) {
    setHeader(
      this,
      'WWW-Authenticate',
      typeof challenge === 'object' ? formatChallenge(challenge) : challenge,
    )
  }

  /** Where to go, or where the new resource is. What a URL cannot hold is percent-encoded. */
  get location(): string | undefined {
    return this.headers.get('Location')
  }

  set location(url: string | undefined) {
    setHeader(this, 'Location', url === undefined ? undefined : encodeLocation(url))
  }
}

function setHeader({ headers }: ResponseFields, name: string, value: string | undefined): void {
  if (value === undefined) headers.delete(name)
  else headers.set(name, value)
}

function setNames({ headers }: ResponseFields, name: string, names: Iterable<string>): void {
  const list = [...names]
  headers.delete(name)
  new NameSet(headers, name).add(...list)
}

function placeOf(fields: ResponseFields, name: string): Place {
  return {
    read: () => fields.headers.get(name),
    write: (text) => setHeader(fields, name, text),
  }
}

/** Percent-encodes what a URL cannot hold, and leaves the rest, escapes included, as it is. */
export function encodeLocation(location: string): string {
  return location
    .trim()
    .replaceAll(/[^\w.~:/?#[\]@!$&'()*+,;=%-]+/gu, (part) => encodeURIComponent(wellFormed(part)))
}

/** A type as the header has it: a textual one says how it is written, unless it does already. */
export function withCharset(type: string): string {
  return TEXTUAL.test(type) && !type.includes(';') ? `${type}; charset=utf-8` : type
}
