/** Faulty environs, applications, servers and middleware, each with the rule that it breaks. */
import {
  call,
  makeEnviron,
  emptyInput,
  errorStream,
  validator,
  type Application,
  type Environ,
  type HeaderList,
  type Middleware,
  type StartResponse,
} from '@phial/core'
import { bytes } from './bytes.ts'

/** Casts any value to any type, to do what untyped code can do. */
export const wrongly = <Wanted>(value: unknown): Wanted => value as Wanted

export const TEXT: [string, string] = ['Content-Type', 'text/plain']

export const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [TEXT])
  return [bytes('hello')]
}

export function goodEnviron(changes: Record<string, unknown> = {}): Environ {
  const environ = makeEnviron({
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    headers: [['Host', 'localhost']],
    scheme: 'http',
    serverName: 'localhost',
    serverPort: '80',
    remoteAddr: '127.0.0.1',
    remotePort: '50000',
    input: emptyInput(),
    errors: errorStream(() => undefined),
  })
  return Object.assign(environ, changes)
}

const without = (key: string): Environ => {
  const environ = goodEnviron()
  Reflect.deleteProperty(environ, key)
  return environ
}

const noWrite: StartResponse = () => () => undefined

/** Environs of a faulty server, each of which breaks a rule. */
export const badEnvirons: readonly (readonly [rule: string, what: string, environ: unknown])[] = [
  ['ENV-1', 'is a Map', new Map(Object.entries(goodEnviron()))],
  ['ENV-1', 'inherits its keys', Object.create(goodEnviron())],
  ['ENV-1', 'is frozen', Object.freeze(goodEnviron())],
  ['ENV-1', 'is undefined', undefined],
  ...['REQUEST_METHOD', 'PATH_INFO', 'SERVER_NAME', 'wsgi.input', 'wsgi.run_once'].map(
    (key) => ['ENV-2', `lacks ${key}`, without(key)] as const,
  ),
  ['ENV-3', 'has a number for a port', goodEnviron({ SERVER_PORT: 80 })],
  ['ENV-3', 'has text instead of bytes', goodEnviron({ PATH_INFO: '/日本' })],
  ['ENV-3', 'has a list of headers', goodEnviron({ HTTP_COOKIE: ['a=1', 'b=2'] })],
  ['ENV-4', 'has an empty method', goodEnviron({ REQUEST_METHOD: '' })],
  ['ENV-4', 'has a method with a space', goodEnviron({ REQUEST_METHOD: 'GET /' })],
  ['ENV-5', 'has a SCRIPT_NAME of /', goodEnviron({ SCRIPT_NAME: '/' })],
  ['ENV-6', 'has a PATH_INFO without a leading slash', goodEnviron({ PATH_INFO: 'x' })],
  ['ENV-7', 'has a space in its query', goodEnviron({ QUERY_STRING: 'a=1 b=2' })],
  ['ENV-7', 'keeps the fragment', goodEnviron({ QUERY_STRING: 'a=1#b' })],
  ['ENV-8', 'has an empty SERVER_NAME', goodEnviron({ SERVER_NAME: '' })],
  ['ENV-8', 'has a word for a port', goodEnviron({ SERVER_PORT: 'http' })],
  ['ENV-9', 'has an invalid protocol', goodEnviron({ SERVER_PROTOCOL: '1.1' })],
  ['ENV-10', 'has a signed length', goodEnviron({ CONTENT_LENGTH: '+5' })],
  ['ENV-11', 'has the type twice', goodEnviron({ HTTP_CONTENT_TYPE: 'text/plain' })],
  ['ENV-12', 'has HTTP_PROXY', goodEnviron({ HTTP_PROXY: 'evil:80' })],
  ['ENV-13', 'has a string for a version', goodEnviron({ 'wsgi.version': '1.0' })],
  ['ENV-14', 'has an unknown scheme', goodEnviron({ 'wsgi.url_scheme': 'ftp' })],
  ['ENV-15', 'has bytes for an input', goodEnviron({ 'wsgi.input': bytes('hello') })],
  [
    'ENV-15',
    'has an input without readline',
    goodEnviron({ 'wsgi.input': { read: () => undefined } }),
  ],
  ['ENV-16', 'has a function for errors', goodEnviron({ 'wsgi.errors': () => undefined })],
  ['ENV-17', 'has a number for a flag', goodEnviron({ 'wsgi.multithread': 1 })],
  ['ENV-18', 'has an invalid file wrapper', goodEnviron({ 'wsgi.file_wrapper': {} })],
  ['ENV-19', 'has a boolean for a signal', goodEnviron({ 'phial.signal': false })],
  ['ENV-20', 'has a boolean for phial.retiring', goodEnviron({ 'phial.retiring': false })],
  ['ENV-21', 'has a boolean for a protocol', goodEnviron({ 'phial.upgrade': true })],
  ['ENV-21', 'has capitals in a protocol', goodEnviron({ 'phial.upgrade': 'WebSocket' })],
  ['ENV-21', 'has several protocols', goodEnviron({ 'phial.upgrade': 'websocket, h2c' })],
]

