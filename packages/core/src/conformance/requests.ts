/** What an application is asked when it is checked: what clients send, and what they do. */
import type { CallOptions } from '../call.ts'
import { bytes } from './support.ts'

/** One question. */
export interface Question {
  /** How a report names it: `POST /, body in chunks`. */
  readonly name: string
  readonly options: CallOptions
  /** Whether the client leaves when the first bytes have come. */
  readonly leaves?: true
  /** Whether an error may come of it: the request was no whole one. */
  readonly mayFail?: true
}

const question = (name: string, options: CallOptions, more: Partial<Question> = {}): Question => ({
  name,
  options,
  ...more,
})

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** A body that breaks off. */
async function* broken(): AsyncGenerator<Uint8Array> {
  yield bytes('name=An')
  throw new Error('The client broke the request off')
}

/** What each path is asked. */
export function questionsAt(path: string): Question[] {
  const query = path.includes('?') ? '&' : '?'
  return [
    question(`GET ${path}`, { path }),
    question(`HEAD ${path}`, { path, method: 'HEAD' }),
    question(`GET ${path}${query}`, { path: `${path}${query}` }),
    question(`GET ${path}${query}q=a%20b&q=`, { path: `${path}${query}q=a%20b&q=` }),
    question(`OPTIONS ${path}`, { path, method: 'OPTIONS' }),
    question(`BREW ${path}`, { path, method: 'BREW' }),
    question(`POST ${path}, a form`, {
      path,
      method: 'POST',
      headers: FORM,
      body: 'name=Ann&age=9',
    }),
    question(`POST ${path}, an empty body`, { path, method: 'POST', headers: FORM, body: '' }),
    question(`POST ${path}, a body in chunks`, {
      path,
      method: 'POST',
      headers: FORM,
      body: [bytes('name='), bytes('Ann')],
    }),
    question(
      `POST ${path}, a body that breaks off`,
      { path, method: 'POST', headers: { ...FORM, 'Content-Length': '14' }, body: broken() },
      { mayFail: true },
    ),
    question(`GET ${path}, by a client that leaves`, { path }, { leaves: true }),
    question(`GET ${path}, mounted at /mount`, {
      path: path === '/' ? '' : path,
      environ: { SCRIPT_NAME: '/mount', ...(path === '/' && { PATH_INFO: '' }) },
    }),
  ]
}

/** Paths that no application expects. */
export const oddQuestions: readonly Question[] = [
  '/no/such/page',
  '//',
  '/%ff%00',
  '/a%2Fb/..%2f..%2fetc/passwd',
  `/${'x'.repeat(5000)}`,
].map((path) => question(`GET ${path.length > 60 ? `${path.slice(0, 20)}…` : path}`, { path }))

/** Asks again for what an answer named, as a browser does that has it already: what may be answered with 304. */
export function askAgain(
  path: string,
  headers: readonly (readonly [string, string])[],
): Question[] {
  const value = (name: string): string | undefined =>
    headers.find(([other]) => other.toLowerCase() === name)?.[1]
  const [etag, modified] = [value('etag'), value('last-modified')]
  const known = {
    ...(etag !== undefined && { 'If-None-Match': etag }),
    ...(modified !== undefined && { 'If-Modified-Since': modified }),
  }
  return Object.keys(known).length === 0
    ? []
    : [question(`GET ${path}, ${Object.keys(known).join(' and ')}`, { path, headers: known })]
}
