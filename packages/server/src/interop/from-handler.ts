/** Converts a handler for Node's servers, such as Express or Koa, to a gateway application. */
import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from 'node:http'
import { hasBody, decodePath, isHopByHop, quotePath, rawPath, requestHeaders } from '@phial/core'
import type { Application, Body, Environ, HeaderList, InputStream } from '@phial/core'
import { InnerServer, type SocketEnds } from './inner-server.ts'

/** A request listener of `node:http`, such as `express()` or Koa's `app.callback()`. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown

/**
 * Converts a handler for `node:http` to a gateway application. As in Express, `request.url` is the path below the mount,
 * `originalUrl` the complete path, and `baseUrl` the `SCRIPT_NAME`. WebSockets of the handler do not work, because the
 * gateway does not provide the client's socket.
 *
 * ```ts
 * const app = dispatcher(site, { '/old': fromNodeHandler(express()), '/koa': fromNodeHandler(koa.callback()) })
 * ```
 */
export function fromNodeHandler(listener: NodeListener): Application {
  const server = new InnerServer()
  return async (environ, startResponse) => {
    const [asked, answered] = ask(server, environ, listener)
    try {
      const answer = await answered
      const { statusCode = 500, statusMessage = '' } = answer
      const write = startResponse(`${statusCode} ${statusMessage}`, answerHeaders(answer))
      if (answer.headers['content-length'] === undefined) void write(NOTHING) // sends the head of a stream
      return body(answer, asked)
    } catch (error) {
      asked.destroy()
      throw error
    }
  }
}

const NOTHING = new Uint8Array(0)

/** Sends the request to the listener. Resolves with the response head. Rejects with its error, or if the client disconnects. */
function ask(
  server: InnerServer,
  environ: Environ,
  listener: NodeListener,
): [asked: ClientRequest, answered: Promise<IncomingMessage>] {
  const asked = server.ask(requestOptions(environ), endsOf(environ), (request, response) => {
    response.sendDate = false // the outer server sends it
    Object.assign(request, { baseUrl: environ.SCRIPT_NAME, originalUrl: rawUrl(environ) })
    whenRead(request, () => {
      if (!response.writableEnded) void sendBody(environ['wsgi.input'], asked)
    })
    void callListener(listener, request, response, (error) => asked.destroy(asError(error)))
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).on('error', reject)
  })
  abortWith(environ, asked)
  if (hasBody(environ)) asked.flushHeaders()
  else asked.end()
  return [asked, answered]
}

/** Calls back when a request's body is read for the first time. Until then, the client is not asked for it. */
function whenRead(request: IncomingMessage, read: () => void): void {
  const readOn = request._read.bind(request)
  request._read = (size) => {
    request._read = readOn
    read()
    readOn(size)
  }
}

/** Treats an error of the listener as the application's: the server reports it, and answers 500 or truncates the response. */
async function callListener(
  listener: NodeListener,
  request: IncomingMessage,
  response: ServerResponse,
  fail: (error: unknown) => void,
): Promise<void> {
  try {
    await listener(request, response)
  } catch (error) {
    fail(error)
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

function requestOptions(environ: Environ): RequestOptions & { fields: HeaderList } {
  const { REQUEST_METHOD: method, CONTENT_LENGTH: length = '' } = environ
  const fields = requestHeaders(environ).filter(([, value]) => value !== '')
  if (length === '' && hasBody(environ)) fields.push(['transfer-encoding', 'chunked'])
  return { method, path: rawUrl(environ, rawPathInfo(environ)), fields }
}

function rawUrl(environ: Environ, path: string = rawPath(environ)): string {
  return environ.QUERY_STRING === '' ? path : `${path}?${environ.QUERY_STRING}`
}

/** Returns `PATH_INFO` as the client encoded it, if it is preceded by `SCRIPT_NAME`. */
function rawPathInfo(environ: Environ): string {
  const { SCRIPT_NAME, PATH_INFO } = environ
  const raw = rawPath(environ)
  for (let at = raw.indexOf('/'); at >= 0; at = raw.indexOf('/', at + 1)) {
    if (decodePath(raw.slice(0, at)) === SCRIPT_NAME) return raw.slice(at)
  }
  return quotePath(PATH_INFO) || '/'
}

function endsOf(environ: Environ): SocketEnds {
  return {
    remoteAddress: environ.REMOTE_ADDR || undefined,
    remotePort: Number(environ.REMOTE_PORT) || undefined,
    localPort: Number(environ.SERVER_PORT),
    encrypted: environ['wsgi.url_scheme'] === 'https',
  }
}

/** Sends the request's body as fast as the listener reads it. */
async function sendBody(input: InputStream, asked: ClientRequest): Promise<void> {
  try {
    await pump(input, asked)
    asked.end()
  } catch (error) {
    asked.destroy(asError(error))
  }
}

async function pump(input: InputStream, asked: ClientRequest): Promise<void> {
  for await (const chunk of input) {
    if (asked.destroyed) return
    if (!asked.write(chunk)) await drained(asked)
  }
}

/** Resolves when the stream has drained or closed. */
function drained(asked: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      asked.off('drain', done).off('close', done)
      resolve()
    }
    asked.on('drain', done).on('close', done)
  })
}

/** Aborts the listener's request when the client disconnects. */
function abortWith(environ: Environ, asked: ClientRequest): void {
  const signal = environ['phial.signal']
  const abort = (): void => void asked.destroy(asError(signal?.reason))
  signal?.addEventListener('abort', abort)
  asked.once('close', () => signal?.removeEventListener('abort', abort))
}

function answerHeaders({ rawHeaders }: IncomingMessage): HeaderList {
  const headers: HeaderList = []
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at - 1] ?? ''
    if (!isHopByHop(name)) headers.push([name, rawHeaders[at] ?? ''])
  }
  return headers
}

/** The body of the response. Closing it destroys the listener's connection. */
function body(answer: IncomingMessage, asked: ClientRequest): Body {
  return {
    [Symbol.asyncIterator]: () => answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>,
    close: () => void asked.destroy(),
  }
}
