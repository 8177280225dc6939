/** What middleware needs that changes the headers of an answer. */
import { Headers } from '../headers.ts'
import type { StartResponse } from '../types.ts'

/**
 * A `startResponse` that changes the headers on their way out, `excInfo` and `write` passed on. The
 * application's own list stays as it is.
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
    // What is no list is for the server to refuse, in its own words.
    if (!Array.isArray(headers)) return startResponse(status, headers, ...excInfo)
    const changed = [...headers]
    change(new Headers(changed), status)
    return startResponse(status, changed, ...excInfo)
  }
}

/**
 * Says that an answer depends on a header of the request, unless `Vary` says so already. RFC 9110
 * §12.5.5
 *
 * ```ts
 * const headers = new Headers([])
 * addVary(headers, 'Accept-Language')
 * ```
 */
export function addVary(headers: Headers, name: string): void {
  const said = headers
    .getAll('Vary')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((one) => one.trim())
  if (!said.includes('*') && !said.includes(name.toLowerCase())) headers.append('Vary', name)
}
