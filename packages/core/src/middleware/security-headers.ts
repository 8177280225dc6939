/** Headers that tell a browser what a page may not do. */
import { callApplication } from '../application.ts'
import type { Middleware } from '../types.ts'
import { onHeaders } from './on-headers.ts'

/** What is sent if nothing else is said: what OWASP's Secure Headers Project advises, as far as it suits any site. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
}

/**
 * Middleware that gives each answer the headers which make browsers careful. A header that the
 * application sets itself stays as it is; another value, or none, is said by name.
 * `Strict-Transport-Security` is sent over HTTPS alone.
 *
 * It does not allow what it cannot know of: scripts and styles within the page, and those of other
 * hosts, need a `Content-Security-Policy` of your own.
 *
 * ```ts
 * app.wsgiApp = securityHeaders({
 *   'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'",
 *   'X-Frame-Options': null, // not sent
 * })(app.wsgiApp)
 * ```
 */
export function securityHeaders(headers: Readonly<Record<string, string | null>> = {}): Middleware {
  const said = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const wanted = [
    ...Object.entries(DEFAULTS).filter(([name]) => !said.has(name.toLowerCase())),
    ...Object.entries(headers),
  ]
  return (app) => (environ, startResponse) => {
    const isSecure = environ['wsgi.url_scheme'] === 'https'
    const add = onHeaders(startResponse, (answer) => {
      for (const [name, value] of wanted) {
        if (value !== null && (isSecure || !isForHttps(name))) answer.setDefault(name, value)
      }
    })
    return callApplication(app, environ, add)
  }
}

/** Over HTTP it could be anybody's, and browsers ignore it. RFC 6797 §7.2 */
const isForHttps = (name: string): boolean => name.toLowerCase() === 'strict-transport-security'
