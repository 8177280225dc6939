/** A promise and the functions that settle it, like `Promise.withResolvers`, which needs Node 22. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((key) => {
    resolve = key
  })
  return { promise, resolve }
}
