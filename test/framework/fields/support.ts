/** What the tests of header fields need. */
import { type Request, Response, type ResponseOptions } from 'phial'
import { make } from '../support.ts'

/** A request with one header, or with several. */
export function asked(name: string, value: string, more: Record<string, string> = {}): Request {
  return make().testRequestContext('/', { headers: { [name]: value, ...more } }).request
}

/** A response with these headers. */
export function answered(headers: NonNullable<ResponseOptions['headers']> = {}): Response {
  return new Response('', { headers })
}
