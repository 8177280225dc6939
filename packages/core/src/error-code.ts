/** Error codes, by which users can look up errors in the documentation. */

/** The code of an error that Phial throws. Its meaning never changes. */
export type ErrorCode = `ERR_PHIAL_${string}`

/**
 * Returns an error with `error.code`, as Node's errors have it. docs/errors.md describes each code. The code of a
 * `GatewayError` is the id of its rule.
 *
 * ```ts
 * throw withCode('ERR_PHIAL_STATUS_INVALID', new RangeError('…'))
 * ```
 */
export function withCode<E extends Error>(
  code: ErrorCode,
  error: E,
): E & { readonly code: ErrorCode } {
  return Object.assign(error, { code })
}
