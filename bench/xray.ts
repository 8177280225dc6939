/**
 * The cost of X-ray: a request through the driver without the package, with the package loaded, and recorded.
 * Each runs in its own process, in turns, so that a slow moment of the machine affects all alike.
 *
 *     pnpm bench xray
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  asApplication,
  compose,
  makeEnviron,
  run,
  type Application,
  type Middleware,
} from '@phial/core'
import { errors, input, nowhere } from './support/nowhere.ts'

const ROUNDS = 31
/** The length of a round, in milliseconds. */
const ROUND = 100

const kinds = ['absent', 'loaded, off', 'drawn'] as const
type Kind = (typeof kinds)[number]
const apps = ['hello', 'hello in three layers'] as const
type Figures = Record<(typeof apps)[number], number>

const BODY = new TextEncoder().encode('Hello world\n')
const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [BODY]
}
const passing: Middleware = (app) => {
  const inner = asApplication(app)
  return (environ, startResponse) => inner(environ, startResponse)
}
const layers = (): Application => compose(passing, passing, passing)(hello)

async function ask(app: Application): Promise<void> {
  const environ = makeEnviron({
    method: 'GET',
    target: '/hello?x=1',
    protocol: 'HTTP/1.1',
    headers: [
      ['Host', 'localhost:8000'],
      ['User-Agent', 'bench'],
      ['Accept', '*/*'],
    ],
    scheme: 'http',
    serverName: 'localhost',
    serverPort: '8000',
    remoteAddr: '127.0.0.1',
    remotePort: '50000',
    input,
    errors,
  })
  const answering = run(app, environ, nowhere, (error) => {
    throw error
  })
  if (answering) await answering
}

/** Measures a request over one round, in nanoseconds. */
async function round(app: Application): Promise<number> {
  const began = performance.now()
  let count = 0
  while (performance.now() - began < ROUND) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    for (let at = 0; at < 100; at++, count++) await ask(app)
  }
  return ((performance.now() - began) * 1e6) / count
}

async function serveRounds(kind: Kind): Promise<void> {
  const xray = kind === 'absent' ? undefined : (await import('@phial/xray')).xray
  const drawn = (app: Application): Application =>
    kind === 'drawn' && xray !== undefined ? xray(app) : app
  const [one, three] = [drawn(hello), drawn(layers())]
  process.on('message', () => {
    void (async () => {
      const figures: Figures = {
        hello: await round(one),
        'hello in three layers': await round(three),
      }
      process.send?.(figures)
    })()
  })
  process.send?.('ready')
}

async function figuresOf(child: ChildProcess): Promise<Figures> {
  const answer = once(child, 'message') as Promise<[Figures]>
  child.send('go')
  return (await answer)[0]
}

const median = (numbers: number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0

async function compare(): Promise<void> {
  const children = await Promise.all(
    kinds.map(async (kind) => {
      const child = fork(fileURLToPath(import.meta.url), [kind])
      await once(child, 'message')
      return { kind, child, all: [] as Figures[] }
    }),
  )
  for (let at = 0; at < ROUNDS; at++)
    // oxlint-disable-next-line no-await-in-loop -- in turns, beginning with another one each time
    for (const one of children.map((_, next) => children[(next + at) % children.length]))
      // oxlint-disable-next-line no-await-in-loop -- in turns
      if (one) one.all.push(await figuresOf(one.child))
  for (const app of apps) {
    console.log(app)
    for (const { kind, all } of children) {
      const numbers = all.slice(1).map((figures) => figures[app])
      const [typical, best] = [median(numbers), Math.min(...numbers)]
      console.log(`  ${kind.padEnd(13)} ${typical.toFixed(0)} ns, at best ${best.toFixed(0)} ns`)
    }
  }
  for (const { child } of children) child.disconnect()
}

const asked = kinds.find((kind) => kind === process.argv[2])
await (asked === undefined ? compare() : serveRounds(asked))
