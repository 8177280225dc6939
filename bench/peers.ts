/**
 * Phial and other frameworks on ten workloads, as ratios to the same work done by hand on `node:http`.
 *
 *     pnpm bench peers [--node 20,24] [--workloads hello,form] [--peers phial,fastify] [--rounds 5] [--seconds 3] [--json]
 *
 * Each turn is a fresh process whose answer is verified before it is measured. Rounds are interleaved and alternate in
 * order, so that other load on the machine affects all alike. Server and load generator run on different cores.
 * `--client node` uses the load generator of this folder instead of wrk, `--connections` changes their number (50).
 *
 * docs/performance.md explains the method and the columns.
 */
import { parseArgs } from 'node:util'
import { WORKLOADS, type Workload } from './peers/work.ts'
import { generators, hasWrk, type LoadOptions } from './support/load.ts'
import { compile, peers, withServer, type Peer } from './support/peers.ts'
import { median, nodeBinary, peakMemory, processorTime, type Running } from './support/running.ts'
import { verify, works } from './support/workloads.ts'

const SERVER_CORE = 0
const CLIENT_CORE = 1
const UNIT = 'node-http'
/** Requests before a turn, so that its code is compiled; at most three seconds. */
const WARM = 15_000

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', default: process.versions.node.split('.', 1)[0] ?? '' },
    workloads: { type: 'string', default: WORKLOADS.join(',') },
    peers: { type: 'string', default: peers.map(({ name }) => name).join(',') },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    client: { type: 'string', default: hasWrk() ? 'wrk' : 'node' },
    json: { type: 'boolean', default: false },
  },
})

/** The items of a list that the command line names. */
function chosen<Item>(option: string, names: string, all: ReadonlyMap<string, Item>): Item[] {
  return names.split(',').map((name) => {
    const item = all.get(name)
    if (item !== undefined) return item
    console.error(`--${option}: expected some of ${[...all.keys()].join(', ')}; received ${name}`)
    process.exit(2)
  })
}

const workloads = chosen(
  'workloads',
  options.workloads,
  new Map(WORKLOADS.map((one) => [one, one])),
)
const named = chosen('peers', options.peers, new Map(peers.map((one) => [one.name, one])))
const compared = [...new Set([...peers.filter(({ name }) => name === UNIT), ...named])]
const [generate = generators.node] = chosen(
  'client',
  options.client,
  new Map(Object.entries(generators)),
)
const rounds = Number(options.rounds)
const load: LoadOptions = {
  seconds: Number(options.seconds),
  connections: Number(options.connections),
  core: CLIENT_CORE,
}

/** The results of one turn, or the medians of all turns. */
interface Figures {
  /** Requests per second. */
  readonly rate: number
  /** The processor time of the server per request, in microseconds. */
  readonly cost: number
  /** The 99th percentile of the response time, in milliseconds. */
  readonly p99: number
  /** The peak memory of the server, in megabytes. */
  readonly peak: number
  /** The part of its core that the load generator used. */
  readonly busy: number
}

interface Row extends Figures {
  readonly node: string
  readonly workload: Workload
  readonly peer: string
  readonly turns: number
  /**
   * The figures compared with those of the unit, above 1 is better: the median of the ratios of each round. The machine can
   * change its speed between two rounds, but rarely within one.
   */
  readonly ratios: Omit<Figures, 'busy'> | undefined
}

async function turn({ isSilent }: Peer, workload: Workload, running: Running): Promise<Figures> {
  const { url } = running
  const asked = isSilent ? works[workload] : await verify(url, workload)
  let warm = 0
  for (let second = 0; second < 3 && warm < WARM; second += 1)
    // oxlint-disable-next-line no-await-in-loop -- until the code is compiled
    warm += (await generate(url, asked, { ...load, seconds: 1 })).requests
  const before = processorTime(running).all
  const { requests, rate, p99, busy } = await generate(url, asked, load)
  const cost = (processorTime(running).all - before) / requests
  const peak = peakMemory(running)
  if (!isSilent) await verify(url, workload)
  return { rate, cost, p99, peak, busy }
}

