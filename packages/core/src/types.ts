/**
 * The gateway interface, as types. This file is the whole contract; the rest of the package keeps it.
 *
 * A server calls an application once for each request, with two things: `environ`, which says what
 * was asked, and `startResponse`, which takes the answer's status and headers. The application
 * returns the answer's body: an iterable of bytes.
 *
 * ```ts
 * const app: Application = (environ, startResponse) => {
 *   startResponse('200 OK', [['Content-Type', 'text/plain']])
 *   return [new TextEncoder().encode(`You asked for ${environ.PATH_INFO}\n`)]
 * }
 * ```
 *
 * The rules behind each name are in SPEC.md; PEP 3333 is where they come from.
 */

/** What a server calls. It may answer at once or by a promise. PEP 3333, “The Application/Framework Side”. */
export type Application = (environ: Environ, startResponse: StartResponse) => Body | Promise<Body>

/** An object whose `wsgiApp` is the application, looked up at each request, as Flask's `app.wsgi_app` is. */
export interface WsgiApp {
  readonly wsgiApp: Application
}

/** Wherever an application is taken, an object with a `wsgiApp` may stand for it. */
export type ApplicationLike = Application | WsgiApp

/** Something that takes an application and is one: a server towards its inside, an application towards its outside. */
export type Middleware = (app: ApplicationLike) => Application

/**
 * Announces the status and the headers. Nothing leaves before the first non-empty chunk or call of `write`, so until
 * then an application that fails may call again with `excInfo`, the error, and replace them. After
 * that, `startResponse` throws `excInfo` itself. PEP 3333, “The `start_response()` Callable”.
 */
export type StartResponse = (status: string, headers: HeaderList, excInfo?: unknown) => Write

/** Names and values in the order in which they are sent. A name may come more than once. */
export type HeaderList = [name: string, value: string][]

/**
 * Sends a chunk at once, before the body. For old code: new code returns chunks, or yields them. A chunk of
 * no bytes sends the head alone, before the body has any. PEP 3333, “The `write()` Callable”.
 */
export type Write = (chunk: Uint8Array) => void | Promise<void>

/** The body: chunks in order, each sent before the next is asked for. `close`, if any, is called once at the end, whatever happened. */
export type Body = (Iterable<Uint8Array> | AsyncIterable<Uint8Array>) & {
  close?: () => unknown
}

/**
 * One request, as a plain object that belongs to whoever is called: an application or a middleware
 * may change it. Text is as in CGI: every character stands for one byte (Latin-1), so `PATH_INFO`
 * of `/café` is `/cafÃ©`; `wsgiToText` makes text of it. PEP 3333, “`environ` Variables”.
 */
export interface Environ {
  /** `GET`, `POST`, …: case counts. */
  REQUEST_METHOD: string
  /** The part of the path that led to this application; empty at the root. */
  SCRIPT_NAME: string
  /** The rest of the path, percent-decoded once: what this application is asked for. */
  PATH_INFO: string
  /** What stands after `?`, undecoded; empty if nothing does. */
  QUERY_STRING: string
  /** Present if the client sent one. */
  CONTENT_TYPE?: string
  /** Decimal digits; absent if the client sent none (no body, or a chunked one). */
  CONTENT_LENGTH?: string
  SERVER_NAME: string
  /** Decimal digits. */
  SERVER_PORT: string
  /** `HTTP/1.1`, as the client sent it. */
  SERVER_PROTOCOL: string
  /** The address of the client, or of the proxy before it; empty on a unix socket. */
  REMOTE_ADDR?: string
  REMOTE_PORT?: string
  /** The request target as it came, undecoded: `/caf%C3%A9?x=1`. */
  RAW_URI?: string

  'wsgi.version': readonly [major: number, minor: number]
  'wsgi.url_scheme': 'http' | 'https'
  /** The request's body. */
  'wsgi.input': InputStream
  /** Where an application reports its errors: the server's log. */
  'wsgi.errors': ErrorStream
  /** Whether the application may be called again in this process before it has answered. True on JavaScript's event loop. */
  'wsgi.multithread': boolean
  /** Whether another process may be running the same application. */
  'wsgi.multiprocess': boolean
  /** Whether this process will serve this one request only (CGI). */
  'wsgi.run_once': boolean
  /** Wraps a file so that the server may send it in its best way. */
  'wsgi.file_wrapper'?: new (file: FileLike, blockSize?: number) => Body
  /** Whether `wsgi.input` ends by itself at the end of the body. Always true in Phial's servers. */
  'wsgi.input_terminated'?: boolean
  /** Fires when the client has gone. An extension of Phial's. */
  'phial.signal'?: AbortSignal
  /**
   * Fires when the server begins to shut down or replaces this process. An event stream that ends then ends
   * properly instead of being cut at the end of the graceful timeout. One signal for all requests. An
   * extension of Phial's.
   */
  'phial.retiring'?: AbortSignal
  /**
   * The protocol that the client offers to switch to, in lower case, such as `websocket`. Only present where the
   * server can switch. An application that answers `101 Switching Protocols` reads from `wsgi.input` what the client
   * sends from then on, and the chunks of its body are sent as they are. RFC 9110 §7.8. An extension of Phial's.
   */
  'phial.upgrade'?: string
  /** Hears what layers do with this request, in development. An extension of Phial's. */
  'phial.trace'?: LayerTrace
  /** What the platform gave along with the request, where there is one. An extension of Phial's. */
  'phial.platform'?: Platform

  /** `HTTP_*`: the request's other headers. Anything else: keys with a dot, by whoever owns the prefix. */
  [key: string]: unknown
}

/** What a platform gives along with a request: its bindings, its server, its context. */
export interface Platform {
  /** `bun`, `deno`, `workers`, `lambda`. */
  readonly name?: string
  /** Keeps the platform from ending this request's work before a promise has settled. */
  readonly waitUntil?: (work: Promise<unknown>) => void
  readonly [key: string]: unknown
}

/** The request's body: bytes, by promises. PEP 3333, “Input and Error Streams”. */
export interface InputStream extends AsyncIterable<Uint8Array> {
  /** Exactly `size` bytes, fewer only where the body ends; all of the rest without a size. Empty at the end. */
  read(size?: number): Promise<Uint8Array>
  /** Up to and with the next line feed, at most `size` bytes. Empty at the end. */
  readline(size?: number): Promise<Uint8Array>
  /** The lines that are left; with a `hint`, no more once they add up to that many bytes. */
  readlines(hint?: number): Promise<Uint8Array[]>
}

/** The server's log, as a text stream. */
export interface ErrorStream {
  write(text: string): void
  writelines(lines: Iterable<string>): void
  flush(): void
}

/** What `wsgi.file_wrapper` wraps: anything that can be read by blocks, and closed. */
export interface FileLike {
  read(size: number): Uint8Array | Promise<Uint8Array>
  close?(): unknown
}

/** Hears what layers do with one request. */
export interface LayerTrace {
  /** Calls an application and watches it: what it was given, announced, returned or threw. */
  call(
    name: string,
    app: Application,
    environ: Environ,
    startResponse: StartResponse,
  ): Body | Promise<Body>
  /** Runs a part of the layer that is running, such as a view, and takes its time. */
  span<Result>(name: string, work: () => Result): Result
  /**
   * A remark of the layer that is running: `note('language', 'de')`. A text is shown as it is, a list of
   * objects as a table, in which rows with `hit: true` stand out, anything else as JSON.
   */
  note(kind: string, detail: unknown): void
}
