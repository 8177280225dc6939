/**
 * Hello over a real socket: a handler written by hand on `node:http` and the same answer through the gateway.
 * All servers take turns in one run, so that other load on the machine affects them alike.
 *
 *     pnpm bench http [seconds for each turn] [turns] [bytes of the answer]
 *
 * Requests per second, and the processor time of the server's process, which is steadier than a rate, because wrk shares
 * the machine. Needs wrk (Debian's package of that name).
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { median, memory, processorTime, start, type Running } from './support/running.ts'

const SERVERS = ['bare', 'floor', 'engine', 'reference', 'phial'] as const
const CONNECTIONS = 50
const [seconds = 3, turns = 5, bytes = 12] = process.argv.slice(2).map(Number)

/** The results of one turn of wrk. */
interface Turn {
  readonly rate: number
  /** The processor time of the server's process per request, in microseconds. */
  readonly cost: number
  /** The part of it that was spent in the kernel, which is the same for all servers that send the same answer. */
  readonly kernel: number
  /** The 99th percentile of the response time, in milliseconds. */
  readonly p99: number
}

type Measured = Running & { readonly turns: Turn[] }

/** Runs one turn of wrk. A wrong answer ends the run. */
async function turn(server: Running): Promise<Turn> {
  const { url } = server
  const before = processorTime(server)
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', url]
  const { stdout } = await promisify(execFile)('wrk', args)
  const after = processorTime(server)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}:\n${stdout}`)
  const [, count] = /(\d+) requests in/.exec(stdout) ?? []
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? []
  const [, late, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  const milliseconds = { us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN
  return {
    rate: Number(rate),
    cost: (after.all - before.all) / Number(count),
    kernel: (after.kernel - before.kernel) / Number(count),
    p99: Number(late) * milliseconds,
  }
}

const of = ({ turns: all }: Measured, what: keyof Turn): number =>
  median(all.map((one) => one[what]))

const running = await Promise.all(
  SERVERS.map(async (name): Promise<Measured> => ({
    ...(await start(name, [], { BYTES: String(bytes) })),
    turns: [],
  })),
)
const atRest = running.map(memory)
let grown: number[] = []
try {
  for (const server of running) await turn(server)
  for (let round = 0; round < turns; round++) {
    for (const server of running) server.turns.push(await turn(server))
  }
  grown = running.map((server, at) => memory(server) - (atRest[at] ?? 0))
} finally {
  for (const { child } of running) child.kill()
}

const [bare] = running
console.log(
  `node ${process.version}, wrk with ${CONNECTIONS} connections, ${turns} turns of ${seconds} s, ${bytes} bytes, medians`,
)
console.log('              requests/s        µs each   in kernel       p99 ms  MB grown')
for (const [at, server] of running.entries()) {
  const [rate, cost] = [of(server, 'rate'), of(server, 'cost')]
  const faster = bare === undefined ? 1 : rate / of(bare, 'rate')
  const cheaper = bare === undefined ? 1 : of(bare, 'cost') / cost
  console.log(
    `  ${server.name.padEnd(10)} ${rate.toFixed(0).padStart(9)} ${faster.toFixed(2)} ${cost.toFixed(1).padStart(9)} ${cheaper.toFixed(2)} ${of(server, 'kernel').toFixed(1).padStart(11)} ${of(server, 'p99').toFixed(1).padStart(12)} ${(grown[at] ?? 0).toFixed(0).padStart(9)}`,
  )
}
