/**
 * The header fields of a response, typed. Reading a property parses the header, setting it writes the header, and setting
 * `undefined` removes it.
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

/** Media types that are text, so that a client needs the charset. */
const TEXTUAL = /^text\/|^application\/(?:javascript|xml)$|\+xml$/

/** Returns the index of the first header with a name; -1 if there is none. Most names have the usual case, and most others differ in length. `bench/peers`, "hello" */
export function indexOfHeader(headers: HeaderList, name: string): number {
  for (let at = 0; at < headers.length; at += 1) {
    const other = headers[at]?.[0] ?? ''
    if (other === name) return at
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return at
  }
  return -1
}

/** The properties of `Response` that are stored in its headers. */
export class ResponseFields {
  /** The headers for the gateway, in the order in which they are sent. */
  readonly headerList: HeaderList
  #headers: Headers | undefined

  constructor(headerList: HeaderList) {
    this.headerList = headerList
  }

  /** The headers by case-insensitive name. */
  get headers(): Headers {
    return (this.#headers ??= new Headers(this.headerList))
  }

  /** The body's media type with its parameters: `text/html; charset=utf-8`. */
  get contentType(): string | undefined {
    return this.headers.get('Content-Type')
  }

  set contentType(type: string | undefined) {
    setHeader(this, 'Content-Type', type)
  }

  /** The body's media type without parameters. Setting a textual type adds `charset=utf-8`. */
  get mimetype(): string | undefined {
    return this.contentType?.split(';')[0]?.trim().toLowerCase()
  }

  set mimetype(type: string | undefined) {
    this.contentType = type === undefined ? undefined : withCharset(type)
  }

  /** The entity tag, with its quotes: `"abc"`. They are added to a tag without quotes: `response.etag = hash`. */
  get etag(): string | undefined {
    return this.headers.get('ETag')
  }

  set etag(tag: string | undefined) {
    setHeader(this, 'ETag', tag === undefined ? undefined : formatETag(tag))
  }

  /** The length of the body in bytes. It is set when the response is sent, unless the body is a stream. */
  get contentLength(): number | undefined {
    const text = this.headers.get('Content-Length', '')
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }

  set contentLength(length: number | undefined) {
    setHeader(this, 'Content-Length', length === undefined ? undefined : String(length))
  }

  /** The time of the response, in whole seconds. The server sets it. */
  get date(): Date | undefined {
    return parseDate(this.headers.get('Date', ''))
  }

  set date(date: Date | undefined) {
    setHeader(this, 'Date', date && formatDate(date))
  }

  /** The time until which caches may use the response, in whole seconds. `cacheControl.maxAge` takes precedence. */
  get expires(): Date | undefined {
    return parseDate(this.headers.get('Expires', ''))
  }

  set expires(date: Date | undefined) {
    setHeader(this, 'Expires', date && formatDate(date))
  }

  /** The time of the last change, in whole seconds. */
  get lastModified(): Date | undefined {
    return parseDate(this.headers.get('Last-Modified', ''))
  }

  set lastModified(date: Date | undefined) {
    setHeader(this, 'Last-Modified', date && formatDate(date))
  }

  /** The instructions to caches: `response.cacheControl.maxAge = 60`, or all of them: `response.cacheControl = { noStore: true }`. */
  get cacheControl(): CacheControl {
    return cacheControl(placeOf(this, 'Cache-Control'))
  }

  set cacheControl(directives: Readonly<CacheControl>) {
    this.headers.delete('Cache-Control')
    Object.assign(this.cacheControl, directives)
  }

  /** The resources that the page may load: `response.contentSecurityPolicy.defaultSrc = "'self'"`. */
  get contentSecurityPolicy(): ContentSecurityPolicy {
    return contentSecurityPolicy(placeOf(this, 'Content-Security-Policy'))
  }

  set contentSecurityPolicy(directives: Readonly<ContentSecurityPolicy>) {
    this.headers.delete('Content-Security-Policy')
    Object.assign(this.contentSecurityPolicy, directives)
  }

  /** The request headers that the response depends on: `response.vary.add('Cookie')`. */
  get vary(): NameSet {
    return new NameSet(this.headers, 'Vary')
  }

  set vary(names: Iterable<string>) {
    setNames(this, 'Vary', names)
  }

  /** The methods of the URL. */
  get allow(): NameSet {
    return new NameSet(this.headers, 'Allow')
  }

  set allow(methods: Iterable<string>) {
    setNames(this, 'Allow', methods)
  }

  /** When the client should retry, in seconds or as a date. */
  get retryAfter(): number | Date | undefined {
    const text = this.headers.get('Retry-After', '')
    return /^\d{1,15}$/.test(text) ? Number(text) : parseDate(text)
  }

  set retryAfter(when: number | Date | undefined) {
    const text = typeof when === 'number' ? String(Math.ceil(when)) : when && formatDate(when)
    setHeader(this, 'Retry-After', text)
  }

  /** How the client must authenticate: the text of the header. It may be set as text, or as `{ type: 'basic', parameters: { realm: 'site' } }`. */
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

  /** The URL of the redirect or of the new resource. Characters that are invalid in a URL are percent-encoded. */
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

/** Percent-encodes characters that are invalid in a URL. Existing escapes stay. */
export function encodeLocation(location: string): string {
  return location
    .trim()
    .replaceAll(/[^\w.~:/?#[\]@!$&'()*+,;=%-]+/gu, (part) => encodeURIComponent(wellFormed(part)))
}

/** Returns a media type for the header: adds `charset=utf-8` to a textual type without parameters. */
export function withCharset(type: string): string {
  return TEXTUAL.test(type) && !type.includes(';') ? `${type}; charset=utf-8` : type
}
