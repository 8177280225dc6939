/** The responses of a test client. */
import type { CallAnswer } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import type { Request } from '../request/request.ts'
import { isBodyless } from '../response/response.ts'
import { requestStarted } from '../observers/signals.ts'

/** The requests that led to a response. */
interface Provenance {
  readonly url: string
  readonly history: readonly TestResponse[]
  readonly context: RequestContext | undefined
}

/**
 * The platform's `Response`, with the requests that led to it.
 *
 * ```ts
 * const response = await app.testClient().get('/old', { followRedirects: true })
 * response.history.map(({ status }) => status) // [303]
 * ```
 */
export class TestResponse extends Response {
  /** The responses of the followed redirects, in order. */
  readonly history: readonly TestResponse[]
  /** The URL that was requested last. */
  override readonly url: string
  override readonly redirected: boolean
  /** The request's context: `response.context?.g`. Only Phial's own apps have one. */
  readonly context: RequestContext | undefined

  constructor(body: Uint8Array<ArrayBuffer> | null, init: ResponseInit, provenance: Provenance) {
    super(body, init)
    this.url = provenance.url
    this.redirected = provenance.history.length > 0
    this.history = provenance.history
    this.context = provenance.context
  }

  /** The request as the app saw it. Only Phial's own apps have one. */
  get request(): Request | undefined {
    return this.context?.request
  }
}

/** Calls an app with a marked environ, and captures the context of that request. */
export async function captureContext<T>(
  environ: Readonly<Record<string, unknown>>,
  send: (environ: Readonly<Record<string, unknown>>) => Promise<T>,
): Promise<[answer: T, context: RequestContext | undefined]> {
  const mark = {}
  let captured: RequestContext | undefined
  const disconnect = requestStarted.connect((_, { context }) => {
    if (context.request.environ[MARK] === mark) captured = context
  })
  try {
    return [await send({ ...environ, [MARK]: mark }), captured]
  } finally {
    disconnect()
  }
}

const MARK = 'phial.testing'

/** Converts a gateway response to the platform's `Response`. */
export function responseOf(answer: CallAnswer, provenance: Provenance): TestResponse {
  const hasBody = !isBodyless(answer.statusCode) && answer.statusCode !== 205
  const head = {
    status: answer.statusCode,
    statusText: answer.status.slice(4),
    headers: answer.headers,
  }
  return new TestResponse(hasBody ? new Uint8Array(answer.body) : null, head, provenance)
}
