/** Errors of Phial's own have a code, by which `phial explain` and docs/errors.md know them. */

/** The code of an error that Phial raises on its own account. It never changes its meaning. */
export type ErrorCode = `ERR_PHIAL_${string}`

/**
 * An error with its code, `error.code`, as Node's own errors have it. The text of the code, in
 * `catalogue/`, is loaded when somebody asks for it.
 *
 * ```ts
 * throw coded('ERR_PHIAL_STATUS_INVALID', new RangeError('…'))
 * ```
 */
export function coded<E extends Error>(
  code: ErrorCode,
  error: E,
): E & { readonly code: ErrorCode } {
  return Object.assign(error, { code })
}
