/**
 * Requests per second over a real socket: a handler written by hand on `node:http`, and the same
 * answer by way of the gateway. All in one run, in turns, so that whatever else the machine does
 * falls on each of them alike.
 *
 *     pnpm bench:http [seconds for each turn] [turns]
 *
 * It needs wrk (Debian's package of that name), on the same machine.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SERVERS = ['bare', 'engine'] as const
const CONNECTIONS = 50
const [seconds = 3, turns = 5] = process.argv.slice(2).map(Number)

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
  readonly rates: number[]
}

async function start(name: string): Promise<Running> {
  const file = fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { name, child, url, rates: [] }
}

/** One turn of wrk. An answer that is not the one that was asked for ends the run. */
async function turn({ url }: Running): Promise<number> {
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    url,
  ])
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}:\n${stdout}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const running = await Promise.all(SERVERS.map(start))
try {
  for (const server of running) await turn(server)
  for (let round = 0; round < turns; round++) {
    for (const server of running) server.rates.push(await turn(server))
  }
} finally {
  for (const { child } of running) child.kill()
}

const bare = median(running[0]?.rates ?? [])
console.log(
  `node ${process.version}, wrk with ${CONNECTIONS} connections, ${turns} turns of ${seconds} s, medians`,
)
for (const { name, rates } of running) {
  const rate = median(rates)
  console.log(
    `  ${name.padEnd(10)} ${rate.toFixed(0).padStart(7)} requests/s  ${(rate / bare).toFixed(2)}`,
  )
}
