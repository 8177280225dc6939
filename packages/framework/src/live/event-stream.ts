/**
 * Server-sent events: an answer that goes on, an event at a time. HTML Standard, §9.2
 *
 *     source ──yields──► EventStream ──text──► the answer's body
 *                          │    ▲
 *              heartbeat ──┘    └── phial.retiring: the answer ends, and the browser connects again
 */
import { wsgiToText } from '@phial/core'
import { currentRequestContext, type RequestContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import { listOf, type HeadersLike, type Response } from '../response/response.ts'
import { formatEvent, type ServerSentEvent } from './event.ts'

/** What makes the events of a stream: text, or an event with its fields. */
export type EventSource =
  | Iterable<string | ServerSentEvent>
  | AsyncIterable<string | ServerSentEvent>

/** What the function that makes the events is given. */
export interface EventStreamStart {
  /** The `id` of the last event that the browser got before it lost its connection. */
  readonly lastEventId: string | undefined
  /** Fires when nothing more will be sent: the client has left, or the server stops or replaces this process. */
  readonly signal: AbortSignal
}

/** Options of an event stream. */
export interface EventStreamOptions {
  /**
   * After how many seconds without an event a comment is sent, so that proxies keep the connection and a client that
   * is gone is noticed. 0 sends none. Default 15.
   */
  heartbeat?: number
  /** More headers, or others. */
  headers?: HeadersLike
}

const HEARTBEAT = 15

/**
 * Answers with server-sent events: `new EventSource(url)` in a browser. The answer begins at once, each event leaves
 * when it is yielded, and the stream ends when the source does, when the client leaves, or when the server stops. Then
 * `signal` fires and the generator's `finally` runs. Throws `ContextError` outside of a request.
 *
 * ```ts
 * app.get('/numbers', () =>
 *   eventStream(async function* ({ lastEventId = '0' }) {
 *     for (let id = Number(lastEventId) + 1; id < 10; id++) yield { id, data: { square: id ** 2 } }
 *   }),
 * )
 * ```
 */
export function eventStream(
  source: EventSource | ((start: EventStreamStart) => EventSource),
  options: EventStreamOptions = {},
): Response {
  const context = currentRequestContext('eventStream')
  const { heartbeat = HEARTBEAT, headers = [] } = options
  const all = new Map([
    ['content-type', ['Content-Type', 'text/event-stream'] as const],
    ['cache-control', ['Cache-Control', 'no-cache'] as const],
    ['x-accel-buffering', ['X-Accel-Buffering', 'no'] as const], // nginx would hold events back
  ])
  const own = listOf(headers)
  for (const [name] of own) all.delete(name.toLowerCase())
  const stream = new EventStream(source, context, heartbeat)
  return new context.app.responseClass(stream, { headers: [...all.values(), ...own] })
}

type Step = IteratorResult<string | ServerSentEvent>
type Outcome = { readonly step: Step } | { readonly error: unknown }

type EventIterator = Iterator<string | ServerSentEvent> | AsyncIterator<string | ServerSentEvent>

function iterate(events: EventSource): EventIterator {
  return Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]()
}

const COMMENT = ':\n\n'

/** The text of a stream. It asks the source for one event at a time, and sends comments while it waits. */
class EventStream implements AsyncIterableIterator<string> {
  readonly #source: EventSource | ((start: EventStreamStart) => EventSource)
  readonly #context: RequestContext
  readonly #heartbeat: number
  readonly #ending = new AbortController()
  #iterator: EventIterator | undefined
  #isAsked = false
  /** What became of the event that was asked for. */
  #outcome: Outcome | undefined
  #wake: (() => void) | undefined
  #hasBegun = false
  /** Whether something was sent, and the head with it. */
  #hasSent = false

  constructor(
    source: EventSource | ((start: EventStreamStart) => EventSource),
    context: RequestContext,
    heartbeat: number,
  ) {
    this.#source = source
    this.#context = context
    this.#heartbeat = heartbeat * 1000
    guard(source)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    if (!this.#hasBegun) this.#watch()
    if (!this.#isAsked && !this.#isOver) this.#ask()
    if (this.#outcome === undefined && !this.#isOver) await this.#wait()
    if (this.#isOver) return { done: true, value: undefined }
    const outcome = this.#outcome
    if (outcome === undefined) return { done: false, value: COMMENT }
    this.#outcome = undefined
    this.#isAsked = false
    this.#hasSent = true
    if ('error' in outcome) throw outcome.error
    if (outcome.step.done === true) return this.#end()
    const { json } = this.#context.app
    return { done: false, value: formatEvent(outcome.step.value, (value) => json.dumps(value)) }
  }

  /** Ends the stream, and the source, which is told by the signal. */
  async return(): Promise<IteratorResult<string, undefined>> {
    const end = this.#end()
    if (typeof this.#source !== 'function') this.#iterator ??= iterate(this.#source)
    await this.#iterator?.return?.()
    return end
  }

  get #isOver(): boolean {
    return this.#ending.signal.aborted
  }

  /** Ends with the server, so that the client connects again to the next one. */
  #watch(): void {
    this.#hasBegun = true
    const retiring = this.#context.request.environ['phial.retiring']
    if (retiring?.aborted === true) return void this.#end()
    const { signal } = this.#ending
    retiring?.addEventListener('abort', () => this.#end(), { once: true, signal })
  }

  #end(): { done: true; value: undefined } {
    this.#ending.abort()
    this.#wake?.()
    return { done: true, value: undefined }
  }

  #ask(): void {
    this.#isAsked = true
    const settle = (outcome: Outcome): void => {
      this.#outcome = outcome
      this.#wake?.()
    }
    const step = async (): Promise<Step> => (this.#iterator ??= this.#open()).next()
    step().then(
      (step) => settle({ step }),
      (error: unknown) => settle({ error }),
    )
  }

  #open(): EventIterator {
    if (typeof this.#source !== 'function') return iterate(this.#source)
    const lastEventId = this.#context.request.environ['HTTP_LAST_EVENT_ID']
    return iterate(
      this.#source({
        lastEventId: typeof lastEventId === 'string' ? wsgiToText(lastEventId) : undefined,
        signal: this.#ending.signal,
      }),
    )
  }

  /** Waits for the event, but not longer than the heartbeat; at first only for a moment, so that the head can leave. */
  #wait(): Promise<void> {
    const delay = this.#hasSent ? this.#heartbeat : 0
    const isTimed = !this.#hasSent || this.#heartbeat > 0
    this.#hasSent = true
    return new Promise((resolve) => {
      const timer = isTimed ? setTimeout(() => this.#wake?.(), delay) : undefined
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }
}
