/** An application as a handler for Node's own servers. */
import cluster from 'node:cluster'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
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
import type { Answer } from '../node-http/answer.ts'
import { isHttp2 } from '../node-http/body.ts'
import { environOf } from '../node-http/environ.ts'
import { peerOf, plainAddress } from '../peer.ts'
import { refusal } from '../refusal.ts'
import type { Limits } from '../transport.ts'
import { EmbeddedAnswer } from './embedded-answer.ts'

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
    const [asked, answer] = answerOf(request, response)
    answer.onOver(() => answer.leave())
    const refused = isHttp2(asked) ? undefined : refusal(original(asked))
    if (refused) answer.refuse(refused)
    else void run(app, environFor(asked, answer, errors), answer)
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
function answerOf(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): [request: Mounted, answer: Answer] {
  const asked = request as IncomingMessage
  return [asked, new EmbeddedAnswer(asked, response as ServerResponse, NO_LIMITS, false)]
}

/** The request as it came, before Express took a mount's path off it. */
function original(request: Mounted): Parameters<typeof refusal>[0] {
  const { method, originalUrl, url, httpVersion, rawHeaders } = request
  return { method, url: originalUrl ?? url, httpVersion, rawHeaders }
}

function environFor(request: Mounted, answer: Answer, errors: ErrorStream): Environ {
  const { socket, baseUrl = '', originalUrl } = request
  const peer = peerOf(socket, plainAddress(socket.localAddress ?? ''))
  const environ = environOf(request, answer, { peer, errors, multiprocess: cluster.isWorker })
  if (request.readableDidRead && hasBody(environ)) environ['wsgi.input'] = inputStream(readBefore)
  if (baseUrl !== '') environ.SCRIPT_NAME = decodePath(baseUrl)
  if (originalUrl !== undefined) environ.RAW_URI = originalUrl
  return environ
}
