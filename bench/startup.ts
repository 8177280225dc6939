/**
 * Start-up: the cost of importing each framework, and of each server up to its first answer.
 *
 *     pnpm bench startup [--turns 9] [--node 24] [--modules]
 *
 * Milliseconds from the start of the process, processor time of all its processes, and the memory that they have
 * then. Medians of interleaved turns. `--modules` lists instead what `phial` and `@phial/server` load and everyday
 * requests (params, a session, JSON, a form, a 404) do not use, by size.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compile, peers, withServer } from './support/peers.ts'
import { launch, median, memory, nodeBinary, processorTime, stop } from './support/running.ts'
import type { Loaded } from './support/loaded.ts'
import type { Running } from './support/running.ts'

const { values: options } = parseArgs({
  options: {
    turns: { type: 'string', default: '9' },
    node: { type: 'string', default: process.versions.node.split('.', 1)[0] ?? '' },
    modules: { type: 'boolean', default: false },
  },
})
const node = nodeBinary(options.node)
const bench = fileURLToPath(new URL('.', import.meta.url))
const command = fileURLToPath(new URL('../packages/server/bin/phial-server.js', import.meta.url))

interface Cost {
  readonly ms: number
  readonly cpu: number
  readonly mb: number
}

/** Imports modules in a fresh process. */
function imported(names: readonly string[]): Cost {
  const code = `
    for (const name of ${JSON.stringify(names)}) await import(name)
    const { user, system } = process.cpuUsage()
    console.log(JSON.stringify({
      ms: performance.now(), cpu: (user + system) / 1000, mb: process.memoryUsage.rss() / 2 ** 20,
    }))`
  const args = ['--input-type=module', '--eval', code]
  return JSON.parse(execFileSync(node, args, { cwd: bench, encoding: 'utf8' })) as Cost
}

/** Measures the first answer of a server, from the time of its start. */
async function answered(running: Running, began: number): Promise<Cost> {
  const answer = await fetch(running.url)
  if ((await answer.text()) !== 'Hello world\n') throw new Error(`${running.name} is wrong`)
  const ms = performance.now() - began
  return { ms, cpu: processorTime(running).all / 1000, mb: memory(running) }
}

/** Starts `phial-server` with a number of workers. */
async function phialServer(workers: number): Promise<Cost> {
  const began = performance.now()
  const args = `-w ${workers} -b 127.0.0.1:0 --chdir '${bench}dist/servers' app:app`
  const shell = ['sh', '-c', `exec '${node}' '${command}' ${args} 2>&1`] as const
  const running = await launch('phial-server', shell)
  try {
    return await answered(running, began)
  } finally {
    await stop(running, 'SIGINT')
  }
}

async function served(name: string): Promise<Cost> {
  const peer = peers.find((one) => one.name === name)
  if (peer === undefined) throw new Error(`Unknown peer ${name}`)
  const began = performance.now()
  return withServer(peer, 'hello', { node }, (running) => answered(running, began))
}

const imports: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  'node:http': ['node:http'],
  '@phial/core': ['@phial/core'],
  '@phial/server': ['@phial/server'],
  phial: ['phial'],
  'phial, @phial/server': ['phial', '@phial/server'],
  fastify: ['fastify'],
  'hono, node-server': ['hono', '@hono/node-server'],
  h3: ['h3'],
  koa: ['koa', '@koa/router'],
  express: ['express'],
}
const servers = [
  'node-http',
  'gateway',
  'phial',
  'fastify',
  'hono',
  'h3',
  'polka',
  'koa',
  'express',
]

const measured: Readonly<Record<string, () => Cost | Promise<Cost>>> = {
  ...Object.fromEntries(
    Object.entries(imports).map(([name, names]) => [`import ${name}`, () => imported(names)]),
  ),
  ...Object.fromEntries(servers.map((name) => [`answer of ${name}`, () => served(name)])),
  'answer of phial-server -w 1': () => phialServer(1),
  'answer of phial-server -w 2': () => phialServer(2),
}

/** Returns the folder or the package of a file. */
function placeOf(file: string): string {
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []
  const [, own, inside = ''] = /\/packages\/([^/]+)\/dist\/(.*)$/.exec(file) ?? []
  return (
    dependency ?? `${own ?? '?'}/${inside.includes('/') ? inside.split('/', 1).join() : inside}`
  )
}

/** Prints loaded code that is not used, by folder or package, the largest first. */
function printModules(): void {
  const args = [`${bench}dist/support/loaded.js`]
  const all = JSON.parse(execFileSync(node, args, { encoding: 'utf8' })) as Loaded[]
  const places = new Map<string, Loaded[]>()
  for (const one of all) {
    const place = placeOf(one.file)
    places.set(place, [...(places.get(place) ?? []), one])
  }
  const sizeOf = (files: readonly Loaded[]): number =>
    files.reduce((sum, { size }) => sum + size, 0) / 1024
  const unused = (files: readonly Loaded[]): Loaded[] => files.filter(({ isUsed }) => !isUsed)
  console.log(`Node ${options.node}; files and KB that are loaded, and those that are not used`)
  const rows = [['all', all] as const, ...places]
    .filter(([, files]) => unused(files).length > 0)
    .toSorted(([, one], [, other]) => sizeOf(unused(other)) - sizeOf(unused(one)))
  for (const [place, files] of rows) {
    const cells = [files, unused(files)].flatMap((some) => [some.length, sizeOf(some)])
    console.log(place.padEnd(34) + cells.map((cell) => cell.toFixed(0).padStart(7)).join(''))
  }
}

async function printCosts(): Promise<void> {
  const turns = new Map<string, Cost[]>(Object.keys(measured).map((name) => [name, []]))
  for (let turn = 0; turn < Number(options.turns); turn += 1) {
    const all = Object.entries(measured)
    for (const [name, work] of turn % 2 === 0 ? all : all.toReversed())
      // oxlint-disable-next-line no-await-in-loop -- one after another
      turns.get(name)?.push(await work())
  }
  console.log(`Node ${options.node}, medians of ${options.turns} turns`)
  console.log(`${''.padEnd(30)}        ms    CPU ms        MB`)
  for (const [name, costs] of turns) {
    const cells = (['ms', 'cpu', 'mb'] as const).map((key) =>
      median(costs.map((cost) => cost[key]))
        .toFixed(0)
        .padStart(10),
    )
    console.log(name.padEnd(30) + cells.join(''))
  }
}

compile()
if (options.modules) printModules()
else await printCosts()
