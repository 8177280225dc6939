/** The in-process client: calls an application as a server would, without a network. */
import { run } from './driver.ts'
import { makeEnviron } from './environ.ts'
import { errorStream } from './error-stream.ts'
import { inputStream, joinChunks } from './input.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { ApplicationLike, Environ, HeaderList } from './types.ts'
import { encodeTarget } from './url.ts'

type QueryValue = string | number | boolean

/** The request to make. */
export interface CallOptions {
  /** Default `GET`. */
  readonly method?: string
  /** Default `/`. Encoded or not: `/café` and `/caf%C3%A9` are the same. May contain a query. */
  readonly path?: string
  /** Added to the path’s query. A list repeats a name. Text may begin with `?`, like `location.search`. */
  readonly query?:
    | string
    | URLSearchParams
    | Readonly<Record<string, QueryValue | readonly QueryValue[]>>
  /** Pairs, or an object. `Host` defaults to `localhost`. */
  readonly headers?:
    | Iterable<readonly [name: string, value: string]>
    | Readonly<Record<string, string>>
  /** Text is sent as UTF-8. Text and bytes get a `Content-Length`. An iterable is sent chunked. */
  readonly body?: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Keys to set in the environ last: `{ REMOTE_ADDR: '10.0.0.1' }`. */
  readonly environ?: Readonly<Record<string, unknown>>
  /** Called with each chunk when it is sent. If it returns a promise, the application waits for it. */
  readonly onChunk?: (chunk: Uint8Array) => void | Promise<void>
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal
}

/** The response of the application. */
export interface CallAnswer {
  /** `200 OK` */
  readonly status: string
  /** `200` */
  readonly statusCode: number
  readonly headers: HeaderList
  /** The bytes that a client would receive: none for `HEAD`. */
  readonly body: Uint8Array
  /** The body as UTF-8. */
  text(): string
  /** The body as JSON. */
  json(): unknown
}

const utf8 = new TextEncoder()

/**
 * Calls an application once, in this process, through the same driver as a server.
 *
 * ```ts
 * const answer = await call(app, { path: '/hello', query: { subject: 'john' } })
 * answer.status // '200 OK'
 * answer.text() // 'Hello john'
 * ```
 *
 * @throws the error of the application, a `GatewayError` if it broke a rule that servers enforce, or the signal’s
 *   reason if the client disconnected before the head was sent
 */
export async function call(app: ApplicationLike, options: CallOptions = {}): Promise<CallAnswer> {
  const recorder = new Recorder(options)
  const failures: unknown[] = []
  await run(app, environOf(options), recorder, (error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  if (!recorder.hasHead) throw options.signal?.reason
  return recorder.answer()
}

function environOf(options: CallOptions): Environ {
  const { method = 'GET', path = '/', body = [], signal } = options
  const bytes = typeof body === 'string' ? utf8.encode(body) : body
  const environ = makeEnviron({
    method,
    target: withQuery(encodeTarget(path), options.query),
    protocol: 'HTTP/1.1',
    headers: [...defaultHeaders(options, bytes), ...pairs(options.headers)],
    scheme: 'http',
    serverName: 'localhost',
    serverPort: '80',
    remoteAddr: '127.0.0.1',
    remotePort: '50000',
    input: inputStream(bytes instanceof Uint8Array ? [bytes] : bytes),
    errors: errorStream((text) => console.error(text.trimEnd())),
    ...(signal && { signal }),
  })
  return Object.assign(environ, options.environ)
}

function* defaultHeaders(
  { headers, body }: CallOptions,
  bytes: unknown,
): Iterable<[string, string]> {
  const given = new Set(Array.from(pairs(headers), ([name]) => name.toLowerCase()))
  if (!given.has('host')) yield ['Host', 'localhost']
  if (body === undefined || given.has('content-length')) return
  yield bytes instanceof Uint8Array
    ? ['Content-Length', String(bytes.byteLength)]
    : ['Transfer-Encoding', 'chunked']
}

function pairs(headers: CallOptions['headers'] = []): Iterable<readonly [string, string]> {
  return Symbol.iterator in headers ? headers : Object.entries(headers)
}

function withQuery(target: string, query: CallOptions['query']): string {
  const text =
    typeof query === 'object' ? searchParams(query).toString() : (query ?? '').replace(/^\?/, '')
  if (text === '') return target
  return `${target}${target.includes('?') ? '&' : '?'}${encodeTarget(text)}`
}

function searchParams(query: Exclude<CallOptions['query'], string | undefined>): URLSearchParams {
  if (query instanceof URLSearchParams) return query
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly QueryValue[]) : [value])
      params.append(name, String(one))
  }
  return params
}

/** A writer that records the response. It copies chunks, because an application may reuse its buffer. */
export class Recorder implements ResponseWriter {
  readonly #onChunk: CallOptions['onChunk']
  readonly signal: AbortSignal | undefined
  readonly #chunks: Uint8Array[] = []
  #status = ''
  #headers: HeaderList = []

  constructor({ onChunk, signal }: CallOptions = {}) {
    this.#onChunk = onChunk
    this.signal = signal
  }

  writeHead(status: string, headers: HeaderList): void {
    this.#status = status
    this.#headers = headers.map(([name, value]) => [name, value])
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const copy = chunk.slice()
    this.#chunks.push(copy)
    return this.#onChunk?.(copy)
  }

  end(chunk?: Uint8Array): void | Promise<void> {
    return chunk === undefined ? undefined : this.write(chunk)
  }

  /** The error that aborted the response after its head, if any. It was also reported, so `call` throws it. */
  brokeOff: { readonly error: unknown } | undefined

  destroy(error: unknown): void {
    this.brokeOff = { error }
  }

  get hasHead(): boolean {
    return this.#status !== ''
  }

  answer(): CallAnswer {
    const body = joinChunks(this.#chunks)
    const text = (): string => new TextDecoder().decode(body)
    return {
      status: this.#status,
      statusCode: Number.parseInt(this.#status, 10),
      headers: this.#headers,
      body,
      text,
      json: () => JSON.parse(text()) as unknown,
    }
  }
}
