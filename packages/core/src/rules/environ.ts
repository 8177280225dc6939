/** What a server puts into `environ`. PEP 3333, “`environ` Variables” and “Input and Error Streams”. */
import { isDigits, isToken } from '../grammar.ts'
import type { Environ, ErrorStream, InputStream } from '../types.ts'
import { describe, isFunction, type Rule } from './rule.ts'

/** Characters of CGI's variables stand for bytes; a control character has no place in any of them but a decoded path. */
const BYTES = /^[\u0000-\u00ff]*$/
/** A protocol, with or without a version. RFC 9110 §7.8 */
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

/** The first of some keys for which something is wrong, in words. */
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

/** Whether an object's own keys are all it has: made by a literal, by spreading, or with no prototype worth a name. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const proto = Object.getPrototypeOf(value) as object | null
  if (proto === null) return true
  if (Object.getPrototypeOf(proto) !== null) return false
  return Object.hasOwn(proto, 'hasOwnProperty') || Reflect.ownKeys(proto).length === 0
}

/** Names the methods that a stream lacks. */
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
  rule(1, '`environ` is a plain object whose keys are its own, and it may be changed by whoever is called.',
    'Build it from a literal, or spread another one.',
    (environ) => {
      if (!isPlain(environ)) return `environ is ${describe(environ)}, or inherits keys`
      return Object.isExtensible(environ) && !Object.isSealed(environ) ? undefined : 'environ is frozen, sealed or closed to new keys'
    }),
  rule(2, `These keys are always there: ${REQUIRED.map((key) => `\`${key}\``).join(', ')}.`,
    'Fill them in, as `makeEnviron` does, or `setupTestingDefaults` for a test.',
    (environ) => first(REQUIRED, (key) => (has(environ, key) ? undefined : `environ has no ${key}`))),
  rule(3, 'CGI’s variables, `RAW_URI` and `HTTP_*` among them, are strings in which each character stands for one byte (Latin-1).',
    'Decode bytes as Latin-1; `textToWsgi` makes such a string of text.',
    (environ) => first(Object.keys(environ), (key) => {
      if (!isCgiName(key)) return undefined
      const value = environ[key]
      if (typeof value !== 'string') return `environ.${key} is ${describe(value)}`
      return BYTES.test(value) ? undefined : `environ.${key} has a character beyond Latin-1: ${describe(value)}`
    })),
  rule(4, '`REQUEST_METHOD` is the method as the client sent it: a token, never empty.', 'Refuse the request instead of passing it on.',
    ({ REQUEST_METHOD: method }) => (isToken(method) ? undefined : `REQUEST_METHOD is ${describe(method)}`)),
  rule(5, '`SCRIPT_NAME` is empty or begins with `/`, and is never `/` alone.', 'Leave it empty at the root; `/` belongs to `PATH_INFO`.',
    ({ SCRIPT_NAME: name }) =>
      name === '' || (name.startsWith('/') && name !== '/') ? undefined : `SCRIPT_NAME is ${describe(name)}`),
  rule(6, '`PATH_INFO` is empty or begins with `/`.', 'Percent-decode the path once and pass it whole.',
    ({ PATH_INFO: path }) => (path === '' || path.startsWith('/') ? undefined : `PATH_INFO is ${describe(path)}`)),
  rule(7, '`QUERY_STRING` is what follows the first `?`, undecoded, without it and without a fragment.', 'Split the target at its first `?`.',
    ({ QUERY_STRING: query }) => (/[#\s]/.test(query) ? `QUERY_STRING is ${describe(query)}` : undefined)),
  rule(8, '`SERVER_NAME` is never empty, and `SERVER_PORT` is a string of digits.', 'Take them from the socket that listens; on a unix socket, say `localhost` and `80`.',
    ({ SERVER_NAME: name, SERVER_PORT: port }) => {
      if (name === '') return 'SERVER_NAME is empty'
      return isDigits(port) ? undefined : `SERVER_PORT is ${describe(port)}`
    }),
  rule(9, '`SERVER_PROTOCOL` is `HTTP/` with a version.', 'Pass on the version of the request line.',
    ({ SERVER_PROTOCOL: protocol }) => (/^HTTP\/\d(?:\.\d)?$/.test(protocol) ? undefined : `SERVER_PROTOCOL is ${describe(protocol)}`)),
  rule(10, '`CONTENT_LENGTH` is absent, empty, or decimal digits.', 'Refuse any other length with 400.',
    ({ CONTENT_LENGTH: length = '' }) => (length === '' || isDigits(length) ? undefined : `CONTENT_LENGTH is ${describe(length)}`)),
  rule(11, 'The body’s type and length stand in `CONTENT_TYPE` and `CONTENT_LENGTH`, never in `HTTP_CONTENT_TYPE` or `HTTP_CONTENT_LENGTH`.',
    'Give these two headers their CGI names.',
    (environ) => first(['HTTP_CONTENT_TYPE', 'HTTP_CONTENT_LENGTH'], (key) => (has(environ, key) ? `environ has ${key}` : undefined))),
  rule(12, 'A client’s `Proxy` header never becomes `HTTP_PROXY`.', 'Drop it: programs take that name for their own setting (CVE-2016-5385).',
    (environ) => (has(environ, 'HTTP_PROXY') ? 'environ has HTTP_PROXY' : undefined)),
  rule(13, '`wsgi.version` is `[1, 0]`.', 'This spec describes WSGI 1.0.',
    ({ 'wsgi.version': version }) =>
      Array.isArray(version) && version.length === 2 && version[0] === 1 && version[1] === 0 ? undefined : `wsgi.version is ${describe(version)}`),
  rule(14, '`wsgi.url_scheme` is `http` or `https`.', 'Say by which of them the client came.',
    ({ 'wsgi.url_scheme': scheme }) => (['http', 'https'].includes(scheme) ? undefined : `wsgi.url_scheme is ${describe(scheme)}`)),
  rule(15, '`wsgi.input` has `read`, `readline`, `readlines` and asynchronous iteration.', 'Use `inputStream(chunks)`, or `emptyInput()` where there is no body.',
    ({ 'wsgi.input': input }) => prefix('wsgi.input', lacking(input, INPUT))),
  rule(16, '`wsgi.errors` has `write`, `writelines` and `flush`.', 'Use `errorStream(write)`.',
    ({ 'wsgi.errors': errors }) => prefix('wsgi.errors', lacking(errors, ERRORS))),
  rule(17, '`wsgi.multithread`, `wsgi.multiprocess`, `wsgi.run_once` and, where it is there, `wsgi.input_terminated` are booleans.', 'Say true or false.',
    (environ) => first(['wsgi.multithread', 'wsgi.multiprocess', 'wsgi.run_once', 'wsgi.input_terminated'], (key) =>
      !has(environ, key) || typeof environ[key] === 'boolean' ? undefined : `${key} is ${describe(environ[key])}`)),
  rule(18, '`wsgi.file_wrapper`, where it is there, is a constructor.', 'Offer `FileWrapper`, or leave the key out.',
    (environ) =>
      !has(environ, 'wsgi.file_wrapper') || isFunction(environ['wsgi.file_wrapper']) ? undefined : `wsgi.file_wrapper is ${describe(environ['wsgi.file_wrapper'])}`),
  rule(19, '`phial.signal`, where it is there, is an `AbortSignal`.', 'Pass the signal of an `AbortController` that fires when the client leaves.',
    ({ 'phial.signal': signal }) => prefix('phial.signal', signal === undefined ? undefined : lacking(signal, ['addEventListener', 'throwIfAborted']))),
  rule(20, '`phial.retiring`, where it is there, is an `AbortSignal` that fires when the server begins to shut down, so that a long answer can end properly.', 'Pass the signal of an `AbortController` that fires when the server begins to shut down.',
    ({ 'phial.retiring': signal }) => prefix('phial.retiring', signal === undefined ? undefined : lacking(signal, ['addEventListener', 'throwIfAborted']))),
  rule(21, '`phial.upgrade`, where it is there, is the name of a protocol that the client offers to switch to, in lower case. It is there only if the server can switch.', 'Take the first name of `Upgrade` if a `GET` without a body has `upgrade` in its `Connection`; otherwise leave the key out.',
    ({ 'phial.upgrade': upgrade }) =>
      upgrade === undefined || (typeof upgrade === 'string' && PROTOCOL.test(upgrade)) ? undefined : `phial.upgrade is ${describe(upgrade)}`),
] as readonly Rule[] // prettier-ignore

function prefix(name: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : `${name} ${found}`
}
