/** Converts an application to a handler for Node's servers. */
import cluster from 'node:cluster'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import {
  asApplication,
  hasBody,
  withCode,
  decodePath,
  errorStream,
  inputStream,
  run,
} from '@phial/core'
import type { ApplicationLike, Environ, ErrorStream } from '@phial/core'
import { isHttp2 } from '../node-http/body.ts'
import { environOf, refusal } from '../node-http/request.ts'
import { NodeResponse } from '../node-http/response.ts'
import { localEndOfSocket, type Limits, type Peer, peerOf } from '../transport.ts'

/** A request handler of `node:http`, `https`, `http2` and Express. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions {
  /** The value of `wsgi.errors`. Default: writes to standard error. */
  readonly errors?: ErrorStream
}

/** No limits, which are up to the server that owns the connection. */
const NO_LIMITS: Limits = {
  requestLine: 0,
  fields: 0,
  fieldSize: 0,
  head: 0,
  body: 0,
  headTimeout: 0,
  bodyTimeout: 0,
  writeTimeout: 0,
  keepAlive: 0,
}

/**
 * Converts an application to a handler. Under Express's `use('/path', …)`, the path becomes `SCRIPT_NAME`. The calling
 * server manages connections, limits and timeouts. Throws `TypeError` if `app` is not an application.
 *
 * ```ts
 * http.createServer(toNodeHandler(app)).listen(8000)
 * express().use('/shop', toNodeHandler(app))
 * ```
 *
 * Mount it before middleware that reads bodies, because a body can only be read once.
 */
export function toNodeHandler(app: ApplicationLike, options: NodeHandlerOptions = {}): NodeHandler {
  asApplication(app) // throws a TypeError if it is not an application
  const errors = options.errors ?? errorStream((text) => void process.stderr.write(text))
  return (request, response) => {
    const [asked, own] = responseTo(request, response)
    own.onOver(() => own.closed())
    const refused = isHttp2(asked) ? undefined : refusal(original(asked))
    if (refused) own.refuse(refused)
    else void run(app, environFor(asked, own, errors), own)
  }
}

/** The input of a request whose body was already read. Reading it throws an error that says what to do. */
const alreadyRead: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({
    next: () =>
      Promise.reject(
        withCode(
          'ERR_PHIAL_BODY_TAKEN',
          new Error(
            'The body of this request has already been read: mount the application before middleware that reads bodies.',
          ),
        ),
      ),
  }),
}

type Mounted = IncomingMessage & { readonly originalUrl?: string; readonly baseUrl?: string }

/** Treats objects of HTTP/2 like those of HTTP/1, whose properties they share as far as used here. */
function responseTo(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): [request: Mounted, response: NodeResponse] {
  const asked = request as IncomingMessage
  return [
    asked,
    new EmbeddedResponse(asked, response as ServerResponse, NO_LIMITS, { sendsContinue: false }),
  ]
}

/** Returns the original request target, before Express removed the path of a mount. */
function original(request: Mounted): Parameters<typeof refusal>[0] {
  const { method, originalUrl, url, httpVersion, rawHeaders } = request
  return { method, url: originalUrl ?? url, httpVersion, rawHeaders }
}

/** The peer of a connection that has already closed. */
const UNKNOWN: Peer = {
  remoteAddr: '',
  remotePort: '',
  serverName: 'localhost',
  serverPort: '80',
  scheme: 'http',
}

function environFor(request: Mounted, response: NodeResponse, errors: ErrorStream): Environ {
  const { socket, baseUrl = '', originalUrl } = request
  const peer = peerOf(socket, localEndOfSocket(socket)) ?? UNKNOWN
  const environ = environOf(request, response, { peer, errors, multiprocess: cluster.isWorker })
  if (request.readableDidRead && hasBody(environ)) environ['wsgi.input'] = inputStream(alreadyRead)
  if (baseUrl !== '') environ.SCRIPT_NAME = decodePath(baseUrl)
  if (originalUrl !== undefined) environ.RAW_URI = originalUrl
  return environ
}

/**
 * A response whose connection belongs to another server, over HTTP/1.1 or HTTP/2. The other server may have set headers.
 * They are sent, unless the application sets the same ones. HTTP/2 has no reason phrase and no connection to close, and a
 * truncated response resets its stream. RFC 9113 §8
 */
class EmbeddedResponse extends NodeResponse {
  protected override sendHead(response: ServerResponse, closes: boolean): void {
    const isNewer = isHttp2(response.req)
    if (!isNewer && response.getHeaderNames().length === 0) return super.sendHead(response, closes)
    for (const [name] of this.headers) {
      if (name.toLowerCase() !== 'set-cookie') response.removeHeader(name)
    }
    for (const [name, value] of this.headers) response.appendHeader(name, value)
    const code = Number(this.status.slice(0, 3))
    if (isNewer) response.writeHead(code)
    else response.writeHead(code, this.status.slice(4), closes ? { Connection: 'close' } : {})
  }

  protected override isComplete(response: ServerResponse): boolean {
    return isHttp2(response.req) ? !http2Stream(response).aborted : super.isComplete(response)
  }

  protected override cut(response: ServerResponse): void {
    if (!isHttp2(response.req)) super.cut(response)
    else http2Stream(response).close(constants.NGHTTP2_INTERNAL_ERROR)
  }
}

function http2Stream(response: ServerResponse): Http2ServerResponse['stream'] {
  return (response as unknown as Http2ServerResponse).stream
}
