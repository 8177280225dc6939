/**
 * The cost of the gateway itself: one request through the driver, without a server or a framework.
 *
 *     pnpm bench core
 *
 * Names in doc comments of fast paths (`exchange.ts`, `driver.ts`, `environ.ts`) point here.
 */
import { createHook } from 'node:async_hooks'
import {
  inputStream,
  makeEnviron,
  run,
  validator,
  type Application,
  type Environ,
} from '@phial/core'
import { errors, input, nowhere } from './support/nowhere.ts'
import { Bench } from 'tinybench'

const BODY = new TextEncoder().encode('Hello world\n')
const HEADERS = (): [string, string][] => [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Request-Id', '7f3e'],
]

const array: Application = (_environ, startResponse) => {
  startResponse('200 OK', HEADERS())
  return [BODY]
}
const generator: Application = function* answer(_environ, startResponse) {
  startResponse('200 OK', HEADERS())
  yield BODY
}
const promised: Application = async (_environ, startResponse) => {
  startResponse('200 OK', HEADERS())
  return [BODY]
}

const BROWSER: readonly (readonly [string, string])[] = [
  ['Host', 'localhost:8000'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Accept-Language', 'en-US,en;q=0.5'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Connection', 'keep-alive'],
  ['Sec-Fetch-Mode', 'navigate'],
]

/** Creates its signal when it is first read. */
class Leaving {
  get signal(): AbortSignal {
    return new AbortController().signal
  }
}

const request = (headers = BROWSER, source: { readonly signal?: AbortSignal } = {}): Environ =>
  makeEnviron(
    Object.assign(source, {
      method: 'GET',
      target: '/hello/john?x=1',
      protocol: 'HTTP/1.1',
      headers,
      scheme: 'http' as const,
      serverName: 'localhost',
      serverPort: '8000',
      remoteAddr: '127.0.0.1',
      remotePort: '50000',
      input,
      errors,
    }),
  )

const environ = request()
const counted: [string, string][] = [...HEADERS(), ['Content-Length', '12']]

/** Counts the promises that a function creates. */
function promisesOf(work: () => void): number {
  let count = 0
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') count++
    },
  }).enable()
  work()
  hook.disable()
  return count
}

console.log(`node ${process.version}`)
console.log('promises created by one request:')
for (const [name, app] of Object.entries({ array, generator, promised })) {
  console.log(`  ${name.padEnd(10)} ${promisesOf(() => void run(app, request(), nowhere))}`)
}

console.log(`  ${'read()'.padEnd(10)} ${promisesOf(() => void inputStream([BODY]).read())}`)

const bench = new Bench({ time: 1000, warmupTime: 300 })
bench
  .add('driver: an array (fast path)', () => void run(array, environ, nowhere))
  .add('driver: a generator (chunk by chunk)', () => void run(generator, environ, nowhere))
  .add('driver: a promise of an array', async () => run(promised, environ, nowhere))
  .add('driver: an array under the validator', () => void run(validator(array), request(), nowhere))
  .add('driver: an array with Content-Length', () => {
    void run(
      (_environ, startResponse) => (startResponse('200 OK', counted), [BODY]),
      environ,
      nowhere,
    )
  })
  .add('input: a body of one received chunk', () => inputStream([BODY]).read())
  .add('environ: seven headers of a browser', () => void request())
  .add('environ: one header', () => void request(BROWSER.slice(0, 1)))
  .add('environ: seven headers, with a signal', () => void request(BROWSER, new Leaving()))
  .add('environ: seven headers, with the signal read', () => {
    void request(BROWSER, new Leaving())['phial.signal']
  })
  .add(
    'environ: copied into a dictionary (Object.create(null))',
    () => void Object.assign(Object.create(null), request()),
  )

await bench.run()
console.log('nanoseconds for each, median:')
for (const { name, result } of bench.tasks) {
  const median = 'latency' in result ? result.latency.p50 * 1e6 : Number.NaN
  console.log(`  ${median.toFixed(0).padStart(6)}  ${name}`)
}
