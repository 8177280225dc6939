/**
 * The grammar of an HTTP message, for the gateway and its servers: RFC 9110 and RFC 9112. Each
 * function checks the whole text, in linear time. In texts, as in `environ`, each character represents one byte.
 */

/** One character of a token, for use in regular expressions. RFC 9110 §5.6.2 */
export const TOKEN_CHARACTER = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]"

/** One character of a request target: any visible ASCII character except `#`, which starts a fragment. RFC 9112 §3.2 */
export const TARGET_CHARACTER: string = '[\\x21\\x22\\x24-\\x7e]'

const TOKEN = new RegExp(`^${TOKEN_CHARACTER}+$`)
/** Visible characters, Latin-1, space and tab. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const STATUS = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/
const BODYLESS = /^(?:20[45]|304)/
const DIGITS = /^\d+$/
const TARGET = new RegExp(`^${TARGET_CHARACTER}+$`)
const ABSOLUTE = /^(https?):\/\/([^/?#]*)(.*)$/is
const HOST = /^(\[[^\]]*\]|(?:[\w.~-]|%[\da-f]{2})*)(?::(\d*))?$/i
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const IPV6_CHARACTERS = /^[\da-f:.]+$/i
const GREATEST_PORT = 65_535

/**
 * Reports whether a text is a token, such as the name of a method or a field. RFC 9110 §5.6.2
 *
 * ```ts
 * isToken('Content-Type') // true
 * isToken('Content Type') // false
 * ```
 */
export const isToken = (text: string): boolean => TOKEN.test(text)

/**
 * Reports whether a text is a valid field value: no control characters except tab, no characters outside Latin-1. RFC 9110 §5.5
 *
 * ```ts
 * isFieldValue('text/plain') // true
 * isFieldValue('a\r\nb')     // false
 * ```
 */
export const isFieldValue = (text: string): boolean => FIELD_VALUE.test(text)

/**
 * Reports whether a text is the status of a final response: three digits from 200 to 599, a space, and a
 * reason phrase, which may be empty. RFC 9112 §4
 *
 * ```ts
 * isStatus('404 Not Found') // true
 * isStatus('404')           // false
 * ```
 */
export const isStatus = (text: string): boolean => STATUS.test(text)

/**
 * Reports whether a response with this status never has a body. RFC 9110 §6.4.1 and §15.3.6
 *
 * ```ts
 * isBodyless('304 Not Modified') // true
 * ```
 */
export const isBodyless = (status: string): boolean => BODYLESS.test(status)

/**
 * Reports whether a response with this status switches the connection to another protocol. RFC 9110 §15.2.2
 *
 * ```ts
 * isSwitching('101 Switching Protocols') // true
 * ```
 */
export const isSwitching = (status: string): boolean => status.startsWith('101 ')

/**
 * Reports whether a text consists of one or more decimal digits.
 *
 * ```ts
 * isDigits('0042') // true
 * isDigits('+42')  // false
 * ```
 */
export const isDigits = (text: string): boolean => DIGITS.test(text)

/**
 * Reports whether a text is a valid `Content-Length`: decimal digits of a safe integer. RFC 9110 §8.6
 *
 * ```ts
 * isContentLength('120')   // true
 * isContentLength('1, 20') // false
 * ```
 */
export const isContentLength = (text: string): boolean =>
  isDigits(text) && Number.isSafeInteger(Number(text))

/**
 * Reports whether a text contains only the characters of a request target. Does not check its form; see {@link splitTarget}. RFC 9112 §3.2
 *
 * ```ts
 * isTargetText('/caf%C3%A9?x=1') // true
 * isTargetText('/café')          // false
 * ```
 */
export const isTargetText = (text: string): boolean => TARGET.test(text)

