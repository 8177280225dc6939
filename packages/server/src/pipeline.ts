/**
 * The pipeline: what happens to a request between a transport and the application, and the register of
 * what is under way.
 *
 *     environ → forwarded headers (may refuse) → before → core's `run` → after
 */
import type { Forwarding } from './ingress/forwarded.ts'
import { Members, type Member } from './members.ts'
import { refusalAnswer, type Refusal } from './refusal.ts'
import { run, type ApplicationLike, type Environ, type ResponseWriter } from '@phial/core'

export interface PipelineOptions {
  readonly app: ApplicationLike
  /** What proxies tell of the client, by those that are trusted. */
  readonly forwarding?: Forwarding | undefined
  /** Called before the application. */
  readonly before?: ((environ: Environ) => void) | undefined
  /** Called when the answer is over, and the application too. */
  readonly after?: ((environ: Environ) => void) | undefined
}

/** A request under way. */
export interface UnderWay {
  readonly method: string
  /** As the client sent it. */
  readonly target: string
  /** For how long, in milliseconds. */
  readonly age: number
}

export interface Pipeline {
  /** Answers a request: what a transport is made with. */
  readonly handle: (environ: Environ, answer: ResponseWriter) => void | Promise<void>
  /** How many requests are under way. */
  readonly size: number
  /** What is under way, the oldest first. */
  underWay(): UnderWay[]
}

/** A request that the application did not answer at once. */
interface InFlight extends Member {
  readonly environ: Environ
  /** When it was called, by the clock of `performance`. */
  readonly since: number
}

/** Makes a pipeline around an application. */
export function pipeline({ app, forwarding, before, after }: PipelineOptions): Pipeline {
  // Most are answered before anything else can run, so they do not become members; `bench/http.ts` measures it.
  const waiting = new Members<InFlight>()
  let called: Environ | undefined
  let calledAt = 0
  return {
    handle: (environ, answer) => {
      const refused = forwarding?.(environ, environ.REMOTE_ADDR ?? '')
      if (refused) return refuse(answer, refused)
      called = environ
      const since = (calledAt = performance.now())
      before?.(environ)
      const running = run(app, environ, answer)
      called = undefined
      if (!running) return after?.(environ)
      const request = { environ, since, place: -1 }
      waiting.add(request)
      return running.then(() => {
        waiting.delete(request)
        after?.(environ)
      })
    },
    get size() {
      return waiting.size + (called ? 1 : 0)
    },
    underWay: () => {
      const all: Omit<InFlight, 'place'>[] = waiting.all()
      if (called) all.push({ environ: called, since: calledAt })
      return all
        .toSorted((one, other) => one.since - other.since)
        .map(({ environ, since }) => ({
          method: environ.REQUEST_METHOD,
          target: environ.RAW_URI ?? environ.PATH_INFO,
          age: performance.now() - since,
        }))
    },
  }
}

function refuse(answer: ResponseWriter, refused: Refusal): void | Promise<void> {
  const { headers, body } = refusalAnswer(refused)
  answer.writeHead(refused.status, headers)
  return answer.end(body)
}
