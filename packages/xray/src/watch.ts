/** Streams that tell what passes through them, and change nothing of it. */
import type { Body, InputStream } from '@phial/core'

/** A request's body that tells of each piece that is read. */
export function watchInput(input: InputStream, onRead: (bytes: Uint8Array) => void): InputStream {
  const told = <Piece extends Uint8Array>(piece: Piece): Piece => {
    if (piece.byteLength > 0) onRead(piece)
    return piece
  }
  return {
    read: async (size) => told(await input.read(size)),
    readline: async (size) => told(await input.readline(size)),
    readlines: async (hint) => (await input.readlines(hint)).map(told),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of input) yield told(chunk)
    },
  }
}

export interface BodyWatcher {
  /** Runs one step of the body. */
  step<Result>(work: () => Result): Result
  chunk(bytes: Uint8Array): void
  /** All chunks were told of. */
  ended(): void
  /** `close()` was called, or a generator's `return()`. */
  closed(): void
}

/** An answer's body of the same kind that tells of each chunk, and of its end. An array is told of at once. */
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
          told(
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
        next: async () => told(await watcher.step(() => iterator.next()), watcher),
        return: async (value?: unknown) => {
          watcher.closed()
          return watcher.step(() => iterator.return?.(value) ?? { done: true, value: undefined })
        },
      }
    },
  }
}

function told(step: IteratorResult<Uint8Array>, watcher: BodyWatcher): IteratorResult<Uint8Array> {
  if (step.done === true) watcher.ended()
  else watcher.chunk(step.value)
  return step
}
