/**
 * The pipeline processes a request between the transport and the application, and keeps track of in-flight requests.
 *
 *     environ → forwarding headers (may reject) → before → core's `run` → after
 */
import { Members, type Member } from './deadlines.ts'
import type { Forwarding } from './ingress/forwarded.ts'
import { refusalAnswer, type Refusal } from './refusal.ts'
import type { TransportResponse } from './transport.ts'
import { run, type ApplicationLike, type Environ } from '@phial/core'

export interface PipelineOptions {
  readonly app: ApplicationLike
  /** Applies the forwarding headers of trusted proxies. */
  readonly forwarding?: Forwarding | undefined
  /** Called before the application. */
  readonly before?: ((environ: Environ) => void) | undefined
  /** Called when both the response and the application have finished. */
  readonly after?: ((environ: Environ) => void) | undefined
}

/** An in-flight request. */
export interface InFlightRequest {
  readonly method: string
  /** As the client sent it. */
  readonly target: string
  /** The time since its start, in milliseconds. */
  readonly age: number
}

export interface Pipeline {
  /** Answers a request. Passed to a transport. */
  readonly handle: (environ: Environ, response: TransportResponse) => void | Promise<void>
  /** The number of in-flight requests. */
  readonly size: number
  /** Returns the in-flight requests, oldest first. */
  inFlight(): InFlightRequest[]
}

/** A request that the application does not answer synchronously. */
interface Waiting extends Member {
  readonly environ: Environ
  readonly began: number
}

/** Creates a pipeline around an application. */
export function pipeline({ app, forwarding, before, after }: PipelineOptions): Pipeline {
  // Most requests are answered synchronously and are never added; `bench/http.ts` measures it.
  const waiting = new Members<Waiting>()
  let called: Environ | undefined
  let calledAt = 0
  return {
    handle: (environ, response) => {
      const refused = forwarding?.(environ, environ.REMOTE_ADDR ?? '')
      if (refused) return refuse(response, refused)
      called = environ
      calledAt = response.began
      before?.(environ)
      const running = run(app, environ, response)
      called = undefined
      if (!running) return after?.(environ)
      const request = { environ, began: response.began, place: -1 }
      waiting.add(request)
      return running.then(() => {
        waiting.delete(request)
        after?.(environ)
      })
    },
    get size() {
      return waiting.size + (called ? 1 : 0)
    },
    inFlight: () => {
      const all: Omit<Waiting, 'place'>[] = waiting.all()
      if (called) all.push({ environ: called, began: calledAt })
      return all
        .toSorted((one, other) => one.began - other.began)
        .map(({ environ, began }) => ({
          method: environ.REQUEST_METHOD,
          target: environ.RAW_URI ?? environ.PATH_INFO,
          age: performance.now() - began,
        }))
    },
  }
}

function refuse(response: TransportResponse, refused: Refusal): void | Promise<void> {
  const { headers, body } = refusalAnswer(refused)
  response.writeHead(refused.status, headers)
  return response.end(body)
}
