/** The request, with the names of the Fetch standard and of Flask. It is a view of its environ: each part is computed when it is first read. */
import { applicationUri, type Environ, origin, requestUri, wsgiToText } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parseCookie } from 'cookie'
import { Args } from '../body/args.ts'
import { blueprintsOf } from '../routing/endpoints.ts'
import type { Match, Rule } from '../routing/router.ts'
import { BadRequest } from '../errors/http-errors.ts'
import { type FormOf, formOf, type FormOptions } from '../forms/submit.ts'
import { handled } from '../helpers/promises.ts'
import { RequestBody, type RequestApp } from './request-body.ts'
import { assertTrusted } from '../safety/trusted-hosts.ts'
import { withoutLastSlashes } from '../routing/url.ts'

/** A host name or address with an optional port, without characters that could become markup or another URL. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i

/** The result of matching a path and a method, or the error of a converter that threw. */
export type Routing = Match<unknown> | { readonly kind: 'failed'; readonly error: unknown }

/**
 * A request. In a view, `request` is the current one.
 *
 * ```ts
 * app.post('/search', async () => {
 *   const form = await request.formData()
 *   return { query: form.get('q'), page: request.args.get('page') }
 * })
 * ```
 */
export class Request extends RequestBody {
  /** The requested path below the app's root, percent-decoded. */
  readonly path: string
  /** The accepted values of `host`. If empty, any host is accepted. See `TRUSTED_HOSTS`. */
  trustedHosts: readonly string[]
  /** The result of matching the path and the method. */
  readonly routing: Routing
  #headers: Headers | undefined
  #args: Args | undefined
  #cookies: Readonly<Record<string, string | undefined>> | undefined

  constructor(environ: Environ, path: string, routing: Routing, app: RequestApp) {
    super(environ, app)
    this.path = path
    this.routing = routing
    this.trustedHosts = app.config.TRUSTED_HOSTS
  }

  /** `GET`, `POST`, … */
  get method(): string {
    return this.environ.REQUEST_METHOD
  }

  /** The whole URL. */
  get url(): string {
    this.#assertHost()
    return requestUri(this.environ)
  }

  /** The whole URL without its query. */
  get baseUrl(): string {
    this.#assertHost()
    return requestUri(this.environ, false)
  }

  /** The URL of the app's root, with a slash at its end. */
  get rootUrl(): string {
    this.#assertHost()
    return `${withoutLastSlashes(applicationUri(this.environ))}/`
  }

  /** The path under which the app is mounted, without a slash at its end: empty at the root. */
  get rootPath(): string {
    return withoutLastSlashes(wsgiToText(this.environ.SCRIPT_NAME))
  }

  /** The same as `rootPath`, by Flask's name. */
  get scriptRoot(): string {
    return this.rootPath
  }

  /** Path and query, with the `?` even if there is no query. */
  get fullPath(): string {
    return `${this.path}?${this.queryString}`
  }

  /** The query, still encoded, without the `?`. */
  get queryString(): string {
    return this.environ.QUERY_STRING
  }

