/**
 * Fresh connections: how many a second, and how evenly they fall on the workers.
 *
 *     pnpm bench connections [--rounds 5] [--seconds 3] [--node 24]
 *
 * `phial-server` compared with Node's cluster with a shared socket and with one process of `node:http`, in turn. Each
 * request has its own connection. The time for each is the processor time of all processes of the server, which other
 * work on the machine disturbs least. `busy` is the part of a core that the client used: well below 1, the client was
 * not the limit. Evenness is that of 400 connections over 4 workers: the share of the one with the fewest and of the
 * one with the most.
 */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generators, hasWrk } from './support/load.ts'
import type { Asked } from './support/workloads.ts'
import { launch, median, nodeBinary, processorTime, stop, type Running } from './support/running.ts'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    node: { type: 'string', default: process.versions.node.split('.', 1)[0] ?? '' },
  },
})
const node = nodeBinary(options.node)
const generate = generators[hasWrk() ? 'wrk' : 'node']
const seconds = Number(options.seconds)
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Starts `phial-server` with a number of workers. */
const phial = (workers: number): Promise<Running> => {
  const words = ['-w', String(workers), '-b', '127.0.0.1:0', '--chdir', at('servers'), 'pid']
  const bin = at('../packages/server/bin/phial-server.js')
  return launch('phial-server', ['sh', '-c', 'exec "$0" "$@" 2>&1', node, bin, ...words])
}

/** Starts `node:http`: 0 is one process, more are workers of a cluster. */
const http = (workers: number): Promise<Running> =>
  launch('node:http', [node, '--import', 'tsx', at('servers/cluster.ts')], {
    WORKERS: String(workers),
  })

const servers: Readonly<Record<string, () => Promise<Running>>> = {
  'phial-server -w 2': () => phial(2),
  'cluster, shared socket, 2 workers': () => http(2),
  'node:http, one process': () => http(0),
}

const asked: Asked = { method: 'GET', path: '', headers: { Connection: 'close' } }
const rates = new Map(Object.keys(servers).map((name) => [name, [] as number[]]))
const busy = new Map(Object.keys(servers).map((name) => [name, [] as number[]]))
/** The processor time of all processes of a server per connection, in microseconds. */
const costs = new Map(Object.keys(servers).map((name) => [name, [] as number[]]))
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const [name, start] of Object.entries(servers)) {
    const running = await start()
    try {
      await generate(running.url, asked, { connections: 50, seconds: 1, core: 1 }) // warm
      const before = processorTime(running).all
      const load = await generate(running.url, asked, { connections: 50, seconds, core: 1 })
      costs.get(name)?.push((processorTime(running).all - before) / load.requests)
      rates.get(name)?.push(load.rate)
      busy.get(name)?.push(load.busy)
    } finally {
      await stop(running, 'SIGTERM')
    }
  }
}
const shared = rates.get('cluster, shared socket, 2 workers') ?? []
console.log(`Node ${options.node}, ${options.rounds} rounds of ${seconds} s, 50 at a time`)
for (const [name, all] of rates) {
  const rate = Math.round(median(all)).toLocaleString('en')
  const ratio = median(all.map((one, at) => one / (shared[at] ?? Number.NaN))).toFixed(2)
  const client = median(busy.get(name) ?? []).toFixed(2)
  const cost = Math.round(median(costs.get(name) ?? []))
  const columns = [
    `${rate} a second`,
    `${ratio} of cluster`,
    `${cost} µs each`,
    `client ${client} busy`,
  ]
  console.log([name.padEnd(33), ...columns.map((column) => column.padStart(16))].join('  '))
}

/** The shares of the workers with the fewest and the most connections, of 4 workers, in percent. */
async function evenness(url: string, clients: number): Promise<string> {
  const counts = new Map<string, number>()
  let left = 400
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const pid = await new Promise<string>((resolve, reject) => {
        get(url, { agent: false }, (answer) => void text(answer).then(resolve, reject)).on(
          'error',
          reject,
        )
      })
      counts.set(pid, (counts.get(pid) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const shares = [...counts.values()].map((count) => count / 4)
  const least = counts.size < 4 ? 0 : Math.min(...shares)
  return `${Math.round(least)}-${Math.round(Math.max(...shares))} %`
}

for (const [name, start] of [
  ['phial-server', phial],
  ['cluster', http],
] as const) {
  const running = await start(4)
  const shares: string[] = []
  try {
    for (const clients of [1, 20, 100])
      shares.push(`${clients}: ${await evenness(running.url, clients)}`)
  } finally {
    await stop(running, 'SIGTERM')
  }
  console.log(`${name}, 4 workers, at a time   ${shares.join('   ')}`)
}
