/** Creates the page in the format that the client accepts. */
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

/** The formats. Text is the default, because browsers always ask for HTML explicitly. */
const FORMS: Readonly<Record<string, (report: Report) => string>> = {
  'text/plain': asText,
  'text/html': draw,
  'application/problem+json': asProblem,
  'application/json': asProblem,
}

/**
 * Draws a page about an error: HTML, plain text or problem details, as the request accepts; HTML without a request. It
 * shows the location of the error with its source, and the request. It never runs code, loads no other resources, and
 * hides secrets. It does not check whether the client may see the page: `debugged` and `errorApplication` do.
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

/** Headers that forbid caching, framing and loading other resources. */
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