  /** The parameters of the query. Read-only. */
  get args(): Args {
    return (this.#args ??= new Args(`?${this.queryString}`))
  }

  /** The headers. Changes do not affect the environ. */
  get headers(): Headers {
    return (this.#headers ??= headersOf(this.environ))
  }

  /** The cookies by name. Quotes around a value are removed. */
  get cookies(): Readonly<Record<string, string | undefined>> {
    return (this.#cookies ??= Object.freeze(
      parseCookie(this.field('HTTP_COOKIE') ?? '', { decode: decodeCookie }),
    ))
  }

  /** The host, with the port if it is not the default of the scheme. Throws `BadRequest` if it is malformed or not trusted. */
  get host(): string {
    const host = this.#assertHost()
    return host.replace(this.isSecure ? /:443$/ : /:80$/, '')
  }

  /** `http` or `https`. */
  get scheme(): 'http' | 'https' {
    return this.environ['wsgi.url_scheme']
  }

  get isSecure(): boolean {
    return this.scheme === 'https'
  }

  /** The address of the client, or of the proxy in front of the server. */
  get remoteAddr(): string | undefined {
    return this.environ.REMOTE_ADDR
  }

  /**
   * The addresses from the client to the server, as reported by proxies. Without the `proxyFix` middleware,
   * `X-Forwarded-For` is not trusted, and the list has only `remoteAddr`.
   */
  get accessRoute(): string[] {
    const isFixed = this.environ['phial.proxy_fix.orig'] !== undefined
    const forwarded = isFixed ? (this.field('HTTP_X_FORWARDED_FOR') ?? '') : ''
    const hops = forwarded
      .split(',')
      .map((hop) => hop.trim())
      .filter((hop) => hop !== '')
    return hops.length > 0 || this.remoteAddr === undefined ? hops : [this.remoteAddr]
  }

  /** The matched rule, if there is one. */
  get urlRule(): Rule | undefined {
    return this.routing.kind === 'found' ? this.routing.rule : undefined
  }

  /** The endpoint of the matched rule, if there is one. */
  get endpoint(): string | undefined {
    return this.routing.kind === 'found' ? this.routing.rule.endpoint : undefined
  }

  /** The name of the matched rule's blueprint: `shop`, or `shop.admin` for a nested one. */
  get blueprint(): string | undefined {
    return this.routing.kind === 'found' ? this.routing.rule.blueprint : undefined
  }

  /** That blueprint and its parents, the innermost first: `['shop.admin', 'shop']`. */
  get blueprints(): string[] {
    return blueprintsOf(this.blueprint)
  }

  /** The values of the matched rule's params. */
  get viewArgs(): Readonly<Record<string, unknown>> {
    return this.routing.kind === 'found' ? this.routing.values : NO_ARGS
  }

  /** A signal that aborts when the client has disconnected. */
  get signal(): AbortSignal | undefined {
    return this.environ['phial.signal']
  }

  /**
   * Returns the form of a page, described by a schema: empty for a `GET`, filled in and validated after it was submitted.
   * `data` is the schema's output. The template shows the same form with the submitted values and their error messages.
   *
   * Rejects as `formData()` does, except for a body that is too large: then the form has an error and the status 413.
   *
   * ```ts
   * app.route('/sign-up', { methods: ['GET', 'POST'] }, async () => {
   *   const form = await request.form(z.object({ name: z.string().min(1) }))
   *   if (!form.isValid) return makeResponse(renderTemplate('sign-up', { form }), form.status)
   *   return redirect(urlFor('hello', form.data))
   * })
   * ```
   */
  form<Schema extends StandardSchemaV1>(
    schema: Schema,
    options: FormOptions<Schema> = {},
  ): Promise<FormOf<Schema>> {
    return handled(formOf(this, schema, options))
  }

  /** Returns the host with its port. Throws `BadRequest` if it is malformed or not trusted. */
  #assertHost(): string {
    const [, host = ''] = origin(this.environ).split('://')
    if (!HOST.test(host)) throw new BadRequest('The Host header of the request is malformed.')
    assertTrusted(host, this.trustedHosts)
    return host
  }

  /** Returns the parameters of the query, followed by the texts of the form if the body is one. */
  values(): Promise<Args> {
    if (!FORM_TYPES.has(this.mimetype)) return Promise.resolve(new Args([...this.args]))
    const isText = (field: [string, unknown]): field is [string, string] =>
      typeof field[1] === 'string'
    return handled(
      this.formData().then((form) => new Args([...this.args, ...[...form].filter(isText)])),
    )
  }
}

const NO_ARGS: Readonly<Record<string, unknown>> = Object.freeze({})

/** Returns a cookie's value without quotes and escapes. RFC 6265 §4.1.1; Werkzeug's `parse_cookie` */
function decodeCookie(value: string): string {
  if (!value.includes('%') && !value.startsWith('"')) return value
  const [, quoted] = /^"(.*)"$/s.exec(value) ?? []
  const plain = quoted?.replaceAll(/\\([0-3][0-7]{2}|.)/gs, unescape) ?? value
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

/** Decodes an escape: `\"` is a quote, `\073` the byte of a semicolon, which is percent-encoded here like the rest of the value. */
function unescape(_: string, escaped: string): string {
  if (!/^[0-3][0-7]{2}$/.test(escaped)) return escaped
  return `%${Number.parseInt(escaped, 8).toString(16).padStart(2, '0')}`
}

const FORM_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
])

function headersOf(environ: Environ): Headers {
  const headers = new Headers()
  for (const key of Object.keys(environ)) {
    const name = nameOf(key)
    const value = environ[key]
    if (name !== undefined && typeof value === 'string') headers.append(name, value)
  }
  return headers
}

/** `HTTP_USER_AGENT` becomes `user-agent`. */
function nameOf(key: string): string | undefined {
  if (key.startsWith('HTTP_')) return key.slice(5).toLowerCase().replaceAll('_', '-')
  if (key === 'CONTENT_TYPE') return 'content-type'
  return key === 'CONTENT_LENGTH' ? 'content-length' : undefined
}
