/** Makes the `environ` of a request, for every server. PEP 3333, “`environ` Variables”. */
import { FileWrapper } from './file-wrapper.ts'
import { cachedByName, splitTarget } from './grammar.ts'
import { isHopByHop } from './headers.ts'
import type { Environ, ErrorStream, HeaderList, InputStream } from './types.ts'
import { decodePath } from './url.ts'

/** The properties of a request that a server knows when its head has arrived. */
export interface RequestHead {
  readonly method: string
  /** As in the request line: `/path?query`, `http://host/path`, `*`. */
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
  /** Names and values in their original order, including repeated ones. A server may add the result of `environKey`. */
  readonly headers: Iterable<readonly [name: string, value: string, key?: string]>
  readonly scheme: 'http' | 'https'
  readonly serverName: string
  readonly serverPort: string
  readonly remoteAddr: string
  readonly remotePort: string
  readonly input: InputStream
  readonly errors: ErrorStream
  /** Whether other processes serve the same application. Default: false. */
  readonly multiprocess?: boolean
  /** Whether this process serves only one request. Default: false. */
  readonly runOnce?: boolean
  /** Fires when the client has disconnected. May be a getter: it is read when an application reads `phial.signal`. */
  readonly signal?: AbortSignal
  /** Fires when the server begins to shut down: `phial.retiring`. */
  readonly retiring?: AbortSignal | undefined
  /** The protocol that the client offers, if the server can switch to it: `phial.upgrade`. */
  readonly upgrade?: string | undefined
}

/** The source of the signal of a request. `signal` must return the same object each time. */
export interface SignalSource {
  readonly signal?: AbortSignal | undefined
}

const VERSION: readonly [number, number] = Object.freeze([1, 0] as const)

function Bare(this: object): void {
  // adds nothing
}

/**
 * An environ: an object that inherits nothing and is still fast. Its prototype is an empty object without a prototype;
 * `Object.create(null)` would make it a slow dictionary, which `bench/core.ts` measures. The source of the signal is in
 * a private field, so that all environs share one accessor.
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

  /** Returns the signal of an environ, or of an object that inherits from one. */
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
 * `phial.signal`, created on first access: few applications read it, and a signal costs more than the rest of an
 * environ, which `bench/core.ts` measures. Like any other key, it can be copied, changed and deleted.
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
 * Creates the environ of a request: a new, plain object that inherits nothing. The path is decoded once, into bytes.
 * Headers become `HTTP_*`, repeated ones are joined; names with `_` and `Proxy` are dropped. `signals` is the source of
 * `phial.signal` if it is not the head itself.
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

/** Joins two headers with the same name to one list, as RFC 9110 §5.2 (and RFC 6265 §5.4 for `Cookie`) allow. */
const joined = (key: string, before: string, value: string): string =>
  before + (key === 'HTTP_COOKIE' ? '; ' : ', ') + value

/**
 * Returns the key of a header in an environ: `User-Agent` → `HTTP_USER_AGENT`, `Content-Type` → `CONTENT_TYPE`. Returns
 * `undefined` for a header that is dropped.
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
 * Returns the headers of a request from its environ, without hop-by-hop ones. Names are in lower case.
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
