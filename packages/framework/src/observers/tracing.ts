/**
 * Tracing: publishes the operations of an app with `tracingChannel` of `node:diagnostics_channel`, which tools such as
 * OpenTelemetry can subscribe to. A channel without subscribers costs a single check. A runtime without this module has no
 * channels.
 *
 * Signals notify the app's own code of single events. A channel reports the start and the end of an operation, and can keep a
 * span in an `AsyncLocalStorage` in between.
 */
import type * as Diagnostics from 'node:diagnostics_channel'
import type { RequestContext } from '../context/context.ts'
import { isPromise } from '../helpers/promises.ts'

/** The properties that each message has after the operation has ended. */
export interface TraceEnd {
  /** The thrown error, if any. */
  error?: unknown
}

/** `tracing:phial.request:*`: a request, from its arrival until the response is ready. A streamed body is sent afterwards. */
export interface RequestTrace extends TraceEnd {
  readonly context: RequestContext
  /** The status, such as `200 OK`, once the response has started. */
  status?: string
}

/** `tracing:phial.view:*`: the view of a route. An error of the view is reported even if a handler handles it. */
export interface ViewTrace extends TraceEnd {
  readonly context: RequestContext
  readonly endpoint: string
  /** The pattern of the route: `/posts/:id`. */
  readonly pattern: string
}

/** `tracing:phial.template:*`: the rendering of a template. Its name is `undefined` for a template from a string. */
export interface TemplateTrace extends TraceEnd {
  readonly template: string | undefined
}

/** One of the three tracing channels. */
export class Trace<Message extends TraceEnd> {
  readonly #channel: Diagnostics.TracingChannel | undefined

  constructor(name: string) {
    this.#channel = diagnostics()?.tracingChannel(name)
  }

  /** Whether the channel has subscribers. If not, there is no need to create a message. */
  get hasSubscribers(): boolean {
    const channel = this.#channel
    return channel !== undefined && (channel.hasSubscribers ?? hasAnySubscribers(channel))
  }

  /** Runs a function and publishes its start, its end and its error, synchronous or not, as `traceSync` and `tracePromise` of Node do. */
  run<T>(message: Message, work: () => T): T {
    const channel = this.#channel
    if (channel === undefined) return work()
    return channel.start.runStores(message, () => {
      try {
        const value = work()
        return isPromise(value) ? (publishEnd(channel, message, value) as T) : value
      } catch (error) {
        channel.error.publish(Object.assign(message, { error }))
        throw error
      } finally {
        channel.end.publish(message)
      }
    })
  }
}

/** Checks the five channels one by one, because tracing channels in Bun do not have `hasSubscribers`. */
function hasAnySubscribers({
  start,
  end,
  asyncStart,
  asyncEnd,
  error,
}: Diagnostics.TracingChannel): boolean {
  return [start, end, asyncStart, asyncEnd, error].some((one) => one.hasSubscribers)
}

/** Publishes the end of asynchronous work. */
async function publishEnd<T>(
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

/** Returns the module; `undefined` if the runtime does not have it. */
function diagnostics(): typeof Diagnostics | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  return process?.getBuiltinModule?.('node:diagnostics_channel')
}

export const requestTrace: Trace<RequestTrace> = new Trace('phial.request')
export const viewTrace: Trace<ViewTrace> = new Trace('phial.view')
export const templateTrace: Trace<TemplateTrace> = new Trace('phial.template')
