/** The rules for `environ`. PEP 3333, “`environ` Variables” and “Input and Error Streams”. */
import { isDigits, isToken } from '../grammar.ts'
import type { Environ, ErrorStream, InputStream } from '../types.ts'
import { describe, isFunction, type Rule } from './rule.ts'

/** A string of bytes, one character for each. */
const BYTES = /^[\u0000-\u00ff]*$/
/** A protocol name in lower case with an optional version. RFC 9110 §7.8 */
const PROTOCOL = /^[a-z0-9!#$%&'*+.^_`|~-]+(?:\/[a-z0-9!#$%&'*+.^_`|~-]+)?$/
const CGI_NAMES: ReadonlySet<string> = new Set([
  'REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING', 'CONTENT_TYPE', 'CONTENT_LENGTH', 'SERVER_NAME', 'SERVER_PORT',
  'SERVER_PROTOCOL', 'REMOTE_ADDR', 'REMOTE_PORT', 'RAW_URI',
]) // prettier-ignore

const isCgiName = (key: string): boolean =>
  CGI_NAMES.has(key) || (key.startsWith('HTTP_') && !key.includes('.'))

const REQUIRED = ['REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING', 'SERVER_NAME', 'SERVER_PORT', 'SERVER_PROTOCOL',
  'wsgi.version', 'wsgi.url_scheme', 'wsgi.input', 'wsgi.errors', 'wsgi.multithread', 'wsgi.multiprocess', 'wsgi.run_once'] // prettier-ignore

const has = (environ: Environ, key: string): boolean => Object.hasOwn(environ, key)

/** Describes the problem with the first invalid key. */
function first(
  keys: Iterable<string>,
  wrong: (key: string) => string | undefined,
): string | undefined {
  for (const key of keys) {
    const found = wrong(key)
    if (found !== undefined) return found
  }
  return undefined
}

/** Reports whether an object inherits nothing but `Object.prototype`, an empty object, or nothing at all. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const proto = Object.getPrototypeOf(value) as object | null
  if (proto === null) return true
  if (Object.getPrototypeOf(proto) !== null) return false
  return Object.hasOwn(proto, 'hasOwnProperty') || Reflect.ownKeys(proto).length === 0
}

/** Describes which methods a stream lacks. */
function lacking(stream: unknown, methods: readonly (string | symbol)[]): string | undefined {
  if (typeof stream !== 'object' || stream === null) return `is ${describe(stream)}`
  const missing = methods.filter(
    (method) => !isFunction((stream as Record<string | symbol, unknown>)[method]),
  )
  return missing.length === 0 ? undefined : `has no ${missing.map(String).join(', ')}`
}

const INPUT: readonly (keyof InputStream)[] = [
  'read',
  'readline',
  'readlines',
  Symbol.asyncIterator,
]
const ERRORS: readonly (keyof ErrorStream)[] = ['write', 'writelines', 'flush']

function rule(
  id: number,
  text: string,
  remedy: string,
  check: Rule<'environ'>['check'],
): Rule<'environ'> {
  return { id: `ENV-${id}`, at: 'environ', by: 'validator', text, remedy, check }
}

export const environRules: readonly Rule[] = [
  rule(1, '`environ` must be a mutable plain object with only own keys.',
    'Create it with an object literal or by spreading another environ.',
    (environ) => {
      if (!isPlain(environ)) return `environ is ${describe(environ)}, or it inherits keys`
      return Object.isExtensible(environ) && !Object.isSealed(environ) ? undefined : 'environ is frozen, sealed or not extensible'
    }),
  rule(2, `\`environ\` must have these keys: ${REQUIRED.map((key) => `\`${key}\``).join(', ')}.`,
    'Create it with `makeEnviron`, or in a test with `setupTestingDefaults`.',
    (environ) => first(REQUIRED, (key) => (has(environ, key) ? undefined : `environ has no ${key}`))),
  rule(3, 'CGI variables, including `RAW_URI` and `HTTP_*`, must be strings in which each character represents one byte (Latin-1).',
    'Decode bytes as Latin-1, or convert text with `textToWsgi`.',
    (environ) => first(Object.keys(environ), (key) => {
      if (!isCgiName(key)) return undefined
      const value = environ[key]
      if (typeof value !== 'string') return `environ.${key} is ${describe(value)}`
      return BYTES.test(value) ? undefined : `environ.${key} contains a character outside Latin-1: ${describe(value)}`
    })),
  rule(4, '`REQUEST_METHOD` must be the method exactly as the client sent it, and must be a non-empty token.', 'Reject a request whose method is not a token.',
    ({ REQUEST_METHOD: method }) => (isToken(method) ? undefined : `REQUEST_METHOD is ${describe(method)}`)),
  rule(5, '`SCRIPT_NAME` must be empty or start with `/`, and must not be `/` alone.', 'Use an empty string for the root; the `/` belongs in `PATH_INFO`.',
    ({ SCRIPT_NAME: name }) =>
      name === '' || (name.startsWith('/') && name !== '/') ? undefined : `SCRIPT_NAME is ${describe(name)}`),
  rule(6, '`PATH_INFO` must be empty or start with `/`.', 'Percent-decode the path once, and keep its leading slash.',
    ({ PATH_INFO: path }) => (path === '' || path.startsWith('/') ? undefined : `PATH_INFO is ${describe(path)}`)),
  rule(7, '`QUERY_STRING` must be the undecoded part of the target after the first `?`, without a fragment.', 'Split the target at its first `?`, and remove any fragment.',
    ({ QUERY_STRING: query }) => (/[#\s]/.test(query) ? `QUERY_STRING is ${describe(query)}` : undefined)),
  rule(8, '`SERVER_NAME` must not be empty, and `SERVER_PORT` must be a string of digits.', 'Use the address of the listening socket; for a Unix socket, use `localhost` and `80`.',
    ({ SERVER_NAME: name, SERVER_PORT: port }) => {
      if (name === '') return 'SERVER_NAME is empty'
      return isDigits(port) ? undefined : `SERVER_PORT is ${describe(port)}`
    }),
  rule(9, '`SERVER_PROTOCOL` must be `HTTP/` followed by a version.', 'Use the version from the request line.',
    ({ SERVER_PROTOCOL: protocol }) => (/^HTTP\/\d(?:\.\d)?$/.test(protocol) ? undefined : `SERVER_PROTOCOL is ${describe(protocol)}`)),
  rule(10, '`CONTENT_LENGTH` must be absent, empty, or decimal digits.', 'Respond with 400 to a request with any other length.',
    ({ CONTENT_LENGTH: length = '' }) => (length === '' || isDigits(length) ? undefined : `CONTENT_LENGTH is ${describe(length)}`)),
  rule(11, 'The type and length of the body must be in `CONTENT_TYPE` and `CONTENT_LENGTH`, not in `HTTP_CONTENT_TYPE` or `HTTP_CONTENT_LENGTH`.',
    'Use the CGI names for these two headers.',
    (environ) => first(['HTTP_CONTENT_TYPE', 'HTTP_CONTENT_LENGTH'], (key) => (has(environ, key) ? `environ has ${key}` : undefined))),
  rule(12, 'A `Proxy` header from the client must not become `HTTP_PROXY`.', 'Drop the header: programs read a variable of that name as their proxy setting (CVE-2016-5385).',
    (environ) => (has(environ, 'HTTP_PROXY') ? 'environ has HTTP_PROXY' : undefined)),
  rule(13, '`wsgi.version` must be `[1, 0]`.', 'Set it to [1, 0]: this specification describes WSGI 1.0.',
    ({ 'wsgi.version': version }) =>
      Array.isArray(version) && version.length === 2 && version[0] === 1 && version[1] === 0 ? undefined : `wsgi.version is ${describe(version)}`),
  rule(14, '`wsgi.url_scheme` must be `http` or `https`.', 'Set it to the scheme that the client used.',
    ({ 'wsgi.url_scheme': scheme }) => (['http', 'https'].includes(scheme) ? undefined : `wsgi.url_scheme is ${describe(scheme)}`)),
  rule(15, '`wsgi.input` must have `read`, `readline`, `readlines` and asynchronous iteration.', 'Use `inputStream(chunks)`, or `emptyInput()` for a request without a body.',
    ({ 'wsgi.input': input }) => prefix('wsgi.input', lacking(input, INPUT))),
  rule(16, '`wsgi.errors` must have `write`, `writelines` and `flush`.', 'Use `errorStream(write)`.',
    ({ 'wsgi.errors': errors }) => prefix('wsgi.errors', lacking(errors, ERRORS))),
  rule(17, '`wsgi.multithread`, `wsgi.multiprocess`, `wsgi.run_once` and, if present, `wsgi.input_terminated` must be booleans.', 'Set them to true or false.',
    (environ) => first(['wsgi.multithread', 'wsgi.multiprocess', 'wsgi.run_once', 'wsgi.input_terminated'], (key) =>
      !has(environ, key) || typeof environ[key] === 'boolean' ? undefined : `${key} is ${describe(environ[key])}`)),
  rule(18, '`wsgi.file_wrapper`, if present, must be a constructor.', 'Provide `FileWrapper`, or omit the key.',
    (environ) =>
      !has(environ, 'wsgi.file_wrapper') || isFunction(environ['wsgi.file_wrapper']) ? undefined : `wsgi.file_wrapper is ${describe(environ['wsgi.file_wrapper'])}`),
  rule(19, '`phial.signal`, if present, must be an `AbortSignal`.', 'Pass the signal of an `AbortController` that you abort when the client disconnects.',
    ({ 'phial.signal': signal }) => prefix('phial.signal', signal === undefined ? undefined : lacking(signal, ['addEventListener', 'throwIfAborted']))),
  rule(20, '`phial.retiring`, if present, must be an `AbortSignal` that fires when the server begins to shut down, so that a long response can end properly.', 'Pass the signal of an `AbortController` that you abort when the server begins to shut down.',
    ({ 'phial.retiring': signal }) => prefix('phial.retiring', signal === undefined ? undefined : lacking(signal, ['addEventListener', 'throwIfAborted']))),
  rule(21, '`phial.upgrade`, if present, must be the lower-case name of a protocol that the client offers and that the server can switch to.', 'Use the first name in `Upgrade` if a `GET` request without a body has `upgrade` in its `Connection` header; otherwise omit the key.',
    ({ 'phial.upgrade': upgrade }) =>
      upgrade === undefined || (typeof upgrade === 'string' && PROTOCOL.test(upgrade)) ? undefined : `phial.upgrade is ${describe(upgrade)}`),
] as readonly Rule[] // prettier-ignore

function prefix(name: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : `${name} ${found}`
}
