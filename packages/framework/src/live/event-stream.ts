/**
 * Server-sent events: a response that stays open and sends one event at a time. HTML Standard, §9.2
 *
 *     source ──yields──► EventStream ──text──► response body
 *                          ▲    ▲
 *              heartbeat ──┘    └── phial.retiring: the response ends, and the browser reconnects
 */
import { wsgiToText } from '@phial/core'
import { currentRequestContext, type RequestContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import { listOf, type HeadersLike, type Response } from '../response/response.ts'
import { formatEvent, type ServerSentEvent } from './event.ts'
import { assertIterable } from '../helpers/arguments.ts'

/** The events of a stream: text, or objects with the fields of an event. */
export type EventSource =
  | Iterable<string | ServerSentEvent>
  | AsyncIterable<string | ServerSentEvent>

/** The argument of a function that produces the events. */
export interface EventStreamStart {
  /** The `id` of the last event that the browser received before it lost the connection. */
  readonly lastEventId: string | undefined
  /** Fires when the stream ends: the client has disconnected, or the server stops or replaces this process. */
  readonly signal: AbortSignal
}

/** Options of an event stream. */
export interface EventStreamOptions {
  /**
   * The time in seconds without an event after which a comment is sent, so that proxies do not close the connection and
   * disconnected clients are detected. 0 disables heartbeats. Default 15.
   */
  heartbeat?: number
  /** Headers to add, or to override. */
  headers?: HeadersLike
}

const HEARTBEAT = 15

/**
 * Returns a response with server-sent events, for `new EventSource(url)` in a browser. The headers are sent immediately,
 * and each event is sent when it is yielded. The stream ends when the source ends, when the client disconnects, or when
 * the server stops. Then `signal` fires and the generator's `finally` runs. Throws `ContextError` outside of a request.
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
  if (typeof source !== 'function') assertIterable('eventStream(source)', source)
  const context = currentRequestContext('eventStream')
  const { heartbeat = HEARTBEAT, headers = [] } = options
  const all = new Map([
    ['content-type', ['Content-Type', 'text/event-stream'] as const],
    ['cache-control', ['Cache-Control', 'no-cache'] as const],
    ['x-accel-buffering', ['X-Accel-Buffering', 'no'] as const], // otherwise nginx buffers the events
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

/** The text of an event stream. It requests one event at a time from the source, and yields comments while it waits. */
class EventStream implements AsyncIterableIterator<string> {
  readonly #source: EventSource | ((start: EventStreamStart) => EventSource)
  readonly #context: RequestContext
  readonly #heartbeat: number
  readonly #ending = new AbortController()
  #iterator: EventIterator | undefined
  /** Whether an event has been requested from the source. */
  #isPending = false
  /** The result of the requested event. */
  #outcome: Outcome | undefined
  #wake: (() => void) | undefined
  #hasBegun = false
  /** Whether something has been sent, including the response head. */
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
    if (!this.#isPending && !this.#isOver) this.#request()
    if (this.#outcome === undefined && !this.#isOver) await this.#wait()
    if (this.#isOver) return { done: true, value: undefined }
    const outcome = this.#outcome
    if (outcome === undefined) return { done: false, value: COMMENT }
    this.#outcome = undefined
    this.#isPending = false
    this.#hasSent = true
    if ('error' in outcome) throw outcome.error
    if (outcome.step.done === true) return this.#end()
    const { json } = this.#context.app
    return { done: false, value: formatEvent(outcome.step.value, (value) => json.dumps(value)) }
  }

  /** Ends the stream, and notifies the source through the signal. */
  async return(): Promise<IteratorResult<string, undefined>> {
    const end = this.#end()
    if (typeof this.#source !== 'function') this.#iterator ??= iterate(this.#source)
    await this.#iterator?.return?.()
    return end
  }

  get #isOver(): boolean {
    return this.#ending.signal.aborted
  }

  /** Ends the stream when the server retires this process, so that the client reconnects to another one. */
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

  #request(): void {
    this.#isPending = true
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

  /**
   * Waits for the event, at most for the heartbeat interval. The first wait has a timeout of 0, so that the head is
   * sent.
   */
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
