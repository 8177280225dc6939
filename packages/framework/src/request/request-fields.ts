/** The header fields of a request, typed. A field that is missing or malformed is `undefined`. */
import { MIMEType } from 'node:util'
import type { Environ } from '@phial/core'
import { Accept } from '../fields/accept.ts'
import { type Authorization, parseAuthorization } from '../fields/authorization.ts'
import { parseDate } from '../fields/dates.ts'
import { type CacheControl, cacheControl } from '../fields/directives.ts'
import { ETags, type IfRange, parseIfRange } from '../fields/etags.ts'
import { parseRange, type RequestRange } from '../fields/ranges.ts'

/** The properties of `Request` that come from its headers. */
export class RequestFields {
  /** The environ of the gateway. */
  readonly environ: Environ

  constructor(environ: Environ) {
    this.environ = environ
  }

  /** The media types that the client accepts: `request.accept.best(['text/html', 'application/json'])`. */
  get accept(): Accept {
    return new Accept('mediaTypes', this.field('HTTP_ACCEPT'))
  }

  get acceptLanguages(): Accept {
    return new Accept('languages', this.field('HTTP_ACCEPT_LANGUAGE'))
  }

  get acceptEncodings(): Accept {
    return new Accept('encodings', this.field('HTTP_ACCEPT_ENCODING'))
  }

  get acceptCharsets(): Accept {
    return new Accept('charsets', this.field('HTTP_ACCEPT_CHARSET'))
  }

  /** The client's credentials: `{ type: 'basic', username, password }`, `{ type: 'bearer', token }`, … They are not verified. */
  get authorization(): Authorization | undefined {
    return parsed(this.field('HTTP_AUTHORIZATION'), parseAuthorization)
  }

  /** The requested byte ranges. `response.makeConditional(request, { acceptRanges: true })` responds to them. */
  get range(): RequestRange | undefined {
    return parsed(this.field('HTTP_RANGE'), parseRange)
  }

  get ifMatch(): ETags | undefined {
    return parsed(this.field('HTTP_IF_MATCH'), (text) => new ETags(text))
  }

  get ifNoneMatch(): ETags | undefined {
    return parsed(this.field('HTTP_IF_NONE_MATCH'), (text) => new ETags(text))
  }

  get ifModifiedSince(): Date | undefined {
    return parsed(this.field('HTTP_IF_MODIFIED_SINCE'), parseDate)
  }

  get ifUnmodifiedSince(): Date | undefined {
    return parsed(this.field('HTTP_IF_UNMODIFIED_SINCE'), parseDate)
  }

  /** The version that `range` applies to: an entity tag or a date. */
  get ifRange(): IfRange | undefined {
    return parsed(this.field('HTTP_IF_RANGE'), parseIfRange)
  }

  /** The client's instructions to caches: `request.cacheControl.noCache`. Read-only. */
  get cacheControl(): CacheControl {
    return cacheControl({ read: () => this.field('HTTP_CACHE_CONTROL') })
  }

  /** The time when the request was sent, by the client's clock. */
  get date(): Date | undefined {
    return parsed(this.field('HTTP_DATE'), parseDate)
  }

  /** How many more proxies may forward a `TRACE` or `OPTIONS` request. */
  get maxForwards(): number | undefined {
    return parsed(this.field('HTTP_MAX_FORWARDS'), parseCount)
  }

  get userAgent(): string | undefined {
    return this.field('HTTP_USER_AGENT')
  }

  /** The page with the link that the client followed: the header `Referer`. */
  get referrer(): string | undefined {
    return this.field('HTTP_REFERER')
  }

  /** The origin of the page whose script or form sent the request: `https://example.com`, or `null` if the browser hides it. */
  get origin(): string | undefined {
    return this.field('HTTP_ORIGIN')
  }

  /** The relation to the page that made the request: `same-origin`, `same-site`, `cross-site`, or `none` if the user did, for example in the address bar. */
  get secFetchSite(): string | undefined {
    return this.field('HTTP_SEC_FETCH_SITE')
  }

  /** `navigate`, `cors`, `no-cors`, `same-origin` or `websocket`. */
  get secFetchMode(): string | undefined {
    return this.field('HTTP_SEC_FETCH_MODE')
  }

  /** How the browser uses the response: `document`, `image`, `empty`, … */
  get secFetchDest(): string | undefined {
    return this.field('HTTP_SEC_FETCH_DEST')
  }

  /** Whether a user action, such as a click, caused the navigation. */
  get secFetchUser(): boolean {
    return this.field('HTTP_SEC_FETCH_USER') === '?1'
  }

  /** The body's media type with its parameters: `text/html; charset=utf-8`. */
  get contentType(): string | undefined {
    return this.field('CONTENT_TYPE')
  }

  /** The body's media type without parameters, in lower case: `application/json`. Empty if the client sent none. */
  get mimetype(): string {
    const type = this.field('CONTENT_TYPE') ?? ''
    const end = type.indexOf(';')
    return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
  }

  /** The parameters of the body's media type: `{ charset: 'utf-8' }`. */
  get mimetypeParams(): Readonly<Record<string, string | undefined>> {
    try {
      return Object.fromEntries(new MIMEType(this.field('CONTENT_TYPE') ?? '').params)
    } catch {
      // A malformed type has no parameters.
      return {}
    }
  }

  /** Whether the body's media type is JSON: `application/json`, or one that ends in `+json`. */
  get isJson(): boolean {
    const { mimetype } = this
    return mimetype === 'application/json' || /^application\/.+\+json$/.test(mimetype)
  }

  /** The declared length of the body, in bytes. */
  get contentLength(): number | undefined {
    return parsed(this.field('CONTENT_LENGTH'), parseCount)
  }

  /** Returns a header by its name in the environ. */
  protected field(key: string): string | undefined {
    const value = this.environ[key]
    return typeof value === 'string' ? value : undefined
  }
}

function parsed<T>(
  text: string | undefined,
  parse: (text: string) => T | undefined,
): T | undefined {
  return text === undefined ? undefined : parse(text)
}

function parseCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
