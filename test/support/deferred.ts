/** A promise and the key to it. (`Promise.withResolvers` came with Node 22.) */
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
