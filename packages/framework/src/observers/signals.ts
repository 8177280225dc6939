/**
 * Signals: notifications about events in an app.
 *
 * Signals are for observers such as metrics, logs and tests. Hooks can change the response; receivers of signals cannot, and
 * they are not awaited. A signal without receivers costs one comparison.
 */
import { withCode } from '@phial/core'
import type { App, AppContext, RequestContext } from '../context/context.ts'
import { isPromise } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'

/** The number of receivers of all signals in this process. If it is 0, a request skips its signals. */
export let connectedReceivers = 0

/** Receives the app that sent a signal, and the signal's data. Must be synchronous: a returned promise is an error. */
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
  readonly #forAllSenders = new Set<Receiver<Data>>()
  readonly #bySender = new WeakMap<App, Set<Receiver<Data>>>()
  #count = 0

  constructor(name: string) {
    this.name = name
  }

  /** Whether the signal has receivers. If not, there is no need to create the data. */
  get hasReceivers(): boolean {
    return this.#count > 0
  }

  /** Connects a function, which is called each time that `sender`, or any app if it is omitted, sends the signal. Returns a function that disconnects it. */
  connect(receiver: Receiver<Data>, sender?: App): () => void {
    const receivers = sender === undefined ? this.#forAllSenders : this.#of(sender)
    const size = receivers.size
    receivers.add(receiver)
    this.#changeBy(receivers.size - size)
    return () => {
      if (receivers.delete(receiver)) this.#changeBy(-1)
    }
  }

  /** Calls all connected receivers. Throws what a receiver throws, and `TypeError` if a receiver returns a promise. */
  send(sender: App, data: Data): void {
    if (this.#count === 0) return
    const receivers = [...this.#forAllSenders, ...(this.#bySender.get(sender) ?? [])]
    for (const receiver of receivers) {
      const result: unknown = receiver(sender, data)
      if (isPromise(result)) throw this.#notSynchronous()
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

  #notSynchronous(): TypeError {
    return withCode(
      'ERR_PHIAL_SIGNAL_PROMISE',
      new TypeError(
        `Expected a synchronous receiver for the signal ${this.name}, received one that returned a promise. Connect a function that is not async. For asynchronous work, use a hook, such as app.teardownRequest.`,
      ),
    )
  }
}

/** A request has been parsed. The hooks before the view run next. */
export const requestStarted: Signal<{ context: RequestContext }> = new Signal('requestStarted')

/** The response is ready. It is sent next. */
export const requestFinished: Signal<{ response: Response; context: RequestContext }> = new Signal(
  'requestFinished',
)

/** No handler handled an error. The handler for 500 runs next. */
export const gotRequestException: Signal<{ exception: unknown; context: RequestContext }> =
  new Signal('gotRequestException')

/** A request has ended: its body has been sent, and its teardown hooks have run. `exception` is the error that no handler handled. */
export const requestTearingDown: Signal<{ exception: unknown; context: RequestContext }> =
  new Signal('requestTearingDown')

/** A context was entered. */
export const appcontextPushed: Signal<{ context: AppContext }> = new Signal('appcontextPushed')

/** A context has ended, and its teardown hooks have run. */
export const appcontextTearingDown: Signal<{ exception: unknown; context: AppContext }> =
  new Signal('appcontextTearingDown')

/** A context was removed, after `appcontextTearingDown`. */
export const appcontextPopped: Signal<{ context: AppContext }> = new Signal('appcontextPopped')

/** The data of signals about templates: the name of the template, or `undefined` for a template from a string, and the template's data. */
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
