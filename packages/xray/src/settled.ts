/** Work whose result may be here, or promised. */

export const same = <Value>(value: Value): Value => value

/** Works, and goes on with the result, whether it is here or promised. */
export function settled<Result>(
  work: () => Result | Promise<Result>,
  then: (result: Result) => Result,
  failed: (error: unknown) => never,
): Result | Promise<Result> {
  try {
    const result = work()
    return isPromise(result) ? result.then(then, failed) : then(result)
  } catch (error) {
    return failed(error)
  }
}

export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return value instanceof Promise
}
