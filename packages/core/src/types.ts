/**
 * The gateway interface, as types. This file is the complete contract; the rest of the package implements it.
 *
 * A server calls an application once for each request, with two arguments: `environ`, which describes
 * the request, and `startResponse`, which takes the status and headers of the response. The application
 * returns the body of the response: an iterable of bytes.
 *
 * ```ts
 * const app: Application = (environ, startResponse) => {
 *   startResponse('200 OK', [['Content-Type', 'text/plain']])
 *   return [new TextEncoder().encode(`You asked for ${environ.PATH_INFO}\n`)]
 * }
 * ```
 *
 * SPEC.md has the rules for each name. They are based on PEP 3333.
 */

/** The function that a server calls for each request. It may return the body or a promise of it. PEP 3333, “The Application/Framework Side”. */
export type Application = (environ: Environ, startResponse: StartResponse) => Body | Promise<Body>

/** An object whose `wsgiApp` is the application. It is looked up at each request, like `app.wsgi_app` in Flask. */
export interface WsgiApp {
  readonly wsgiApp: Application
}

/** An application, or an object with a `wsgiApp`. Every function that takes an application accepts both. */
export type ApplicationLike = Application | WsgiApp

/** A function that takes an application and returns another one around it. Middleware acts as a server to the inner application, and as an application to the server. */
export type Middleware = (app: ApplicationLike) => Application

/**
 * Sets the status and the headers. Nothing is sent before the first non-empty chunk or call of `write`. Until then, an
 * application that fails may call `startResponse` again with the error as `excInfo`, to replace them. After that,
 * `startResponse` throws `excInfo`. PEP 3333, “The `start_response()` Callable”.
 */
export type StartResponse = (status: string, headers: HeaderList, excInfo?: unknown) => Write

/** Names and values in the order in which they are sent. Names may be repeated. */
export type HeaderList = [name: string, value: string][]

/**
 * Sends a chunk immediately, before the body. This is for old code; new code returns or yields chunks. An empty chunk
 * sends only the head, before the first bytes of the body. PEP 3333, “The `write()` Callable”.
 */
export type Write = (chunk: Uint8Array) => void | Promise<void>

/** The body of a response: chunks in order, each of which is sent before the next is requested. `close`, if any, is always called once at the end. */
export type Body = (Iterable<Uint8Array> | AsyncIterable<Uint8Array>) & {
  close?: () => unknown
}

/**
 * One request, as a plain object that the called application or middleware may change. Strings are as in
 * CGI: every character represents one byte (Latin-1), so `PATH_INFO` for `/café` is `/cafÃ©`. `wsgiToText` converts it to
 * text. PEP 3333, “`environ` Variables”.
 */
export interface Environ {
  /** `GET`, `POST`, … Case-sensitive. */
  REQUEST_METHOD: string
  /** The part of the path under which this application is mounted. Empty at the root. */
  SCRIPT_NAME: string
  /** The rest of the path, percent-decoded once. */
  PATH_INFO: string
  /** The part of the target after `?`, undecoded. May be empty. */
  QUERY_STRING: string
  /** Present if the client sent one. */
  CONTENT_TYPE?: string
  /** Decimal digits. Absent if the client sent none, because the body is missing or chunked. */
  CONTENT_LENGTH?: string
  SERVER_NAME: string
  /** Decimal digits. */
  SERVER_PORT: string
  /** `HTTP/1.1`, as the client sent it. */
  SERVER_PROTOCOL: string
  /** The address of the client, or of the proxy in front of the server. Empty on a Unix socket. */
  REMOTE_ADDR?: string
  REMOTE_PORT?: string
  /** The request target as received, undecoded: `/caf%C3%A9?x=1`. */
  RAW_URI?: string

  'wsgi.version': readonly [major: number, minor: number]
  'wsgi.url_scheme': 'http' | 'https'
  /** The body of the request. */
  'wsgi.input': InputStream
  /** The error log, which the server provides. */
  'wsgi.errors': ErrorStream
  /** Whether the application may be called again in this process before it has responded. True on JavaScript's event loop. */
  'wsgi.multithread': boolean
  /** Whether another process may run the same application. */
  'wsgi.multiprocess': boolean
  /** Whether this process serves only this request, as with CGI. */
  'wsgi.run_once': boolean
  /** Wraps a file so that the server can send it efficiently. */
  'wsgi.file_wrapper'?: new (file: FileLike, blockSize?: number) => Body
  /** Whether `wsgi.input` ends by itself at the end of the body. Always true in Phial's servers. */
  'wsgi.input_terminated'?: boolean
  /** Fires when the client disconnects. A Phial extension. */
  'phial.signal'?: AbortSignal
  /**
   * Fires when the server begins to shut down or to replace this process. A long response, such as an event stream, can
   * then end properly before the graceful timeout closes its connection. All requests share one signal. A Phial extension.
   */
  'phial.retiring'?: AbortSignal
  /**
   * The protocol that the client offers to switch to, in lower case, such as `websocket`. Only present if the
   * server can switch. After an application responds with `101 Switching Protocols`, it reads the raw bytes that the client
   * sends from `wsgi.input`, and the chunks of its body are sent unframed. RFC 9110 §7.8. A Phial extension.
   */
  'phial.upgrade'?: string
  /** Traces the layers that handle this request, in development. A Phial extension. */
  'phial.trace'?: LayerTrace
  /** What the platform provides with the request, if it runs on one. A Phial extension. */
  'phial.platform'?: Platform

  /** `HTTP_*` are the other headers of the request. Other keys contain a dot, and the part before it names their owner. */
  [key: string]: unknown
}

/** What a platform provides with a request: its bindings, its server, or its context. */
export interface Platform {
  /** `bun`, `deno`, `workers` or `lambda`. */
  readonly name?: string
  /** Keeps the process alive until a promise has settled, even after the response. */
  readonly waitUntil?: (work: Promise<unknown>) => void
  readonly [key: string]: unknown
}

/** The body of a request, as an asynchronous stream of bytes. PEP 3333, “Input and Error Streams”. */
export interface InputStream extends AsyncIterable<Uint8Array> {
  /** Resolves to exactly `size` bytes, or to fewer if the body ends. Without a size, to the rest. Empty at the end. */
  read(size?: number): Promise<Uint8Array>
  /** Resolves to the bytes up to and including the next line feed, at most `size`. Empty at the end. */
  readline(size?: number): Promise<Uint8Array>
  /** Resolves to the remaining lines. With a `hint`, stops after the line that reaches this total number of bytes. */
  readlines(hint?: number): Promise<Uint8Array[]>
}

/** The error log of the server, as a text stream. */
export interface ErrorStream {
  write(text: string): void
  writelines(lines: Iterable<string>): void
  flush(): void
}

/** A file for `wsgi.file_wrapper`: an object that can be read in blocks, and closed. */
export interface FileLike {
  read(size: number): Uint8Array | Promise<Uint8Array>
  close?(): unknown
}

/** Records what the layers do with one request. */
export interface LayerTrace {
  /** Calls an application and records its arguments, its calls of `startResponse`, and its result or error. */
  call(
    name: string,
    app: Application,
    environ: Environ,
    startResponse: StartResponse,
  ): Body | Promise<Body>
  /** Runs and times a part of the current layer, such as a view. */
  span<Result>(name: string, work: () => Result): Result
  /**
   * Adds a note to the current layer: `note('language', 'de')`. A string is shown unchanged, a list of
   * objects as a table in which rows with `hit: true` are highlighted, and any other value as JSON.
   */
  note(kind: string, detail: unknown): void
}
