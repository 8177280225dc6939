/**
 * Tracing: what goes on in an app, told to tools such as OpenTelemetry by `node:diagnostics_channel`,
 * whose `tracingChannel` they know. Where nobody listens it costs a look; where a runtime has no such
 * module there is nothing to listen to.
 *
 * Signals tell the app's own code what happened; these channels have a beginning and an end, and a
 * place to keep a span in between.
 */
import type * as Diagnostics from 'node:diagnostics_channel'
import type { RequestContext } from '../context/context.ts'
import { isPromise } from '../helpers/promises.ts'

/** What all messages have once it has ended. */
export interface TraceEnd {
  /** What was raised, if anything was. */
  error?: unknown
}

/** `tracing:phial.request:*`: a request, from its arrival to its answer; the body of a stream comes after. */
export interface RequestTrace extends TraceEnd {
  readonly context: RequestContext
  /** `200 OK`, once the answer has begun. */
  status?: string
}

/** `tracing:phial.view:*`: the view of a route. An error is told here even if a handler answers it. */
export interface ViewTrace extends TraceEnd {
  readonly context: RequestContext
  readonly endpoint: string
  /** The pattern of the route: `/posts/:id`. */
  readonly pattern: string
}

/** `tracing:phial.template:*`: the rendering of a template; its name is `undefined` for one from a string. */
export interface TemplateTrace extends TraceEnd {
  readonly template: string | undefined
}

/** One of the three. */
export class Trace<Message extends TraceEnd> {
  readonly #channel: Diagnostics.TracingChannel | undefined

  constructor(name: string) {
    this.#channel = diagnostics()?.tracingChannel(name)
  }

  /** Whether anyone listens, so that it is worth making a message. */
  get isHeard(): boolean {
    const channel = this.#channel
    return channel !== undefined && (channel.hasSubscribers ?? isAnyHeard(channel))
  }

  /** Does some work and tells of its beginning, its end and its error, now or later, as Node's own `traceSync` and `tracePromise` do. */
  run<T>(message: Message, work: () => T): T {
    const channel = this.#channel
    if (channel === undefined) return work()
    return channel.start.runStores(message, () => {
      try {
        const value = work()
        return isPromise(value) ? (ended(channel, message, value) as T) : value
      } catch (error) {
        channel.error.publish(Object.assign(message, { error }))
        throw error
      } finally {
        channel.end.publish(message)
      }
    })
  }
}

/** Bun does not say it of all five together. */
function isAnyHeard({
  start,
  end,
  asyncStart,
  asyncEnd,
  error,
}: Diagnostics.TracingChannel): boolean {
  return [start, end, asyncStart, asyncEnd, error].some((one) => one.hasSubscribers)
}

async function ended<T>(
  channel: Diagnostics.TracingChannel,
  message: TraceEnd,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work
  } catch (error) {
    channel.error.publish(Object.assign(message, { error }))
    throw error
  } finally {
    channel.asyncStart.publish(message)
    channel.asyncEnd.publish(message)
  }
}

/** Asked of the runtime, so that it may have none. */
function diagnostics(): typeof Diagnostics | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  return process?.getBuiltinModule?.('node:diagnostics_channel')
}

export const requestTrace: Trace<RequestTrace> = new Trace('phial.request')
export const viewTrace: Trace<ViewTrace> = new Trace('phial.view')
export const templateTrace: Trace<TemplateTrace> = new Trace('phial.template')
