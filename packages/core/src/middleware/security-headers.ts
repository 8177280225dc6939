/** Sets security headers. */
import { callApplication } from '../driver.ts'
import type { Middleware } from '../types.ts'
import { onHeaders } from './on-headers.ts'

/** The defaults: the recommendations of OWASP's Secure Headers Project that suit any site. */
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
 * Middleware that adds security headers to each response. It does not replace headers that the application sets. Pass
 * another value by the header's name, or `null` to leave a header out. `Strict-Transport-Security` is only sent over
 * HTTPS.
 *
 * The default `Content-Security-Policy` blocks inline scripts and styles and those of other hosts. If your pages use
 * them, pass your own policy.
 *
 * ```ts
 * app.wsgiApp = securityHeaders({
 *   'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'",
 *   'X-Frame-Options': null, // not sent
 * })(app.wsgiApp)
 * ```
 */
export function securityHeaders(headers: Readonly<Record<string, string | null>> = {}): Middleware {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const wanted = [
    ...Object.entries(DEFAULTS).filter(([name]) => !given.has(name.toLowerCase())),
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

/** Browsers ignore this header over HTTP. RFC 6797 §7.2 */
const isForHttps = (name: string): boolean => name.toLowerCase() === 'strict-transport-security'
