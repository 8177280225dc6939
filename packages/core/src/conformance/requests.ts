/** The requests that `checkApplication` sends to an application. */
import type { CallOptions } from '../call.ts'
import { bytes } from './support.ts'

/** A request, and how the client behaves. */
export interface CheckRequest {
  /** The name of the request in a report: `POST /, a body in chunks`. */
  readonly name: string
  readonly options: CallOptions
  /** Whether the client disconnects after the first bytes. */
  readonly leaves?: true
  /** Whether the application may throw, because the request is incomplete. */
  readonly mayFail?: true
}

const request = (
  name: string,
  options: CallOptions,
  more: Partial<CheckRequest> = {},
): CheckRequest => ({
  name,
  options,
  ...more,
})

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** A body that is cut off. */
async function* broken(): AsyncGenerator<Uint8Array> {
  yield bytes('name=An')
  throw new Error('The client disconnected before the end of the body')
}

/** Returns the requests for one path. */
export function requestsTo(path: string): CheckRequest[] {
  const query = path.includes('?') ? '&' : '?'
  return [
    request(`GET ${path}`, { path }),
    request(`HEAD ${path}`, { path, method: 'HEAD' }),
    request(`GET ${path}${query}`, { path: `${path}${query}` }),
    request(`GET ${path}${query}q=a%20b&q=`, { path: `${path}${query}q=a%20b&q=` }),
    request(`OPTIONS ${path}`, { path, method: 'OPTIONS' }),
    request(`BREW ${path}`, { path, method: 'BREW' }),
    request(`POST ${path}, a form`, {
      path,
      method: 'POST',
      headers: FORM,
      body: 'name=Ann&age=9',
    }),
    request(`POST ${path}, an empty body`, { path, method: 'POST', headers: FORM, body: '' }),
    request(`POST ${path}, a body in chunks`, {
      path,
      method: 'POST',
      headers: FORM,
      body: [bytes('name='), bytes('Ann')],
    }),
    request(
      `POST ${path}, a body that is cut off`,
      { path, method: 'POST', headers: { ...FORM, 'Content-Length': '14' }, body: broken() },
      { mayFail: true },
    ),
    request(`GET ${path}, by a client that disconnects`, { path }, { leaves: true }),
    request(`GET ${path}, mounted at /mount`, {
      path: path === '/' ? '' : path,
      environ: { SCRIPT_NAME: '/mount', ...(path === '/' && { PATH_INFO: '' }) },
    }),
  ]
}

/** Requests for paths that an application does not expect. */
export const unexpectedRequests: readonly CheckRequest[] = [
  '/no/such/page',
  '//',
  '/%ff%00',
  '/a%2Fb/..%2f..%2fetc/passwd',
  `/${'x'.repeat(5000)}`,
].map((path) => request(`GET ${path.length > 60 ? `${path.slice(0, 20)}…` : path}`, { path }))

/** Returns a conditional request with the `ETag` and `Last-Modified` of a response, as a browser sends it. It may result in 304. */
export function conditionalRequests(
  path: string,
  headers: readonly (readonly [string, string])[],
): CheckRequest[] {
  const value = (name: string): string | undefined =>
    headers.find(([other]) => other.toLowerCase() === name)?.[1]
  const [etag, modified] = [value('etag'), value('last-modified')]
  const known = {
    ...(etag !== undefined && { 'If-None-Match': etag }),
    ...(modified !== undefined && { 'If-Modified-Since': modified }),
  }
  return Object.keys(known).length === 0
    ? []
    : [request(`GET ${path}, ${Object.keys(known).join(' and ')}`, { path, headers: known })]
}
