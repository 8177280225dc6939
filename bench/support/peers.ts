/** The servers that are compared, and the command that starts each one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SECRET, type Task, WORKLOADS, type Workload } from '../peers/work.ts'
import { launch, pinned, stop, type Running } from './running.ts'
import { FILE, works } from './workloads.ts'

const bench = fileURLToPath(new URL('..', import.meta.url))

/** Compiles the servers to `dist`, so that they run without a loader. */
export function compile(): void {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(manifest), 'bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(bench, 'peers')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stdout)
}

export interface Peer {
  readonly name: string
  readonly workloads: readonly Workload[]
  /** The command that serves a workload, with static files from a folder. */
  command(task: Task, node: string, folder: string): readonly string[]
  readonly env?: (task: Task, folder: string) => Readonly<Record<string, string>>
  /** Whether it always sends the same bytes, so that its answers are not verified. */
  readonly isSilent?: boolean
  /** The signal that ends it. Defaults to `SIGKILL`. */
  readonly signal?: NodeJS.Signals
}

const peer = (name: string, workloads: readonly Workload[] = WORKLOADS): Peer => ({
  name,
  workloads,
  command: (task, node, folder) => [node, join(bench, `dist/peers/${name}.js`), task, folder],
})

/** A server without HTTP, which sends an answer of the same length for any input: the upper bound for the client. */
const floor: Peer = {
  name: 'floor',
  isSilent: true,
  workloads: WORKLOADS,
  command: (_workload, node) => [node, join(bench, 'dist/servers/floor.js')],
  env: (task) => ({ BYTES: String(task === 'upload' ? 1 : works[task].size) }),
}

const hasFlask = (): boolean =>
  spawnSync('gunicorn', ['--check-config', 'flask:Flask'], { stdio: 'ignore' }).status === 0

const flask: Peer = {
  name: 'flask',
  workloads: WORKLOADS,
  // The address is in its log. It uses threads, because gunicorn's default worker has no keep-alive connections.
  command: () => [
    'sh',
    '-c',
    `exec gunicorn -b 127.0.0.1:0 -w 1 --threads 4 --keep-alive 65 --chdir '${join(bench, 'peers')}' flask_app:app 2>&1`,
  ],
  env: (task, folder) => ({
    BENCH_WORKLOAD: task,
    BENCH_STATIC: folder,
    BENCH_SECRET: SECRET,
    PYTHONDONTWRITEBYTECODE: '1',
  }),
  signal: 'SIGQUIT',
}

/** All peers that can run here. The first one is bare `node:http`, the unit of the ratios. */
export const peers: readonly Peer[] = [
  peer('node-http'),
  peer('gateway', ['hello', 'stream', 'browser']),
  peer('phial'),
  peer('fastify'),
  peer('hono'),
  peer(
    'h3',
    WORKLOADS.filter((one) => one !== 'session'),
  ),
  peer('polka'),
  peer('koa'),
  peer('express'),
  ...(hasFlask() ? [flask] : []),
  floor,
]

export interface ServeOptions {
  /** The path of Node. */
  readonly node: string
  /** The core on which the server runs. Defaults to any. */
  readonly core?: number
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a fresh server of a peer while `work` runs. */
export async function withServer<Result>(
  { name, command, env, signal }: Peer,
  task: Task,
  { node, core, env: more }: ServeOptions,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'phial-static-'))
  try {
    const file = join(folder, FILE.name)
    writeFileSync(file, FILE.text)
    utimesSync(file, new Date('2026-01-01'), new Date('2026-01-01'))
    const running = await launch(name, pinned(core, command(task, node, folder)), {
      NODE_ENV: 'production',
      ...env?.(task, folder),
      ...more,
    })
    try {
      return await work(running)
    } finally {
      await stop(running, signal)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
