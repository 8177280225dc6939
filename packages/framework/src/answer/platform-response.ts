/** The platform's `Response`, which views, hooks and `abort` accept in place of Phial's. */
import { responseHeaders, withCode } from '@phial/core'
import { Response } from '../response/response.ts'

/**
 * Recognizes the platform's Response, or another library's, by its shape. `instanceof` would miss the latter and would
 * load the platform's fetch, 10 MB. Data from JSON has no methods.
 */
export function isPlatformResponse(value: object): value is globalThis.Response {
  return 'arrayBuffer' in value && typeof value.arrayBuffer === 'function' && 'headers' in value && 'bodyUsed' in value // prettier-ignore
}

/** Converts the platform's Response, whose body must not have been read. Its body is streamed. */
export function fromPlatform(response: globalThis.Response): Response {
  const { status, statusText, body, bodyUsed } = response
  if (bodyUsed || body?.locked === true) {
    throw withCode(
      'ERR_PHIAL_ANSWER_INVALID',
      new TypeError(
        `The body of a Response (${status}) was already read, so it cannot be sent. Return a response.clone() that was made before, or a new Response.`,
      ),
    )
  }
  const line = statusText === '' ? status : `${status} ${statusText}`
  return new Response(body ?? '', { status: line, headers: responseHeaders(response) })
}
