/**
 * `@phial/server/compression`: answers made smaller, for clients that can make them large again.
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

/** What is compressed. */
export interface CompressionOptions {
  /** From how many bytes on an answer is compressed. 1024 if not given: less fits into one packet anyway. */
  readonly threshold?: number
}

/** Brotli at 4 takes as long as gzip at 6, and gives less to send. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** How a whole is compressed, and how what comes block by block. */
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
 * Middleware that compresses answers, with Brotli or gzip, as the client likes. It says so in `Vary`,
 * and makes the `ETag` weak, since the bytes are others now. RFC 9110 §8.4, §8.8.1
 *
 * Compressed is what the application returns as a whole, in an array, and what says its
 * `Content-Length`, such as a file. What comes bit by bit and does not say how long it will be is a
 * stream, and left alone: whoever sends a chunk means it to leave now, and a compressor would hold it
 * back. Left alone is also what is small, what does not become smaller (images, films), what is encoded
 * already, a part of a whole, and what `Cache-Control: no-transform` forbids.
 *
 * A page that shows both a secret and what a stranger sent tells the secret by its length, once it is
 * compressed (BREACH): keep the two apart.
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

/** The answer as it is. If the server refuses its head, nobody else will close its body. */
function passed(held: HeldHead, body: Body): Body {
  try {
    held.pass()
  } catch (error) {
    void new Chunks(body).close()
    throw error
  }
  return body
}

/** A compressed answer, or nothing if it is to stay as it is. */
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

/** How long a body is that is there as a whole. Any other, and the one that a `HEAD` does not get, is as long as it says. */
function sizeOf(body: Body, headers: Headers, { REQUEST_METHOD }: Environ): number | undefined {
  const said = headers.get('Content-Length')
  if (!isChunkList(body)) {
    return Array.isArray(body) || !/^\d{1,15}$/.test(said ?? '') ? undefined : Number(said)
  }
  const size = body.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (said === undefined) return size
  // A length that is not so is for the server to tell.
  return REQUEST_METHOD === 'HEAD' || said === String(size) ? Number(said) : undefined
}

const isChunkList = (body: Body): body is readonly Uint8Array[] & Body =>
  Array.isArray(body) && body.every((chunk) => chunk instanceof Uint8Array)

const isWhole = (status: string): boolean => !/^(?:204|206|304)/.test(status)

/** Whether nobody has encoded it, or forbids to. */
function isPlain(headers: Headers): boolean {
  if (headers.has('Content-Encoding') || headers.has('Content-Range')) return false
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.getAll('Cache-Control').join())) return false
  return isCompressible(headers.get('Content-Type', ''))
}

/** What the client takes, the best of it first; it may not take any. */
function encodingFor({ HTTP_ACCEPT_ENCODING: accept }: Environ): keyof typeof ENCODERS | undefined {
  if (typeof accept !== 'string') return undefined
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } })
  const taken = negotiator.encodings(['br', 'gzip'])
  return (['br', 'gzip'] as const).find((encoding) => taken.includes(encoding))
}

/** The same to a `HEAD`, whose length nobody knows without the body. */
function announce(headers: Headers, encoding: string): void {
  headers.set('Content-Encoding', encoding)
  headers.delete('Content-Length')
  headers.delete('Accept-Ranges')
  const etag = headers.get('ETag')
  if (etag?.startsWith('"') === true) headers.set('ETag', `W/${etag}`)
}

/** The body within is closed once its bytes are taken. */
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
