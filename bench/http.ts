/**
 * A real socket: a handler written by hand on `node:http`, and the same answer by way of the gateway.
 * All in one run, in turns, so that whatever else the machine does falls on each of them alike.
 *
 *     pnpm bench:http [seconds for each turn] [turns]
 *
 * Requests per second, and beside them what they cost the server's process: its own processor time is
 * steadier than a rate, for wrk has to share the machine. It needs wrk (Debian's package of that name).
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SERVERS = ['bare', 'engine', 'reference', 'phial'] as const
const CONNECTIONS = 50
const [seconds = 3, turns = 5] = process.argv.slice(2).map(Number)

/** What one turn of wrk measured. */
interface Turn {
  readonly rate: number
  /** Processor time of the server's process for a request, in microseconds. */
  readonly cost: number
  /** How long, in milliseconds, all but one in a hundred took at most. */
  readonly p99: number
}

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
  readonly measured: Turn[]
}

async function start(name: string): Promise<Running> {
  const file = fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { name, child, url, measured: [] }
}

/** One turn of wrk. An answer that is not the one that was asked for ends the run. */
async function turn({ url, child }: Running): Promise<Turn> {
  const before = processorTime(child)
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', url]
  const { stdout } = await promisify(execFile)('wrk', args)
  const took = processorTime(child) - before
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}:\n${stdout}`)
  const [, count] = /(\d+) requests in/.exec(stdout) ?? []
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? []
  const [, late, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  const milliseconds = { us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN
  return { rate: Number(rate), cost: took / Number(count), p99: Number(late) * milliseconds }
}

/** So far, in microseconds. Linux counts it in hundredths of a second. */
function processorTime({ pid = 0 }: ChildProcess): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** How much memory a process has, in megabytes. */
function memory({ pid = 0 }: ChildProcess): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const of = ({ measured }: Running, what: keyof Turn): number =>
  median(measured.map((one) => one[what]))

const running = await Promise.all(SERVERS.map(start))
const atRest = running.map(({ child }) => memory(child))
let grown: number[] = []
try {
  for (const server of running) await turn(server)
  for (let round = 0; round < turns; round++) {
    for (const server of running) server.measured.push(await turn(server))
  }
  grown = running.map(({ child }, at) => memory(child) - (atRest[at] ?? 0))
} finally {
  for (const { child } of running) child.kill()
}

const [bare] = running
console.log(
  `node ${process.version}, wrk with ${CONNECTIONS} connections, ${turns} turns of ${seconds} s, medians`,
)
console.log('              requests/s        µs each         p99 ms  MB grown')
for (const [at, server] of running.entries()) {
  const [rate, cost] = [of(server, 'rate'), of(server, 'cost')]
  const faster = bare === undefined ? 1 : rate / of(bare, 'rate')
  const cheaper = bare === undefined ? 1 : of(bare, 'cost') / cost
  console.log(
    `  ${server.name.padEnd(10)} ${rate.toFixed(0).padStart(9)} ${faster.toFixed(2)} ${cost.toFixed(1).padStart(9)} ${cheaper.toFixed(2)} ${of(server, 'p99').toFixed(1).padStart(12)} ${(grown[at] ?? 0).toFixed(0).padStart(9)}`,
  )
}
