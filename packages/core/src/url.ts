/**
 * Converts paths and URLs between HTTP, `environ` and text.
 *
 * A request target contains `/caf%C3%A9`. `PATH_INFO` contains the decoded bytes, one character for each: `/cafÃ©`. The
 * text is `/café`. `decodePath` is the first step and `wsgiToText` the second; `textToWsgi` and `quotePath` are the way back.
 */
import { emptyInput } from './input.ts'
import { errorStream } from './error-stream.ts'
import { splitTarget } from './grammar.ts'
import type { Environ } from './types.ts'

const utf8 = new TextEncoder()
/** Keeps a byte order mark at the beginning, because it is part of the path. */
const text = new TextDecoder('utf-8', { ignoreBOM: true })

const ASCII = /^[\u0000-\u007f]*$/

/**
 * Decodes a string of bytes from `environ` as UTF-8. Invalid bytes become U+FFFD.
 *
 * ```ts
 * wsgiToText('/cafÃ©') // '/café'
 * ```
 */
export function wsgiToText(bytes: string): string {
  if (ASCII.test(bytes)) return bytes
  return text.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
}

/**
 * Encodes text as a string of UTF-8 bytes, as in `environ`.
 *
 * ```ts
 * textToWsgi('/café') // '/cafÃ©'
 * ```
 */
export function textToWsgi(value: string): string {
  if (ASCII.test(value)) return value
  return bytesToWsgi(utf8.encode(value))
}

/** Returns bytes as a string with one character for each byte. */
export function bytesToWsgi(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += String.fromCharCode(byte)
  return out
}

/**
 * Percent-decodes a path once. Each byte becomes one character. An invalid escape such as `%zz` stays unchanged.
 * RFC 3986 §2.1
 *
 * ```ts
 * decodePath('/caf%C3%A9') // '/cafÃ©': one character for each byte
 * ```
 */
export function decodePath(raw: string): string {
  if (!raw.includes('%')) return raw
  return raw.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  )
}

/**
 * Percent-encodes a path from `environ`, as wsgiref does. Keeps `/`, `;`, `=`, `,` and the unreserved characters of
 * RFC 3986.
 *
 * ```ts
 * quotePath(textToWsgi('/café')) // '/caf%C3%A9'
 * ```
 */
export function quotePath(path: string): string {
  return path.replaceAll(/[^\w.~/;=,-]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code <= 0xff ? percent(code) : Array.from(utf8.encode(char), percent).join('')
  })
}

/**
 * Returns the whole path, percent-encoded. If no middleware has changed it, it is the path as the client sent it, so that
 * `%2F` survives.
 *
 * ```ts
 * rawPath(environ) // '/files/a%2Fb', where PATH_INFO is '/files/a/b'
 * ```
 */