/** Shows the current turn in a terminal. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\u001B[K\r`)
}

/** All turns of a workload: each peer once per round, in alternating order. */
async function measure(node: string, workload: Workload): Promise<Row[]> {
  const able = compared.filter((peer) => peer.workloads.includes(workload))
  const turns = new Map<Peer, Figures[]>(able.map((peer) => [peer, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of round % 2 === 0 ? able : able.toReversed()) {
      progress(`${workload}, round ${round + 1}: ${peer.name}`)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const figures = await withServer(peer, workload, { node, core: SERVER_CORE }, (running) =>
        turn(peer, workload, running),
      )
      turns.get(peer)?.push(figures)
    }
  }
  progress('')
  const unit = able.find(({ name }) => name === UNIT)
  const units = (unit && turns.get(unit)) ?? []
  return able.map((peer) => {
    const all = turns.get(peer) ?? []
    const of = (name: keyof Figures): number => median(all.map((one) => one[name]))
    const less = (name: keyof Figures): number =>
      median(units.map((one, round) => one[name] / (all[round]?.[name] ?? Number.NaN)))
    return {
      node,
      workload,
      peer: peer.name,
      turns: all.length,
      rate: of('rate'),
      cost: of('cost'),
      p99: of('p99'),
      peak: of('peak'),
      busy: of('busy'),
      ratios: unit && {
        rate: median(units.map(({ rate }, round) => (all[round]?.rate ?? Number.NaN) / rate)),
        cost: less('cost'),
        p99: less('p99'),
        peak: less('peak'),
      },
    }
  })
}

const number = (value: number, digits: number, width: number): string =>
  value.toFixed(digits).padStart(width)

/** Formats one workload. Ratios are to the unit. Above 1 is better in every column. */
function table(rows: readonly Row[]): string {
  const ratio = (value = Number.NaN): string => number(value, 2, 6)
  const lines = rows.map(
    ({ peer, rate, cost, p99, peak, busy, ratios }) =>
      peer.padEnd(12) +
      number(rate, 0, 9) +
      ratio(ratios?.rate) +
      number(cost, 1, 9) +
      ratio(ratios?.cost) +
      number(p99, 1, 9) +
      ratio(ratios?.p99) +
      number(peak, 0, 9) +
      ratio(ratios?.peak) +
      number(busy * 100, 0, 9),
  )
  return [HEAD, ...lines].join('\n')
}

const HEAD = `${''.padEnd(12)}${['requests/s', 'µs CPU', 'p99 ms', 'peak MB'].map((one) => one.padStart(9).padEnd(15)).join('')}client %`

/** Formats the processor time of all workloads, as ratios to the unit. */
function summary(rows: readonly Row[]): string {
  const names = compared.map(({ name }) => name).filter((name) => name !== UNIT)
  const cells = (workload: Workload): string[] => {
    const ratio = (peer: string): number | undefined =>
      rows.find((row) => row.peer === peer && row.workload === workload)?.ratios?.cost
    return names.map((name) => (ratio(name)?.toFixed(2) ?? '–').padStart(10))
  }
  return [
    ''.padEnd(10) + names.map((name) => name.padStart(10)).join(''),
    ...workloads.map((workload) => workload.padEnd(10) + cells(workload).join('')),
  ].join('\n')
}

compile()
const rows: Row[] = []
for (const major of options.node.split(',')) {
  const node = nodeBinary(major)
  const own: Row[] = []
  if (!options.json)
    console.log(
      `Node ${major}, ${options.client}, ${load.connections} connections, medians of ${rounds} rounds of ${load.seconds} s; ratios to ${UNIT}, above 1 is better`,
    )
  for (const workload of workloads) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    const found = await measure(node, workload)
    own.push(...found.map((row) => ({ ...row, node: major })))
    if (!options.json) console.log(`\n${workload}\n${table(found)}`)
  }
  if (!options.json) console.log(`\nCPU per request, ratios to ${UNIT}\n${summary(own)}\n`)
  rows.push(...own)
}
if (options.json) console.log(JSON.stringify(rows, undefined, 2))
