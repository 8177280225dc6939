/** Makes the `environ` of a request, for every server. PEP 3333, “`environ` Variables”. */
import { FileWrapper } from './file-wrapper.ts'
import { cachedByName, splitTarget } from './grammar.ts'
import { isHopByHop } from './headers.ts'
import type { Environ, ErrorStream, HeaderList, InputStream } from './types.ts'
import { decodePath } from './url.ts'

/** The head of a request, with the connection details that the server adds. */
export interface RequestHead {
  readonly method: string
  /** The target as on the request line: `/path?query`, `http://host/path`, `*`. */
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
  /**
   * Names and values in the order received, repeats included. A server that has already looked up the key
   * of a name with `environKey` may pass it as the third element.
   */
  readonly headers: Iterable<readonly [name: string, value: string, key?: string]>
  readonly scheme: 'http' | 'https'
  readonly serverName: string
  readonly serverPort: string
  readonly remoteAddr: string
  readonly remotePort: string
  readonly input: InputStream
  readonly errors: ErrorStream
  /** Whether other processes serve the same application. Defaults to false. */
  readonly multiprocess?: boolean
  /** Whether this process serves only one request. Defaults to false. */
  readonly runOnce?: boolean
  /** Fires when the client disconnects. May be a getter: it is read when the application reads `phial.signal`. */
  readonly signal?: AbortSignal
  /** Fires when the server begins to shut down: `phial.retiring`. */
  readonly retiring?: AbortSignal | undefined
  /** The protocol that the client offers, if the server can switch to it: `phial.upgrade`. */
  readonly upgrade?: string | undefined
}

/** Provides the signal of a request. `signal` may be read several times and must return the same signal each time. */
export interface SignalSource {
  readonly signal?: AbortSignal | undefined
}

const VERSION: readonly [number, number] = Object.freeze([1, 0] as const)

function Bare(this: object): void {
  // adds nothing
}

/**
 * The class of an environ: an object that inherits no keys and still has fast properties. Its prototype is an empty object
 * that has no prototype itself. `Object.create(null)` would create an object in slow dictionary mode, as `bench/core.ts`
 * measures. The source of the signal is a private field, so that all environs share one accessor.
 */
class RequestEnviron extends (Bare as unknown as new () => Environ) {
  readonly #signals: SignalSource | undefined

  constructor(head: RequestHead, path: string, query: string, signals: SignalSource | undefined) {
    super()
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
    this.#signals = signals
  }

  /** Returns the signal of an environ or of an object that inherits from one. */
  static signalOf(environ: object): AbortSignal | undefined {
    if (#signals in environ) return environ.#signals?.signal
    const above = Object.getPrototypeOf(environ) as object | null
    return above === null ? undefined : RequestEnviron.signalOf(above)
  }
}
Reflect.deleteProperty(RequestEnviron.prototype, 'constructor')
Object.setPrototypeOf(RequestEnviron.prototype, null)
Object.freeze(RequestEnviron.prototype)

const SIGNAL = 'phial.signal'

/**
 * `phial.signal`, created when it is first read. Few applications read it, and a signal costs more than the rest of an
 * environ, as `bench/core.ts` measures. Otherwise it is an ordinary key, which can be copied, changed and deleted.
 */
const lazySignal: PropertyDescriptor & ThisType<object> = {
  enumerable: true,
  configurable: true,
  get() {
    return RequestEnviron.signalOf(this)
  },
  set(value: unknown) {
    const own = { value, writable: true, enumerable: true, configurable: true }
    Object.defineProperty(this, SIGNAL, own)
  },
}

/**
 * Returns the environ of one request: a new plain object that inherits no keys. The path is percent-decoded once, into
 * bytes. Headers become `HTTP_*`; repeated headers are joined; `Proxy` and names with `_` are dropped. `signals` provides
 * the signal if the head itself has none.
 *
 * ```ts
 * const environ = makeEnviron({
 *   method: 'GET', target: '/caf%C3%A9?x=1', protocol: 'HTTP/1.1', headers: [['Host', 'localhost']],
 *   scheme: 'http', serverName: 'localhost', serverPort: '8000', remoteAddr: '127.0.0.1', remotePort: '50000',
 *   input: emptyInput(), errors: errorStream(console.error),
 * })
 * ```
 */
export function makeEnviron(
  head: RequestHead,
  signals: SignalSource | undefined = 'signal' in head ? head : undefined,
): Environ {
  const { path, query, authority } = splitTarget(head.target)
  const environ = new RequestEnviron(head, decodePath(path), query, signals)
  for (const [name, value, known] of head.headers) {
    const key = known ?? environKey(name)
    if (key === undefined) continue
    const before = environ[key]
    environ[key] = typeof before === 'string' ? joined(key, before, value) : value
  }
  if (authority !== undefined) environ['HTTP_HOST'] = authority
  if (head.retiring !== undefined) environ['phial.retiring'] = head.retiring
  if (head.upgrade !== undefined) environ['phial.upgrade'] = head.upgrade
  if (signals !== undefined) Object.defineProperty(environ, SIGNAL, lazySignal)
  return environ
}

/** Joins repeated headers into one list, as RFC 9110 §5.2 allows (RFC 6265 §5.4 for `Cookie`). */
const joined = (key: string, before: string, value: string): string =>
  before + (key === 'HTTP_COOKIE' ? '; ' : ', ') + value

/**
 * Returns the environ key of a header: `HTTP_USER_AGENT` for `User-Agent`, `CONTENT_TYPE` for `Content-Type`. Returns
 * `undefined` for a header that is dropped.
 *
 * ```ts
 * environKey('User-Agent') // 'HTTP_USER_AGENT'
 * environKey('User_Agent') // undefined: it would have the same key
 * ```
 */
export const environKey: (name: string) => string | undefined = cachedByName((name) => {
  if (name.includes('_')) return undefined
  const key = name.toUpperCase().replaceAll('-', '_')
  if (key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH') return key
  return key === 'PROXY' ? undefined : `HTTP_${key}`
})

/**
 * Returns the headers of a request from its environ, without hop-by-hop headers. Names are in lower case. The inverse of
 * {@link environKey}.
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
 * Reports whether a request has a body, with or without a declared length.
 *
 * ```ts
 * if (hasBody(environ)) await environ['wsgi.input'].read()
 * ```
 */
export function hasBody(environ: Environ): boolean {
  const { CONTENT_LENGTH: length = '', HTTP_TRANSFER_ENCODING: coding } = environ
  return (length !== '' && length !== '0') || coding !== undefined
}
