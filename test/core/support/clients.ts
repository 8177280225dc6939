/** Clients that run the conformance cases without a socket: through `call` and through `toFetch`. */
import { call, toFetch, type Application, type HeaderList } from '@phial/core'
import { deferred } from '../../support/deferred.ts'
import type { Client, ClientAnswer, ClientRequest } from '@phial/core/conformance'

const latin1 = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('latin1')

const BROKEN = new Error('the request was cut off')

/** Yields the parts of a body, then throws if the request is cut off, or waits for the response and yields the late part. */
async function* bodyOf(
  { body = [], bodyLater, bodyAfterHead, breakOff }: ClientRequest,
  begun: Promise<void>,
): AsyncGenerator<Uint8Array> {
  for (const part of body) yield Buffer.from(part)
  if (breakOff === true) throw BROKEN
  const late = bodyLater ?? bodyAfterHead
  if (late === undefined) return
  await begun
  yield Buffer.from(late)
}

const hasBody = ({ body, bodyLater, bodyAfterHead }: ClientRequest): boolean =>
  (body ?? bodyLater ?? bodyAfterHead) !== undefined

/** Calls back once the application has called `write` or has switched protocols, because `call` returns the head only with the whole response. */
const notifying =
  (app: Application, written: () => void): Application =>
  (environ, startResponse) =>
    app(environ, (...args) => {
      const write = startResponse(...args)
      if (args[0].startsWith('101')) written()
      return (chunk) => {
        const room = write(chunk)
        written()
        return room
      }
    })

/** Returns a client that uses `call`. An error of the application becomes an incomplete 500 response. */
export function callClient(app: Application): Client {
  return async (request) => {
    const begun = deferred()
    const leaving = new AbortController()
    const chunks: Uint8Array[] = []
    const answer = (status: string, headers: HeaderList, complete: boolean): ClientAnswer => ({
      status,
      headers,
      body: latin1(chunks),
      complete,
    })
    try {
      const seen = request.bodyAfterHead === undefined ? app : notifying(app, begun.resolve)
      const { status, headers } = await call(seen, {
        method: request.method ?? 'GET',
        path: request.target ?? '/',
        headers: request.headers ?? [],
        ...(hasBody(request) && { body: bodyOf(request, begun.promise) }),
        environ: {
          ...(request.upgrade !== undefined && { 'phial.upgrade': request.upgrade }),
          'wsgi.errors': {
            write: () => undefined,
            writelines: () => undefined,
            flush: () => undefined,
          },
        },
        signal: leaving.signal,
        onChunk: (chunk) => {
          chunks.push(chunk)
          begun.resolve()
          if (request.leave === true) leaving.abort()
        },
      })
      const { upgrade } = request
      if (upgrade !== undefined && status.startsWith('101'))
        headers.push(['Connection', 'Upgrade'], ['Upgrade', upgrade]) // which servers add, but `call` does not
      return answer(status, headers, !leaving.signal.aborted)
    } catch {
      return answer('500 Internal Server Error', [], false)
    }
  }
}

/** Returns a client that uses `toFetch`. */
export function fetchClient(app: Application): Client {
  const handler = toFetch(app)
  return async (request) => {
    const begun = deferred()
    const response = await handler(
      new Request(`http://localhost${request.target ?? '/'}`, {
        method: request.method ?? 'GET',
        headers: request.headers ?? [],
        ...(hasBody(request) && {
          ...(request.upgrade !== undefined && { method: 'POST' }),
          body: ReadableStream.from(bodyOf(request, begun.promise)),
          duplex: 'half',
        }),
      }),
    )
    const chunks: Uint8Array[] = []
    const answer = (complete: boolean): ClientAnswer => ({
      status: `${response.status} ${response.statusText}`,
      headers: [...response.headers] as HeaderList,
      body: latin1(chunks),
      complete,
    })
    if (request.bodyAfterHead !== undefined) begun.resolve()
    const reader = response.body?.getReader()
    try {
      for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
        chunks.push(step.value)
        begun.resolve()
        if (request.leave !== true) continue
        await reader?.cancel()
        return answer(false)
      }
      return answer(true)
    } catch (error) {
      if (error instanceof TypeError) throw error
      return answer(false)
    }
  }
}
