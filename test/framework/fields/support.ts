/** Creates requests and responses with given headers. */
import { type Request, Response, type ResponseOptions } from 'phial'
import { make } from '../support.ts'

/** Returns a request with one or more headers. */
export function requestWith(
  name: string,
  value: string,
  more: Record<string, string> = {},
): Request {
  return make().testRequestContext('/', { headers: { [name]: value, ...more } }).request
}

/** Returns a response with the given headers. */
export function responseWith(headers: NonNullable<ResponseOptions['headers']> = {}): Response {
  return new Response('', { headers })
}