type Answer = (environ: Environ, startResponse: StartResponse) => unknown

const answer =
  (act: Answer): Application =>
  (environ, startResponse) =>
    wrongly(act(environ, startResponse))

/** Returns an application that calls `startResponse` with the given values. */
const starting = (status: unknown, headers: unknown): Application =>
  answer((_environ, startResponse) => {
    startResponse(wrongly(status), wrongly(headers))
    return []
  })

const sending = (body: unknown, ...headers: HeaderList): Application =>
  answer((_environ, startResponse) => {
    startResponse('200 OK', [TEXT, ...headers])
    return body
  })

/** Applications that break a rule, which every server or only the validator rejects. */
export const badApplications: readonly (readonly [rule: string, what: string, app: Application])[] = [
  ['APP-1', 'omits the headers', answer((_environ, startResponse) => wrongly<(status: string) => unknown>(startResponse)('200 OK'))],
  ['APP-2', 'calls startResponse twice', answer((_environ, startResponse) => (startResponse('200 OK', [TEXT]), startResponse('200 OK', [TEXT]), []))],
  ['APP-2', 'calls startResponse again after a rejected call', answer((_environ, startResponse) => {
    try {
      startResponse(wrongly(200), [])
    } catch {
      startResponse('500 Oops', [TEXT])
    }
    return []
  })],
  ['APP-2', 'passes null as excInfo', answer((_environ, startResponse) => (startResponse('200 OK', [TEXT]), startResponse('500 Oops', [TEXT], null), []))],
  ['APP-3', 'has a number for a status', starting(200, [TEXT])],
  ['APP-3', 'has a status without its space', starting('200', [TEXT])],
  ['APP-3', 'responds with 100', starting('100 Continue', [])],
  ['APP-3', 'injects a line into the status', starting('200 OK\r\nX: y', [TEXT])],
  ['APP-4', 'has an object for headers', starting('200 OK', { 'Content-Type': 'text/plain' })],
  ['APP-4', 'has the platform’s Headers', starting('200 OK', new Headers([TEXT]))],
  ['APP-4', 'has a flat list', starting('200 OK', ['Content-Type', 'text/plain'])],
  ['APP-4', 'has a number for a value', starting('200 OK', [['Content-Length', 5]])],
  ['APP-5', 'has a colon in a name', starting('200 OK', [['Content-Type:', 'text/plain']])],
  ['APP-6', 'injects a header', starting('200 OK', [['Location', '/\r\nSet-Cookie: a=1']])],
  ['APP-6', 'has text outside Latin-1', starting('200 OK', [['X-Name', '日本']])],
  ['APP-7', 'closes the connection', starting('200 OK', [TEXT, ['Connection', 'close']])],
  ['APP-7', 'frames its own response', starting('200 OK', [TEXT, ['transfer-encoding', 'chunked']])],
  ['APP-8', 'has a word for a length', starting('200 OK', [TEXT, ['Content-Length', 'five']])],
  ['APP-8', 'has two lengths', starting('200 OK', [TEXT, ['Content-Length', '0'], ['content-length', '0']])],
  ['APP-9', 'has a Status header', starting('200 OK', [TEXT, ['Status', '404']])],
  ['APP-10', 'has no Content-Type', starting('200 OK', [])],
  ['APP-10', 'has a Content-Type for 204', starting('204 No Content', [TEXT])],
  ['APP-11', 'reads with a string as size', answer(async (environ, startResponse) => (await environ['wsgi.input'].read(wrongly('5')), hello(environ, startResponse)))],
  ['APP-11', 'reads half a byte', answer(async (environ, startResponse) => (await environ['wsgi.input'].readline(0.5), hello(environ, startResponse)))],
  ['APP-12', 'logs an error object', answer((environ, startResponse) => (environ['wsgi.errors'].write(wrongly(new Error('x'))), hello(environ, startResponse)))],
  ['APP-12', 'logs a list of numbers', answer((environ, startResponse) => (environ['wsgi.errors'].writelines(wrongly([1])), hello(environ, startResponse)))],
  ['APP-13', 'returns text', sending('hello')],
  ['APP-13', 'returns bytes', sending(bytes('hello'))],
  ['APP-13', 'returns nothing', sending(undefined)],
  ['APP-13', 'returns a plain object', sending({ hello: 'world' })],
  ['APP-14', 'returns a list of text', sending(['hello'])],
  ['APP-14', 'returns a list of undefined', sending([undefined])],
  ['APP-14', 'returns a sparse list', sending(Array.from({ length: 1 }))],
  ['APP-14', 'returns a list of null', sending([null])],
  ['APP-14', 'yields text', answer(function* body(_environ, startResponse) {
    startResponse('200 OK', [TEXT])
    yield 'hello'
  })],
  ['APP-14', 'writes text', answer((_environ, startResponse) => (void startResponse('200 OK', [TEXT])(wrongly('hello')), []))],
  ['APP-15', 'sends a chunk before startResponse', answer(() => [bytes('hello')])],
  ['APP-16', 'never calls startResponse', answer(() => [])],
  ['APP-17', 'sends too much', sending([bytes('hello')], ['Content-Length', '3'])],
  ['APP-18', 'sends too little', sending([bytes('hello')], ['Content-Length', '9'])],
  ['APP-19', 'has a body for 205', answer((_environ, startResponse) => (startResponse('205 Reset Content', []), [bytes('hello')]))],
  ['APP-19', 'has a body for 304', answer((_environ, startResponse) => (startResponse('304 Not Modified', []), [bytes('hello')]))],
  ['APP-21', 'calls write while it produces a chunk', answer((_environ, startResponse) => {
    const write = startResponse('200 OK', [TEXT])
    return (function* body() { void write(bytes('hello')); yield bytes('world') })()
  })],
  ['APP-22', 'ignores the rethrown error', answer(function* body(_environ, startResponse) {
    startResponse('200 OK', [TEXT])
    yield bytes('hello')
    try {
      startResponse('500 Oops', [TEXT], new Error('too late'))
    } catch {
      // Ignoring the error breaks the rule.
    }
  })],
  ['APP-23', 'sets Content-Length with 101', starting('101 Switching Protocols', [['Content-Length', '5']])],
  ['APP-24', 'responds with 101 without an offered upgrade', starting('101 Switching Protocols', [])],
] // prettier-ignore

