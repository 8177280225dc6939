/**
 * `@phial/server/compression`: compresses responses for clients that support it.
 *
 * @module @phial/server/compression
 */
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import {
  addVary,
  asApplication,
  type Body,
  Chunks,
  type Headers,
  isCompressible,
  isPromise,
} from '@phial/core'
import type { Environ, Middleware } from '@phial/core'
import Negotiator from 'negotiator'
import { HeldHead } from './held-head.ts'
import { PressedBody } from './pressed-body.ts'

/** Options of {@link compression}. */
export interface CompressionOptions {
  /** The minimum size of a body to compress, in bytes. Default: 1024, because smaller bodies fit into one packet. */
  readonly threshold?: number
}

/** Brotli at level 4 takes as long as gzip at level 6, and compresses better. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** The functions that compress a complete body and a streamed one. */
const ENCODERS = {
  br: {
    whole: (bytes: Uint8Array): Promise<Buffer> => promisify(brotliCompress)(bytes, BROTLI),
    stream: () => createBrotliCompress(BROTLI),
  },
  gzip: {
    whole: (bytes: Uint8Array): Promise<Buffer> => promisify(gzip)(bytes),
    stream: () => createGzip(),
  },
}

/**
 * Creates a middleware that compresses responses with Brotli or gzip, according to `Accept-Encoding`. It adds `Vary`,
 * and makes an `ETag` weak because the bytes differ. RFC 9110 §8.4, §8.8.1
 *
 * It compresses bodies that are returned as an array, and bodies with a `Content-Length`, such as files. A body of
 * unknown length is a stream and is not compressed, because a compressor would delay its chunks. Also not compressed are
 * small bodies, media types that do not become smaller (images, videos), encoded bodies, partial content, and responses
 * with `Cache-Control: no-transform`.
 *
 * A compressed page that contains both a secret and data from an attacker reveals the secret by its length (BREACH).
 * Keep the two on separate pages.
 *
 * ```ts
 * import { compression } from '@phial/server/compression'
 *
 * app.wsgiApp = compression()(app.wsgiApp)
 * ```
 */
export function compression({ threshold = 1024 }: CompressionOptions = {}): Middleware {
  return (app) => {
    const inner = asApplication(app)
    return (environ, startResponse) => {
      const held = new HeldHead(startResponse)
      const answer = (body: Body): Body | Promise<Body> =>
        compressed(environ, held, body, threshold) ?? passed(held, body)
      const body = inner(environ, held.startResponse)
      return isPromise(body) ? body.then(answer) : answer(body)
    }
  }
}

/** Sends the response unchanged. Closes its body if the server rejects its head. */
function passed(held: HeldHead, body: Body): Body {
  try {
    held.pass()
  } catch (error) {
    void new Chunks(body).close()
    throw error
  }
  return body
}

/** Returns the compressed response, or `undefined` if it must not be compressed. */
function compressed(
  environ: Environ,
  held: HeldHead,
  body: Body,
  threshold: number,
): Body | Promise<Body> | undefined {
  const { head } = held
  const size = head && sizeOf(body, head.headers, environ)
  if (head === undefined || size === undefined || size < threshold) return undefined
  if (!isWhole(head.status) || !isPlain(head.headers)) return undefined
  addVary(head.headers, 'Accept-Encoding')
  const encoding = encodingFor(environ)
  if (encoding === undefined) return undefined
  announce(head.headers, encoding)
  if (environ.REQUEST_METHOD === 'HEAD') return undefined
  if (!isChunkList(body))
    return passed(held, new PressedBody(body, ENCODERS[encoding].stream(), held, size))
  return compress(body, encoding, (length) => {
    head.headers.set('Content-Length', String(length))
    held.pass()
  })
}

/** Returns the length of a complete body. For other bodies, and for `HEAD`, returns the declared length. */
function sizeOf(body: Body, headers: Headers, { REQUEST_METHOD }: Environ): number | undefined {
  const said = headers.get('Content-Length')
  if (!isChunkList(body)) {
    return Array.isArray(body) || !/^\d{1,15}$/.test(said ?? '') ? undefined : Number(said)
  }
  const size = body.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (said === undefined) return size
  // The server reports a wrong length.
  return REQUEST_METHOD === 'HEAD' || said === String(size) ? Number(said) : undefined
}

const isChunkList = (body: Body): body is readonly Uint8Array[] & Body =>
  Array.isArray(body) && body.every((chunk) => chunk instanceof Uint8Array)

const isWhole = (status: string): boolean => !/^(?:204|206|304)/.test(status)

/** Whether a response is not encoded, and may be transformed. */
function isPlain(headers: Headers): boolean {
  if (headers.has('Content-Encoding') || headers.has('Content-Range')) return false
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.getAll('Cache-Control').join())) return false
  return isCompressible(headers.get('Content-Type', ''))
}

/** Returns the encodings that the client accepts, best first. May be empty. */
function encodingFor({ HTTP_ACCEPT_ENCODING: accept }: Environ): keyof typeof ENCODERS | undefined {
  if (typeof accept !== 'string') return undefined
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } })
  const taken = negotiator.encodings(['br', 'gzip'])
  return (['br', 'gzip'] as const).find((encoding) => taken.includes(encoding))
}

/** Returns the response to `HEAD`, without a length, which is unknown without the body. */
function announce(headers: Headers, encoding: string): void {
  headers.set('Content-Encoding', encoding)
  headers.delete('Content-Length')
  headers.delete('Accept-Ranges')
  const etag = headers.get('ETag')
  if (etag?.startsWith('"') === true) headers.set('ETag', `W/${etag}`)
}

/** Reads the whole inner body, and closes it. */
async function compress(
  body: readonly Uint8Array[] & Body,
  encoding: keyof typeof ENCODERS,
  start: (length: number) => void,
): Promise<Body> {
  try {
    const bytes = await ENCODERS[encoding].whole(Buffer.concat(body))
    start(bytes.byteLength)
    return [bytes]
  } finally {
    await body.close?.()
  }
}
