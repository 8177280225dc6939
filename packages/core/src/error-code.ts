/** Errors of Phial's own have a code, so that their meaning can be looked up. */

/** The code of an error that Phial raises on its own account. It never changes its meaning. */
export type ErrorCode = `ERR_PHIAL_${string}`

/**
 * An error with its code, `error.code`, as Node's own errors have it. docs/errors.md has what each
 * code means; a `GatewayError` has the id of its rule.
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
