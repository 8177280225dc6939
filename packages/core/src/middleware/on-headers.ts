/** Helpers for middleware that changes response headers. */
import { Headers } from '../headers.ts'
import type { StartResponse } from '../types.ts'

/**
 * Returns a `startResponse` that changes the headers before it passes them on. It passes `excInfo` and `write` on and
 * does not modify the application's own list.
 *
 * ```ts
 * const poweredBy: Middleware = (app) => (environ, startResponse) =>
 *   asApplication(app)(environ, onHeaders(startResponse, (headers) => headers.set('X-Powered-By', 'tea')))
 * ```
 */
export function onHeaders(
  startResponse: StartResponse,
  change: (headers: Headers, status: string) => void,
): StartResponse {
  return (status, headers, ...excInfo) => {
    // Let the server report a value that is not a list.
    if (!Array.isArray(headers)) return startResponse(status, headers, ...excInfo)
    const changed = [...headers]
    change(new Headers(changed), status)
    return startResponse(status, changed, ...excInfo)
  }
}

/**
 * Adds a request header to `Vary`, unless it is listed already. RFC 9110 §12.5.5
 *
 * ```ts
 * const headers = new Headers([])
 * addVary(headers, 'Accept-Language')
 * ```
 */
export function addVary(headers: Headers, name: string): void {
  const listed = headers
    .getAll('Vary')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((one) => one.trim())
  if (!listed.includes('*') && !listed.includes(name.toLowerCase())) headers.append('Vary', name)
}
