/** Uses the current request later: in a function at its end, in a callback, or in a stream. */
import { type AfterRequest, currentRequestContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import { assertFunction, assertIterable } from '../helpers/arguments.ts'

/**
 * Runs a function after this request only, before the `afterRequest` hooks. It may change the response or return another
 * one. Throws `ContextError` outside of a request.
 *
 * ```ts
 * afterThisRequest((response) => response.setCookie('seen', 'yes'))
 * ```
 */
export function afterThisRequest(hook: AfterRequest): void {
  assertFunction('afterThisRequest(hook)', hook)
  const context = currentRequestContext('afterThisRequest')
  context.afterThis ??= []
  context.afterThis.push(hook)
}

/**
 * Returns a function that runs in the current request even if an event, a queue or a pool of workers calls it later.
 * Code that is awaited or started with a timer runs in the request anyway. Throws `ContextError` outside of a request.
 *
 * ```ts
 * queue.add(copyCurrentRequestContext(() => audit(request.path)))
 * ```
 */
export function copyCurrentRequestContext<Args extends readonly unknown[], T>(
  work: (...args: Args) => T,
): (...args: Args) => T {
  assertFunction('copyCurrentRequestContext(work)', work)
  const context = currentRequestContext('copyCurrentRequestContext')
  return (...args) => context.enter(() => work(...args))
}

/** Values that are created one after another. */
type Source<T> = Iterable<T> | AsyncIterable<T>

/**
 * Returns a stream whose values are created in the current request, independently of its reader. Streams that a view returns do not
 * need it; use it for a stream that is passed to something else. Throws `ContextError` outside of a request.
 *
 * ```ts
 * const rows = streamWithContext(function* () {
 *   for (const row of table) yield `${request.args.get('prefix')}${row}`
 * })
 * return new globalThis.Response(ReadableStream.from(rows).pipeThrough(new TextEncoderStream()))
 * ```
 */
export function streamWithContext<T>(
  source: Source<T> | (() => Source<T>),
): AsyncGenerator<T, void> {
  const context = currentRequestContext('streamWithContext')
  const values = guard(typeof source === 'function' ? source() : source)
  assertIterable('streamWithContext(source)', values)
  const iterator =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]()
  return within(context.binding(), iterator)
}

/** Reads each value within `enter`. Closes the source if the reader stops early. */
async function* within<T>(
  enter: <R>(work: () => R) => R,
  iterator: Iterator<T> | AsyncIterator<T>,
): AsyncGenerator<T, void> {
  let isOver = true
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one value comes after another
      const step = await enter(() => iterator.next())
      if (step.done === true) return
      isOver = false
      yield step.value
      isOver = true
    }
  } finally {
    if (!isOver) await enter(() => iterator.return?.())
  }
}