/** The parts of a request target, all undecoded. RFC 9112 §3.2 */
export interface RequestTarget {
  /** The path. Empty for `*` and for an authority. */
  readonly path: string
  readonly query: string
  /** The scheme, in lower case, if the target is an absolute URL. */
  readonly scheme: 'http' | 'https' | undefined
  /** The host and port, if the target is an absolute URL. */
  readonly authority: string | undefined
}

/**
 * Splits the target of a request line: `/path?query`, `http://host/path?query`, `*` or `host:port`.
 *
 * ```ts
 * splitTarget('/hello?x=1').query // 'x=1'
 * splitTarget('http://localhost:8000/hello').authority // 'localhost:8000'
 * ```
 */
export function splitTarget(target: string): RequestTarget {
  let local = target
  let scheme: RequestTarget['scheme']
  let authority: string | undefined
  if (!target.startsWith('/')) {
    const absolute = ABSOLUTE.exec(target)
    if (absolute === null) return { path: '', query: '', scheme, authority }
    const [, name = '', host, rest = ''] = absolute
    scheme = name.toLowerCase() === 'https' ? 'https' : 'http'
    authority = host
    local = rest.startsWith('/') ? rest : `/${rest}`
  }
  const at = local.indexOf('?')
  return at < 0
    ? { path: local, query: '', scheme, authority }
    : { path: local.slice(0, at), query: local.slice(at + 1), scheme, authority }
}

/** A host with an optional port. */
export interface HostAndPort {
  /** `localhost`, `127.0.0.1` or `[::1]`. May be empty. */
  readonly name: string
  /** Digits. `undefined` if there is no colon, empty if nothing follows it. */
  readonly port: string | undefined
}

/**
 * Splits a host with an optional port, as in `Host` and in the authority of an `http` URL, without
 * user information. Returns `undefined` for anything else. RFC 9110 §7.2
 *
 * ```ts
 * splitHost('localhost:8000') // { name: 'localhost', port: '8000' }
 * splitHost('[::1]')          // { name: '[::1]', port: undefined }
 * splitHost('a@example.com')  // undefined
 * ```
 */
export function splitHost(text: string): HostAndPort | undefined {
  const [, name, port] = HOST.exec(text) ?? []
  if (name === undefined || Number(port ?? 0) > GREATEST_PORT) return undefined
  return name.startsWith('[') && !isIPv6(name.slice(1, -1)) ? undefined : { name, port }
}

/**
 * Reports whether a text is an IPv4 address: four numbers up to 255, without leading zeros. RFC 3986 §3.2.2
 *
 * ```ts
 * isIPv4('203.0.113.7') // true
 * isIPv4('203.0.113.256') // false
 * ```
 */
export const isIPv4 = (text: string): boolean => IPV4.test(text)

/**
 * Reports whether a text is an IPv6 address, without brackets and without a zone. RFC 4291 §2.2
 *
 * ```ts
 * isIPv6('2001:db8::1') // true
 * isIPv6('fe80::1%eth0') // false
 * ```
 */
export const isIPv6 = (text: string): boolean =>
  IPV6_CHARACTERS.test(text) && URL.canParse(`http://[${text}]`)

/** The maximum number of names in a cache. Clients and applications can use arbitrary names, so it must be bounded. */
const KNOWN_NAMES = 500

/**
 * Returns a memoized function of a field name, with a cache of the first 500 names. `undefined` is not cached, so
 * rejected names take no memory. `bench/core.ts` measures it.
 *
 * ```ts
 * const lowerCase = cachedByName((name) => name.toLowerCase())
 * lowerCase('Content-Type') // 'content-type'
 * ```
 */
export function cachedByName<Value>(
  valueOf: (name: string) => Value | undefined,
): (name: string) => Value | undefined {
  const known = new Map<string, Value>()
  return (name) => {
    const seen = known.get(name)
    if (seen !== undefined) return seen
    const value = valueOf(name)
    if (value !== undefined && known.size < KNOWN_NAMES) known.set(name, value)
    return value
  }
}
