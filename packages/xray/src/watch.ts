/** Wraps streams so that they report what passes through, without changing it. */
import type { Body, InputStream } from '@phial/core'

/** Wraps a request's body so that `onRead` is called with each piece that is read. */
export function watchInput(input: InputStream, onRead: (bytes: Uint8Array) => void): InputStream {
  const report = <Piece extends Uint8Array>(piece: Piece): Piece => {
    if (piece.byteLength > 0) onRead(piece)
    return piece
  }
  return {
    read: async (size) => report(await input.read(size)),
    readline: async (size) => report(await input.readline(size)),
    readlines: async (hint) => (await input.readlines(hint)).map(report),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of input) yield report(chunk)
    },
  }
}

export interface BodyWatcher {
  /** Runs one step of the body's iterator. */
  step<Result>(work: () => Result): Result
  chunk(bytes: Uint8Array): void
  /** The body has ended. */
  ended(): void
  /** `close()` or a generator's `return()` is being called. */
  closed(): void
}

/** Wraps a response body so that the watcher sees each chunk and the end. It sees the chunks of an array immediately. */
export function watchBody(body: Body, watcher: BodyWatcher): Body {
  if (Array.isArray(body)) return watchArray(body as Uint8Array[] & Body, watcher)
  const steps = Symbol.iterator in body ? syncSteps(body, watcher) : asyncSteps(body, watcher)
  return body.close === undefined ? steps : Object.assign(steps, closing(body, watcher))
}

function watchArray(body: Uint8Array[] & Body, watcher: BodyWatcher): Body {
  for (const chunk of body) watcher.chunk(chunk)
  if (body.close !== undefined) return Object.assign([...body], closing(body, watcher))
  watcher.ended()
  return body
}

function closing(body: Body, watcher: BodyWatcher): { close: () => unknown } {
  return {
    close: () => {
      watcher.closed()
      return watcher.step(() => body.close?.())
    },
  }
}

function syncSteps(body: Iterable<Uint8Array>, watcher: BodyWatcher): Iterable<Uint8Array> {
  return {
    [Symbol.iterator]() {
      const iterator = body[Symbol.iterator]()
      return {
        next: () =>
          report(
            watcher.step(() => iterator.next()),
            watcher,
          ),
        return: (value?: unknown) => {
          watcher.closed()
          return watcher.step(() => iterator.return?.(value) ?? { done: true, value: undefined })
        },
      }
    },
  }
}

function asyncSteps(
  body: AsyncIterable<Uint8Array>,
  watcher: BodyWatcher,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = body[Symbol.asyncIterator]()
      return {
        next: async () => report(await watcher.step(() => iterator.next()), watcher),
        return: async (value?: unknown) => {
          watcher.closed()
          return watcher.step(() => iterator.return?.(value) ?? { done: true, value: undefined })
        },
      }
    },
  }
}

function report(
  step: IteratorResult<Uint8Array>,
  watcher: BodyWatcher,
): IteratorResult<Uint8Array> {
  if (step.done === true) watcher.ended()
  else watcher.chunk(step.value)
  return step
}
