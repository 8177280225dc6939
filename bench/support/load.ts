/** The load generators: wrk if Debian's package is installed, otherwise `client.ts`. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pinned, processorTime } from './running.ts'
import type { Asked } from './workloads.ts'

const run = promisify(execFile)

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
  /** The core on which the generator runs. Defaults to any. */
  readonly core?: number
}

/** The results of one turn. */
export interface Load {
  readonly requests: number
  /** Requests per second. */
  readonly rate: number
  /** The 99th percentile of the response time, in milliseconds. */
  readonly p99: number
  /** The part of its core that the generator used: near 1, the generator was the limit. */
  readonly busy: number
}

export type Generate = (url: string, asked: Asked, options: LoadOptions) => Promise<Load>

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

const script = ({ method, headers, body }: Asked): string =>
  [
    `wrk.method = ${JSON.stringify(method)}`,
    ...Object.entries(headers).map(
      ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
    ),
    ...(body === undefined ? [] : [`wrk.body = ${JSON.stringify(body)}`]),
  ].join('\n')

const wrk: Generate = async (url, asked, { connections, seconds, core }) => {
  const folder = mkdtempSync(join(tmpdir(), 'phial-wrk-'))
  try {
    const file = join(folder, 'request.lua')
    writeFileSync(file, script(asked))
    const options = [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      '60s',
      '--latency',
      '-s',
      file,
    ]
    const [command, ...args] = pinned(core, ['wrk', ...options, url + asked.path])
    const running = run(command, args)
    const began = performance.now()
    let busy = 0
    const look = setInterval(() => {
      busy = processorTime(running).all / 1000 / (performance.now() - began)
    }, 100)
    const { stdout } = await running.finally(() => clearInterval(look))
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}${asked.path}:\n${stdout}`)
    const [, requests] = /(\d+) requests in/.exec(stdout) ?? []
    const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? []
    const [, late, unit = ''] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(stdout) ?? []
    const p99 = Number(late) * (UNITS[unit] ?? Number.NaN)
    return { requests: Number(requests), rate: Number(rate), p99, busy }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const node: Generate = async (url, { method, path, headers, body = '' }, { core, ...options }) => {
  const { host, port } = new URL(url)
  const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ Host: host, ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  const request = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
  const task = JSON.stringify({ port: Number(port), request, ...options })
  const file = fileURLToPath(new URL('../dist/support/client.js', import.meta.url))
  const [command, ...args] = pinned(core, [process.execPath, file, task])
  const { stdout } = await run(command, args)
  const load = JSON.parse(stdout) as Load & { failures: number }
  if (load.failures > 0) throw new Error(`${url}${path}: ${load.failures} failures`)
  return load
}

export const generators = { wrk, node }

export const hasWrk = (): boolean =>
  spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined
