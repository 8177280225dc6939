/** Makes the `environ` of a request, for every server. PEP 3333, “`environ` Variables”. */
import { FileWrapper } from './file-wrapper.ts'
import { addSignal } from './lazy-signal.ts'
import { cachedByName, splitTarget } from './grammar.ts'
import { isHopByHop } from './headers.ts'
import type { Environ, ErrorStream, HeaderList, InputStream } from './types.ts'
import { decodePath } from './url.ts'

/** What a server knows of a request once its head has come. */
export interface RequestHead {
  readonly method: string
  /** As it stood on the request line: `/path?query`, `http://host/path`, `*`. */
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
  /**
   * Names and values in the order in which they came, repeats included. A server that knows the key
   * of a name already, by `environKey`, may give it as a third.
   */
  readonly headers: Iterable<readonly [name: string, value: string, key?: string]>
  readonly scheme: 'http' | 'https'
  readonly serverName: string
  readonly serverPort: string
  readonly remoteAddr: string
  readonly remotePort: string
  readonly input: InputStream
  readonly errors: ErrorStream
  /** Whether other processes serve the same application. False if not given. */
  readonly multiprocess?: boolean
  /** Whether this process serves one request only. False if not given. */
  readonly runOnce?: boolean
  /** Fires when the client has gone. A getter will do: it is asked when an application asks for `phial.signal`. */
  readonly signal?: AbortSignal
  /** Fires when the server begins to shut down: `phial.retiring`. */
  readonly retiring?: AbortSignal | undefined
}

const VERSION: readonly [number, number] = Object.freeze([1, 0] as const)

/**
 * What becomes an environ: an object that inherits nothing, and is quick all the same. Its prototype
 * is an empty object without one; `Object.create(null)` would make a slow dictionary of it, which
 * `bench/core.ts` measures.
 */
interface RequestEnviron extends Environ {}

function RequestEnviron(
  this: RequestEnviron,
  head: RequestHead,
  path: string,
  query: string,
): void {
  this.REQUEST_METHOD = head.method
  this.SCRIPT_NAME = ''
  this.PATH_INFO = path
  this.QUERY_STRING = query
  this.RAW_URI = head.target
  this.SERVER_NAME = head.serverName
  this.SERVER_PORT = head.serverPort
  this.SERVER_PROTOCOL = head.protocol
  this.REMOTE_ADDR = head.remoteAddr
  this.REMOTE_PORT = head.remotePort
  this['wsgi.version'] = VERSION
  this['wsgi.url_scheme'] = head.scheme
  this['wsgi.input'] = head.input
  this['wsgi.errors'] = head.errors
  this['wsgi.multithread'] = true
  this['wsgi.multiprocess'] = head.multiprocess ?? false
  this['wsgi.run_once'] = head.runOnce ?? false
  this['wsgi.file_wrapper'] = FileWrapper
  this['wsgi.input_terminated'] = true
}
RequestEnviron.prototype = Object.freeze(Object.create(null)) as object

const Bare = RequestEnviron as unknown as new (
  head: RequestHead,
  path: string,
  query: string,
) => Environ

/**
 * The environ of one request: new, plain, with nothing inherited. The path is decoded once, into
 * bytes; headers become `HTTP_*`, repeats joined; names with `_` and `Proxy` are dropped.
 *
 * ```ts
 * const environ = makeEnviron({
 *   method: 'GET', target: '/caf%C3%A9?x=1', protocol: 'HTTP/1.1', headers: [['Host', 'localhost']],
 *   scheme: 'http', serverName: 'localhost', serverPort: '8000', remoteAddr: '127.0.0.1', remotePort: '50000',
 *   input: emptyInput(), errors: errorStream(console.error),
 * })
 * ```
 */
export function makeEnviron(head: RequestHead): Environ {
  const { path, query, authority } = splitTarget(head.target)
  const environ = new Bare(head, decodePath(path), query)
  for (const [name, value, key] of head.headers) addHeader(environ, key ?? environKey(name), value)
  if (authority !== undefined) environ['HTTP_HOST'] = authority
  if (head.retiring !== undefined) environ['phial.retiring'] = head.retiring
  if ('signal' in head) addSignal(environ, head)
  return environ
}

/** One header of the request. Several of a name are one list, joined as RFC 9110 §5.2 (and RFC 6265 §5.4 for `Cookie`) allow. */
function addHeader(environ: Environ, key: string | undefined, value: string): void {
  if (key === undefined) return
  const before = environ[key]
  environ[key] =
    typeof before === 'string' ? before + (key === 'HTTP_COOKIE' ? '; ' : ', ') + value : value
}

/**
 * `User-Agent` → `HTTP_USER_AGENT`, `Content-Type` → `CONTENT_TYPE`; `undefined` for what is
 * dropped.
 *
 * ```ts
 * environKey('User-Agent') // 'HTTP_USER_AGENT'
 * environKey('User_Agent') // undefined: it could pass for the one above
 * ```
 */
export const environKey: (name: string) => string | undefined = cachedByName((name) => {
  if (name.includes('_')) return undefined
  const key = name.toUpperCase().replaceAll('-', '_')
  if (key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH') return key
  return key === 'PROXY' ? undefined : `HTTP_${key}`
})

/**
 * The way back: the headers of a request as an environ has them, without hop-by-hop ones. Names are
 * in lower case.
 *
 * ```ts
 * for (const [name, value] of requestHeaders(environ)) console.log(`${name}: ${value}`)
 * ```
 */
export function requestHeaders(environ: Environ): HeaderList {
  const headers: HeaderList = []
  for (const [key, value] of Object.entries(environ)) {
    const name = /^(?:HTTP_(.+)|(CONTENT_(?:TYPE|LENGTH)))$/.exec(key)
    if (name === null || typeof value !== 'string') continue
    const field = (name[1] ?? name[2] ?? '').toLowerCase().replaceAll('_', '-')
    if (!isHopByHop(field)) headers.push([field, value])
  }
  return headers
}

/**
 * Whether a request comes with a body, of a length that is told or not.
 *
 * ```ts
 * if (hasBody(environ)) await environ['wsgi.input'].read()
 * ```
 */
export function hasBody(environ: Environ): boolean {
  const { CONTENT_LENGTH: length = '', HTTP_TRANSFER_ENCODING: coding } = environ
  return (length !== '' && length !== '0') || coding !== undefined
}
