/** The page itself, in the form that the client takes. */
import type { Environ, HeaderList } from '@phial/core'
import { Accept } from '../fields/accept.ts'
import { draw } from './draw.ts'
import { contextOf } from './contexts.ts'
import { reportOf, type Report } from './report.ts'
import { asProblem, asText } from './text.ts'

/** A debug page, ready to be sent. */
export interface DebugPage {
  readonly headers: HeaderList
  readonly text: string
}

/** A client that does not mind is a terminal: browsers ask for HTML by name. */
const FORMS: Readonly<Record<string, (report: Report) => string>> = {
  'text/plain': asText,
  'text/html': draw,
  'application/problem+json': asProblem,
  'application/json': asProblem,
}

/**
 * Draws a page about an error: HTML, plain text or problem details, as the request asks; without a
 * request, HTML. It says where the error happened, with the source, and all about the request; it
 * never runs code, asks for nothing else and hides what is secret. Whether the client may see it is
 * not asked here: `debugged` and `errorApplication` do that.
 *
 * ```ts
 * const { headers, text } = await debugPage(error, environ)
 * ```
 */
export async function debugPage(error: unknown, environ?: Environ): Promise<DebugPage> {
  const report = await reportOf(error, { environ, context: environ && contextOf(environ) })
  const type = environ === undefined ? 'text/html' : typeFor(environ)
  const text = (FORMS[type] ?? draw)(report)
  const contentType = type.endsWith('json') ? 'application/problem+json' : `${type}; charset=utf-8`
  return { headers: [['Content-Type', contentType], ...HEADERS], text }
}

function typeFor(environ: Environ): string {
  const accept = environ['HTTP_ACCEPT']
  if (typeof accept !== 'string') return 'text/plain'
  return new Accept('mediaTypes', accept).best(Object.keys(FORMS)) ?? 'text/plain'
}

/** Kept nowhere, put into no frame, and asking nobody for anything. */
const HEADERS: HeaderList = [
  ['Cache-Control', 'no-store'],
  [
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['Referrer-Policy', 'no-referrer'],
  ['Vary', 'Accept'],
  ['X-Content-Type-Options', 'nosniff'],
]
