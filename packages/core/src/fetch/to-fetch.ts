/** Adapts a gateway application to a fetch handler, `(request) => response`, for Workers, Deno and Bun. */
import { isPromise } from '../chunks.ts'
import { run } from '../driver.ts'
import { makeEnviron } from '../environ.ts'
import { errorStream } from '../error-stream.ts'
import { emptyInput, inputStream } from '../input.ts'
import { isBodyless } from '../grammar.ts'
import type { ResponseWriter } from '../response-writer.ts'
import type { ApplicationLike, Environ, HeaderList } from '../types.ts'
import { streamChunks } from './stream-chunks.ts'

/** Options of `toFetch`. */
export interface ToFetchOptions<Rest extends readonly unknown[] = []> {
  /**
   * Returns keys that the platform provides, which are added to the environ last: `REMOTE_ADDR`, which is empty
   * otherwise, and any others that the application needs. It receives all arguments of the handler. `bunEnviron`,
   * `denoEnviron` and `workersEnviron` of `@phial/core/platforms` are such functions.
   */
  readonly environ?: (request: Request, ...rest: Rest) => Readonly<Record<string, unknown>>
}

/**
 * Returns a fetch handler that calls a gateway application. Its promise resolves at the first bytes of the body or at a
 * call of `write`, because the application may still replace its response until then.
 *
 * ```ts
 * export default { fetch: toFetch(app) } // Workers, Bun
 * Deno.serve(toFetch(app, { environ: denoEnviron }))
 * ```
 *
 * If the environ has a `phial.platform` with `waitUntil`, as on Workers, `waitUntil` is called with a promise that
 * resolves after the whole response, including `close()`.
 */
export function toFetch<Rest extends readonly unknown[] = []>(
  app: ApplicationLike,
  options: ToFetchOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  return (request, ...rest) =>
    new Promise((resolve) => {
      const writer = new FetchResponseWriter(request, resolve)
      const environ = requestEnviron(request, writer.signal)
      Object.assign(environ, options.environ?.(request, ...rest))
      const done = run(app, environ, writer)
      if (!isPromise(done)) return
      const settled = done.catch(writer.destroy)
      environ['phial.platform']?.waitUntil?.(settled)
    })
}

function requestEnviron(request: Request, signal: AbortSignal): Environ {
  const url = new URL(request.url)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const { body } = request
  const headers: [string, string][] = [
    ['Host', url.host],
    ...[...request.headers].filter(([name]) => name !== 'host'),
  ]
  if (body !== null && !request.headers.has('content-length'))
    headers.push(['Transfer-Encoding', 'chunked'])
  return makeEnviron({
    method: request.method,
    target: url.pathname + url.search,
    protocol: 'HTTP/1.1',
    headers,
    scheme,
    serverName: url.hostname,
    serverPort: url.port || (scheme === 'https' ? '443' : '80'),
    remoteAddr: '',
    remotePort: '',
    input: body === null ? emptyInput() : inputStream(streamChunks(body)),
    errors: errorStream((text) => console.error(text.trimEnd())),
    signal,
  })
}

/** A writer that creates a `Response`. */
class FetchResponseWriter implements ResponseWriter {
  readonly #method: string
  readonly #resolve: (response: Response) => void
  /** Fires when the client disconnects, and on some platforms also after each complete response. */
  readonly #client: AbortSignal
  readonly #gone = new AbortController()
  #isOver = false
  #head: ResponseInit = {}
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Resolves the pending calls of `write`: one of the driver, or several of an application. */
  #waiting: (() => void)[] = []

  constructor(request: Request, resolve: (response: Response) => void) {
    this.#method = request.method
    this.#resolve = resolve
    this.#client = request.signal
    if (this.#client.aborted) this.#leave()
    else this.#client.addEventListener('abort', this.#leave)
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  readonly #leave = (): void => {
    if (this.#isOver) return
    this.#gone.abort()
    this.#stream?.error(this.signal.reason)
    this.#wake()
  }

  readonly #wake = (): void => {
    for (const goOn of this.#waiting.splice(0)) goOn()
  }

  writeHead(status: string, headers: HeaderList): void {
    this.#head = {
      status: Number.parseInt(status, 10),
      statusText: status.slice(4),
      headers: headers.map(([name, value]) => [name, value]),
    }
  }

  flushHeaders(): void {
    this.#stream ??= this.#open()
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.signal.aborted) return this.destroy(this.signal.reason)
    if (this.#carriesNothing()) return undefined
    this.#stream ??= this.#open()
    // `pull` runs during `enqueue` if a reader is already waiting for the next chunk.
    const room = new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
    this.#stream.enqueue(chunk.slice())
    return room
  }

  end(chunk?: Uint8Array): void {
    this.#over()
    if (this.#stream === undefined) this.#respond(chunk ?? new Uint8Array(0))
    else if (!this.signal.aborted) {
      if (chunk !== undefined) this.#stream.enqueue(chunk.slice())
      this.#stream.close()
    }
  }

  /** From now on a disconnect no longer matters. */
  #over(): void {
    this.#isOver = true
    this.#client.removeEventListener('abort', this.#leave)
  }

  readonly destroy = (error: unknown): void => {
    this.#over()
    this.#stream ??= this.#open()
    this.#stream.error(this.signal.aborted ? this.signal.reason : error)
  }

  /** Responds with a stream. Each chunk stays in it until the client reads it. */
  #open(): ReadableStreamDefaultController<Uint8Array> {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>(
      {
        start: (own) => {
          controller = own
        },
        pull: this.#wake,
        cancel: this.#leave,
      },
      { highWaterMark: 0 },
    )
    this.#respond(body)
    if (controller === undefined)
      throw new Error(
        'Expected ReadableStream to call start() synchronously (Streams standard, §4.2.4)',
      )
    return controller
  }

  #respond(body: ReadableStream<Uint8Array> | Uint8Array): void {
    const sent = this.#carriesNothing() ? this.#emptyBody() : (body as BodyInit)
    this.#resolve(new Response(sent, this.#head))
  }

  /** Returns an empty body. Deno sends `Content-Length: 0` for `null`, which is wrong for HEAD of a stream (RFC 9110 §8.6). */
  #emptyBody(): ReadableStream<Uint8Array> | null {
    const { status, headers = [] } = this.#head
    const isOfStream = !isBodyless(String(status)) && !new Headers(headers).has('content-length')
    return isOfStream ? new ReadableStream({ start: (controller) => controller.close() }) : null
  }

  #carriesNothing(): boolean {
    const { status } = this.#head
    return this.#method === 'HEAD' || isBodyless(String(status))
  }
}
