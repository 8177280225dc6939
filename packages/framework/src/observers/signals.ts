/**
 * Signals: what happens in an app, told to whoever wants to know.
 *
 * For watching, not for changing: metrics, logs, tests. A hook changes what is answered; a receiver
 * does not, and is not waited for. A signal that nobody has connected to costs one comparison.
 */
import { withCode } from '@phial/core'
import type { App, AppContext, RequestContext } from '../context/context.ts'
import { isPromise } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'

/** How many receivers all signals of this process have together. A request that nothing watches looks at this alone. */
export let connectedReceivers = 0

/** Called with the app that a signal comes from, and with what it says. Must answer at once: no promise. */
export type Receiver<Data> = (sender: App, data: Data) => void

/**
 * One kind of event.
 *
 * ```ts
 * const disconnect = requestFinished.connect((sender, { response }) => count(response.status), app)
 * ```
 */
export class Signal<Data> {
  readonly name: string
  readonly #everywhere = new Set<Receiver<Data>>()
  readonly #bySender = new WeakMap<App, Set<Receiver<Data>>>()
  #count = 0

  constructor(name: string) {
    this.name = name
  }

  /** Whether anyone is connected, so that it is worth saying something. */
  get hasReceivers(): boolean {
    return this.#count > 0
  }

  /** Calls a function each time that this happens, in one app or, without one, in any. Returns how to end that. */
  connect(receiver: Receiver<Data>, sender?: App): () => void {
    const receivers = sender === undefined ? this.#everywhere : this.#of(sender)
    const size = receivers.size
    receivers.add(receiver)
    this.#changeBy(receivers.size - size)
    return () => {
      if (receivers.delete(receiver)) this.#changeBy(-1)
    }
  }

  /** Tells everyone who is connected. Raises what a receiver raises, and `TypeError` if one returns a promise. */
  send(sender: App, data: Data): void {
    if (this.#count === 0) return
    const receivers = [...this.#everywhere, ...(this.#bySender.get(sender) ?? [])]
    for (const receiver of receivers) {
      const answer: unknown = receiver(sender, data)
      if (isPromise(answer)) throw this.#notAtOnce()
    }
  }

  #changeBy(difference: number): void {
    this.#count += difference
    connectedReceivers += difference
  }

  #of(sender: App): Set<Receiver<Data>> {
    const receivers = this.#bySender.get(sender) ?? new Set()
    this.#bySender.set(sender, receivers)
    return receivers
  }

  #notAtOnce(): TypeError {
    return withCode(
      'ERR_PHIAL_SIGNAL_PROMISE',
      new TypeError(
        `A receiver of the signal ${this.name} returned a promise, which nobody waits for. Connect a function that is not async; for work that takes its time use a hook, such as app.teardownRequest.`,
      ),
    )
  }
}

/** A request was understood; the hooks before the view come next. */
export const requestStarted: Signal<{ context: RequestContext }> = new Signal('requestStarted')

/** The response is ready; its sending comes next. */
export const requestFinished: Signal<{ response: Response; context: RequestContext }> = new Signal(
  'requestFinished',
)

/** An error that no handler took; the handler of 500 comes next. */
export const gotRequestException: Signal<{ exception: unknown; context: RequestContext }> =
  new Signal('gotRequestException')

/** A request is over, its body sent, its teardown hooks run. `exception` is the error that no handler took. */
export const requestTearingDown: Signal<{ exception: unknown; context: RequestContext }> =
  new Signal('requestTearingDown')

/** A context was entered. */
export const appcontextPushed: Signal<{ context: AppContext }> = new Signal('appcontextPushed')

/** A context is over, its teardown hooks run. */
export const appcontextTearingDown: Signal<{ exception: unknown; context: AppContext }> =
  new Signal('appcontextTearingDown')

/** A context was left for good. */
export const appcontextPopped: Signal<{ context: AppContext }> = new Signal('appcontextPopped')

/** What signals about templates say: the template's name, or `undefined` for one from a string, and its data. */
export interface TemplateData {
  readonly template: string | undefined
  readonly data: object
}

/** A template is about to be rendered. */
export const beforeRenderTemplate: Signal<TemplateData> = new Signal('beforeRenderTemplate')

/** A template was rendered. */
export const templateRendered: Signal<TemplateData> = new Signal('templateRendered')

/** A message was flashed. */
export const messageFlashed: Signal<{ message: unknown; category: string }> = new Signal(
  'messageFlashed',
)
