/**
 * The memory of an idle connection and of a request: the engine compared with bare `node:http`.
 *
 *     pnpm bench memory [connections]
 *
 * Kilobytes of JavaScript and of buffers after a garbage collection, without the memory of the kernel.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { median, start, type Running } from './support/running.ts'

const [connections = 1000] = process.argv.slice(2).map(Number)
const FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64']
const TIMES = 2000

const head = (...lines: string[]): string =>
  `${['GET / HTTP/1.1', 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`

const BROWSER = head(
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Connection: keep-alive',
  'Sec-Fetch-Mode: navigate',
)
/** A head that is almost as long as the limit of node:http. */
const LONG = head(...Array.from({ length: 15 }, (_, at) => `X-${at}: ${'x'.repeat(1000)}`))

/** Heads with one new line each: the worst case for a cache of header lines. */
const changing = (at: number): string =>
  head(
    ...Array.from({ length: 90 }, (_, line) =>
      `X-${line}: ${line < at ? 'y' : 'x'}`.padEnd(40, '.'),
    ),
  )

interface Memory {
  readonly heapUsed: number
  readonly external: number
}

async function memoryOf({ child }: Running, how: 'collect' | 'look'): Promise<number> {
  const told = once(child, 'message')
  child.send(how)
  const [{ heapUsed, external }] = (await told) as [Memory]
  return heapUsed + external
}

async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  return socket
}

/** Sends a request, and waits for its answer. */
async function ask(socket: Socket, request: string): Promise<void> {
  const answered = once(socket, 'data')
  socket.write(request)
  await answered
}

/** The memory of each connection after these requests, in kilobytes. */
async function held(server: Running, requests: readonly string[]): Promise<number> {
  const before = await memoryOf(server, 'collect')
  const sockets = await Promise.all(Array.from({ length: connections }, () => dial(server.url)))
  for (const request of requests) {
    // oxlint-disable-next-line no-await-in-loop -- one request after another
    await Promise.all(sockets.map((socket) => ask(socket, request)))
  }
  const after = await memoryOf(server, 'collect')
  for (const socket of sockets) socket.destroy()
  await Promise.all(sockets.map((socket) => once(socket, 'close')))
  return (after - before) / connections / 1024
}

/** The memory that one request allocates, in kilobytes, measured without a garbage collection in between. */
async function allocated(server: Running, request: string): Promise<number> {
  const socket = await dial(server.url)
  const all: number[] = []
  for (let round = 0; round < 5; round++) {
    const before = await memoryOf(server, 'collect')
    for (let time = 0; time < TIMES; time++) await ask(socket, request)
    all.push((await memoryOf(server, 'look')) - before)
  }
  socket.destroy()
  return median(all) / TIMES / 1024
}

const figures: Readonly<Record<string, (server: Running) => Promise<number>>> = {
  'a connection without requests': (server) => held(server, []),
  '  … after one request': (server) => held(server, [head()]),
  '  … after a hundred requests': (server) => held(server, Array(100).fill(head()) as string[]),
  '  … with a browser’s head': (server) => held(server, [BROWSER]),
  '  … with a head of 15 KB': (server) => held(server, [LONG]),
  '  … after ninety heads with a new line each': (server) =>
    held(
      server,
      Array.from({ length: 90 }, (_, at) => changing(at)),
    ),
  'a request': (server) => allocated(server, head()),
  'a request with a browser’s head': (server) => allocated(server, BROWSER),
}

const memoryHook = ['--import', new URL('servers/memory.ts', import.meta.url).href]
const servers = await Promise.all(
  ['bare', 'engine'].map((name) => start(name, [...FLAGS, ...memoryHook])),
)
try {
  console.log(`node ${process.version}, ${connections} connections, kilobytes for each`)
  console.log(`${''.padEnd(48)}${servers.map(({ name }) => name.padStart(8)).join('')}`)
  for (const [name, figure] of Object.entries(figures)) {
    const found: string[] = []
    for (const server of servers) found.push((await figure(server)).toFixed(1).padStart(8))
    console.log(`${name.padEnd(48)}${found.join('')}`)
  }
} finally {
  for (const { child } of servers) child.kill()
}
