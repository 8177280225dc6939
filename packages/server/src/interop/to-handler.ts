/** An application as a handler for Node's own servers. */
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
import { homeOfSocket, type Limits, type Peer, peerOf } from '../transport.ts'

/** What `node:http`, `https`, `http2` and Express call for each request. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

/** What a handler for another server may be told. */
export interface NodeHandlerOptions {
  /** What applications find as `wsgi.errors`. Standard error, if not given. */
  readonly errors?: ErrorStream
}

/** Limits belong to the server that has the connection. */
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
 * Makes a handler of an application. Under Express's `use('/path', …)` the path is its
 * `SCRIPT_NAME`. Connections, limits and timeouts stay with the server that calls it. Throws a
 * `TypeError` for an application that is none.
 *
 * ```ts
 * http.createServer(toNodeHandler(app)).listen(8000)
 * express().use('/shop', toNodeHandler(app))
 * ```
 *
 * Mount it before middleware that reads bodies: a body can be read once.
 */
export function toNodeHandler(app: ApplicationLike, options: NodeHandlerOptions = {}): NodeHandler {
  asApplication(app) // a TypeError that says what came instead
  const errors = options.errors ?? errorStream((text) => void process.stderr.write(text))
  return (request, response) => {
    const [asked, own] = responseTo(request, response)
    own.onOver(() => own.leave())
    const refused = isHttp2(asked) ? undefined : refusal(original(asked))
    if (refused) own.refuse(refused)
    else void run(app, environFor(asked, own, errors), own)
  }
}

/** The input of a request whose body somebody else has: to read it is an error that says what to do. */
const readBefore: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({
    next: () =>
      Promise.reject(
        withCode(
          'ERR_PHIAL_BODY_TAKEN',
          new Error(
            'The body of this request was read already: mount the application before middleware that reads bodies.',
          ),
        ),
      ),
  }),
}

type Mounted = IncomingMessage & { readonly originalUrl?: string; readonly baseUrl?: string }

/** HTTP/2's objects have the same names where we use them. */
function responseTo(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): [request: Mounted, response: NodeResponse] {
  const asked = request as IncomingMessage
  return [
    asked,
    new EmbeddedResponse(asked, response as ServerResponse, NO_LIMITS, { asks: false }),
  ]
}

/** The request as it came, before Express took a mount's path off it. */
function original(request: Mounted): Parameters<typeof refusal>[0] {
  const { method, originalUrl, url, httpVersion, rawHeaders } = request
  return { method, url: originalUrl ?? url, httpVersion, rawHeaders }
}

/** The peer of a connection that is closed already. */
const UNKNOWN: Peer = {
  remoteAddr: '',
  remotePort: '',
  serverName: 'localhost',
  serverPort: '80',
  scheme: 'http',
}

function environFor(request: Mounted, response: NodeResponse, errors: ErrorStream): Environ {
  const { socket, baseUrl = '', originalUrl } = request
  const peer = peerOf(socket, homeOfSocket(socket)) ?? UNKNOWN
  const environ = environOf(request, response, { peer, errors, multiprocess: cluster.isWorker })
  if (request.readableDidRead && hasBody(environ)) environ['wsgi.input'] = inputStream(readBefore)
  if (baseUrl !== '') environ.SCRIPT_NAME = decodePath(baseUrl)
  if (originalUrl !== undefined) environ.RAW_URI = originalUrl
  return environ
}

/**
 * A response whose connection belongs to another server, over HTTP/1.1 or HTTP/2. It differs in its head, to which the host may have added headers of its own (they stay, unless the
 * application gives the same), and where HTTP/2 does: no reason phrase, no connection to close, a
 * stream to break off. RFC 9113 §8
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

  protected override isThrough(response: ServerResponse): boolean {
    return isHttp2(response.req) ? !http2Stream(response).aborted : super.isThrough(response)
  }

  protected override cut(response: ServerResponse): void {
    if (!isHttp2(response.req)) super.cut(response)
    else http2Stream(response).close(constants.NGHTTP2_INTERNAL_ERROR)
  }
}

function http2Stream(response: ServerResponse): Http2ServerResponse['stream'] {
  return (response as unknown as Http2ServerResponse).stream
}