/** Servers that break a rule which the validator checks. Each calls an application incorrectly. */
export const badServers: readonly (readonly [rule: string, what: string, serve: (app: Application) => unknown])[] = [
  ['SRV-1', 'omits startResponse', (app) => wrongly<(environ: Environ) => unknown>(app)(goodEnviron())],
  ['SRV-1', 'passes three arguments', (app) => wrongly<(...args: unknown[]) => unknown>(app)(goodEnviron(), noWrite, {})],
  ['SRV-2', 'passes an object for startResponse', (app) => app(goodEnviron(), wrongly({}))],
  ['SRV-3', 'returns nothing from startResponse', (app) => app(goodEnviron(), wrongly(() => undefined))],
  ['SRV-4', 'returns text from a read', () => readFrom({ read: async () => 'hello' })],
  ['SRV-4', 'returns more bytes than requested', () => readFrom({ read: async () => bytes('hello') })],
  ['SRV-5', 'requests a chunk after the end', async () => {
    const body = await words()
    const chunks = body[Symbol.asyncIterator]()
    while ((await chunks.next()).done !== true) continue
    await chunks.next()
  }],
  ['SRV-5', 'requests two chunks concurrently', async () => {
    const chunks = (await words())[Symbol.asyncIterator]()
    await Promise.all([chunks.next(), chunks.next()])
  }],
  ['SRV-5', 'requests a chunk after closing', async () => {
    const body = await words()
    const chunks = body[Symbol.asyncIterator]()
    body.close()
    await chunks.next()
  }],
  ['SRV-6', 'closes the body twice', async () => {
    const body = await words()
    body.close()
    body.close()
  }],
] // prettier-ignore

async function readFrom(input: object): Promise<unknown> {
  const stream = {
    readline: input,
    readlines: input,
    [Symbol.asyncIterator]: () => undefined,
    ...input,
  }
  return validator(async (environ, startResponse) => {
    await environ['wsgi.input'].read(2)
    return hello(environ, startResponse)
  })(
    goodEnviron({
      'wsgi.input': { ...stream, readline: () => undefined, readlines: () => undefined },
    }),
    noWrite,
  )
}

async function words(): Promise<AsyncIterable<Uint8Array> & { close(): unknown }> {
  const app = validator(async function* body(_environ, startResponse) {
    startResponse('200 OK', [TEXT])
    yield bytes('one')
    yield bytes('two')
  })
  return wrongly(app(goodEnviron(), noWrite))
}

/** Calls `write` after the response has ended. The breach appears only then. */
export async function writesLate(): Promise<unknown> {
  let write: ((chunk: Uint8Array) => unknown) | undefined
  await call((_environ, startResponse) => {
    write = startResponse('200 OK', [TEXT])
    return []
  })
  return write?.(bytes('late'))
}

/** Returns middleware that calls a function in place of the application. */
export const around =
  (
    act: (
      app: Application,
      environ: Environ,
      startResponse: StartResponse,
    ) => ReturnType<Application>,
  ): Middleware =>
  (app) =>
  (environ, startResponse) =>
    act(app as Application, environ, startResponse)