export function rawPath(environ: Environ): string {
  const decoded = environ.SCRIPT_NAME + environ.PATH_INFO
  const { path } = splitTarget(environ.RAW_URI ?? '')
  return decodePath(path) === decoded ? path : quotePath(decoded)
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

/**
 * Returns the URL of the application itself, without `PATH_INFO`. PEP 3333, “URL Reconstruction”; wsgiref’s
 * `application_uri`.
 *
 * ```ts
 * applicationUri(environ) // 'http://localhost:8000/shop'
 * ```
 */
export function applicationUri(environ: Environ): string {
  return origin(environ) + quotePath(environ.SCRIPT_NAME || '/')
}

/**
 * Returns the URL of the request. wsgiref’s `request_uri`.
 *
 * ```ts
 * requestUri(environ) // 'http://localhost:8000/hello/caf%C3%A9?x=1'
 * requestUri(environ, false) // without the query
 * ```
 */
export function requestUri(environ: Environ, includeQuery = true): string {
  const path = quotePath(environ.PATH_INFO)
  const url = applicationUri(environ) + (environ.SCRIPT_NAME === '' ? path.slice(1) : path)
  return includeQuery && environ.QUERY_STRING !== '' ? `${url}?${environ.QUERY_STRING}` : url
}

/**
 * Returns `http://host:port`, from the `Host` header if there is one. Omits the default port of the scheme.
 *
 * ```ts
 * origin(environ) // 'http://localhost:8000'
 * ```
 */
export function origin(environ: Environ): string {
  const scheme = environ['wsgi.url_scheme']
  const host = environ['HTTP_HOST']
  if (typeof host === 'string' && host !== '') return `${scheme}://${host}`
  const implied = scheme === 'https' ? '443' : '80'
  const name = /^[^[].*:/.test(environ.SERVER_NAME)
    ? `[${environ.SERVER_NAME}]`
    : environ.SERVER_NAME
  return `${scheme}://${name}${environ.SERVER_PORT === implied ? '' : `:${environ.SERVER_PORT}`}`
}

/**
 * Moves one segment of the path from `PATH_INFO` to `SCRIPT_NAME` and returns it, or `undefined` if there is none. Drops
 * empty segments and `.` in between. wsgiref’s `shift_path_info`.
 *
 * ```ts
 * // SCRIPT_NAME '', PATH_INFO '/blog/42'
 * shiftPathInfo(environ) // 'blog'
 * // SCRIPT_NAME '/blog', PATH_INFO '/42'
 * ```
 */
export function shiftPathInfo(environ: Environ): string | undefined {
  if (environ.PATH_INFO === '') return undefined
  const parts = environ.PATH_INFO.split('/')
  const last = parts.length - 1
  const [, name = '', ...rest] = parts.filter(
    (part, at) => at === 0 || at === last || (part !== '' && part !== '.'),
  )
  environ.SCRIPT_NAME = appendSegment(environ.SCRIPT_NAME, name)
  environ.PATH_INFO = rest.length === 0 ? '' : `/${rest.join('/')}`
  return name === '.' ? undefined : name
}

/** Appends a segment to a path: `/a` and `b` become `/a/b`, `..` removes a segment, `.` changes nothing, and an empty segment appends a slash. */
function appendSegment(script: string, name: string): string {
  const segments = script.split('/').filter((part) => part !== '' && part !== '.')
  if (name === '..') segments.pop()
  else if (name !== '' && name !== '.') segments.push(name)
  const joined = segments.map((segment) => `/${segment}`).join('')
  return name === '' ? `${joined}/` : joined
}

/**
 * Returns `https` if `HTTPS` is `on`, `1` or `yes`, as CGI servers set it, and `http` otherwise. wsgiref’s
 * `guess_scheme`.
 *
 * ```ts
 * guessScheme({ HTTPS: 'on' }) // 'https'
 * ```
 */
export function guessScheme(environ: { readonly [key: string]: unknown }): 'http' | 'https' {
  return ['yes', 'on', '1'].includes(String(environ['HTTPS'])) ? 'https' : 'http'
}

/**
 * Completes an object to an environ for `GET /` on 127.0.0.1 with an empty body. Keeps the keys that it already has.
 * wsgiref’s `setup_testing_defaults`.
 *
 * ```ts
 * const environ = setupTestingDefaults({ PATH_INFO: '/hello' })
 * ```
 */
export function setupTestingDefaults(given: Record<string, unknown>): Environ {
  const scheme = given['wsgi.url_scheme'] ?? guessScheme(given)
  const defaults: Environ = {
    REQUEST_METHOD: 'GET',
    SCRIPT_NAME: '',
    PATH_INFO: 'SCRIPT_NAME' in given ? '' : '/',
    QUERY_STRING: '',
    SERVER_NAME: '127.0.0.1',
    SERVER_PORT: scheme === 'https' ? '443' : '80',
    SERVER_PROTOCOL: 'HTTP/1.0',
    HTTP_HOST: given['SERVER_NAME'] ?? '127.0.0.1',
    'wsgi.version': [1, 0],
    'wsgi.url_scheme': scheme === 'https' ? 'https' : 'http',
    'wsgi.input': emptyInput(),
    'wsgi.errors': errorStream(() => undefined),
    'wsgi.multithread': false,
    'wsgi.multiprocess': false,
    'wsgi.run_once': false,
  }
  for (const [key, value] of Object.entries(defaults))
    if (!Object.hasOwn(given, key)) given[key] = value
  return given as Environ
}

/**
 * Percent-encodes a typed request target as a browser does: escapes stay, and characters that a target
 * may not have are escaped as UTF-8. RFC 3986 §3.3
 *
 * ```ts
 * encodeTarget('/café?q=a%20b') // '/caf%C3%A9?q=a%20b'
 * ```
 */
export function encodeTarget(typed: string): string {
  return typed.replaceAll(/[^!$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]/gu, (char) =>
    Array.from(utf8.encode(char), percent).join(''),
  )
}

/** Parses a URL. Returns `undefined` if the text is invalid. Does not use `URL.canParse`: once optimized, that of Node 20 is wrong about Latin-1 text that is not ASCII. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
