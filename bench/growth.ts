/**
 * The cost of more connections, larger bodies and larger templates, compared with the same work by hand on `node:http`.
 *
 *     pnpm bench growth [connections|bodies|templates] [--rounds 3] [--node 24]
 *
 * 1 to 5,000 connections, bodies of 1 KB to 1 GB, templates of 10 to 10,000 rows; `pnpm bench routing` has routes. Each
 * turn is a fresh process, as in `pnpm bench peers`. CPU is that of the server, memory is its peak.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { Task } from './peers/work.ts'
import { generators, hasWrk } from './support/load.ts'
import { compile, peers, withServer, type Peer } from './support/peers.ts'
import { median, nodeBinary, peakMemory, processorTime, type Running } from './support/running.ts'
import { verify, works } from './support/workloads.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    node: { type: 'string', default: process.versions.node.split('.', 1)[0] ?? '' },
  },
})
const rounds = Number(options.rounds)
const generate = generators[hasWrk() ? 'wrk' : 'node']
const BLOCK = Buffer.alloc(65_536, 'x')

/** The cost of one turn. */
interface Cost {
  /** The processor time of the server, in microseconds. */
  readonly cpu: number
  /** Megabytes. */
  readonly peak: number
}

interface Series {
  readonly peers: readonly string[]
  readonly task: Task
  /** The amounts of the quantity that grows, with their names in the table. */
  readonly sizes: Readonly<Record<string, number>>
  /** The unit that `cpu` is measured for. */
  readonly unit: string
  readonly env?: (size: number) => Readonly<Record<string, string>>
  turn(running: Running, size: number): Promise<number>
}

/** The processor time of the server for some work, in microseconds. */
async function cpuOf(running: Running, work: () => Promise<unknown>): Promise<number> {
  const before = processorTime(running).all
  await work()
  return processorTime(running).all - before
}

/** Sends a body of this many bytes. The server answers with the number that it received. */
async function upload(url: string, size: number): Promise<void> {
  function* body(): Generator<Buffer> {
    for (let left = size; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, left)
  }
  const asked = request(`${url}/upload`, { method: 'POST', headers: { 'Content-Length': size } })
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(body()), asked)
  const [answer] = await answered
  assert.equal(await text(answer), String(size))
}

const load = { connections: 50, seconds: 3, core: 1 }
const MB = 2 ** 20

const series: Readonly<Record<string, Series>> = {
  connections: {
    peers: ['node-http', 'gateway', 'phial'],
    task: 'hello',
    sizes: { 1: 1, 50: 50, 500: 500, 5000: 5000 },
    unit: 'µs a request',
    async turn(running, connections) {
      await verify(running.url, 'hello')
      await generate(running.url, works.hello, { ...load, connections })
      let answered = 1
      const cpu = await cpuOf(running, async () => {
        answered = (await generate(running.url, works.hello, { ...load, connections })).requests
      })
      return cpu / answered
    },
  },
  bodies: {
    peers: ['node-http', 'gateway', 'phial'],
    task: 'upload',
    sizes: { '1 KB': 1024, '1 MB': MB, '100 MB': 100 * MB, '1 GB': 1024 * MB },
    unit: 'µs a request',
    async turn(running, size) {
      const times = Math.max(1, Math.min(2000, Math.floor((200 * MB) / size)))
      await upload(running.url, size)
      const cpu = await cpuOf(running, async () => {
        // oxlint-disable-next-line no-await-in-loop -- one after another
        for (let time = 0; time < times; time += 1) await upload(running.url, size)
      })
      return cpu / times
    },
  },
  templates: {
    peers: ['node-http', 'phial', 'fastify'],
    task: 'template',
    sizes: { '10 rows': 10, '100 rows': 100, '1,000 rows': 1000, '10,000 rows': 10_000 },
    unit: 'µs a page',
    env: (rows) => ({ BENCH_ROWS: String(rows) }),
    async turn({ url, ...running }, rows) {
      const page = await (await fetch(url + works.template.path)).text()
      assert.equal(page.split('<tr>').length - 1, rows)
      await generate(url, works.template, load)
      let answered = 1
      const cpu = await cpuOf({ url, ...running }, async () => {
        answered = (await generate(url, works.template, load)).requests
      })
      return cpu / answered
    },
  },
}

const node = nodeBinary(options.node)

/** The medians of all rounds, for each peer. */
async function measure(
  { task, env, turn }: Series,
  size: number,
  compared: readonly Peer[],
): Promise<Cost[]> {
  const turns = compared.map((): Cost[] => [])
  for (let round = 0; round < rounds; round += 1) {
    const order = [...compared.entries()]
    for (const [at, peer] of round % 2 === 0 ? order : order.toReversed()) {
      const serve = { node, core: 0, env: env?.(size) ?? {} }
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const cost = await withServer(peer, task, serve, async (running) => ({
        cpu: await turn(running, size),
        peak: peakMemory(running),
      }))
      turns[at]?.push(cost)
    }
  }
  return turns.map((all) => ({
    cpu: median(all.map(({ cpu }) => cpu)),
    peak: median(all.map(({ peak }) => peak)),
  }))
}

compile()
console.log(`Node ${options.node}, medians of ${rounds} rounds`)
for (const name of positionals.length > 0 ? positionals : Object.keys(series)) {
  const one = series[name]
  if (one === undefined) {
    console.error(`Expected ${Object.keys(series).join(', ')}; received ${name}`)
    process.exit(2)
  }
  const compared = one.peers.flatMap((peer) => peers.filter((each) => each.name === peer))
  const heads = [...compared, ...compared].map((peer) => peer.name.padStart(11))
  console.log(`\n${name.padEnd(14)}${`${one.unit}, then peak MB`.padStart(24)}`)
  console.log(''.padEnd(14) + heads.join(''))
  for (const [label, size] of Object.entries(one.sizes)) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    const costs = await measure(one, size, compared)
    const cells = [
      ...costs.map(({ cpu }) => cpu.toFixed(1)),
      ...costs.map(({ peak }) => peak.toFixed(0)),
    ]
    console.log(label.padEnd(14) + cells.map((cell) => cell.padStart(11)).join(''))
  }
}
