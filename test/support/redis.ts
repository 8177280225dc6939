/** A real Redis, for the tests that need one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'

const connect = (path: string) => createClient({ socket: { path, tls: false } }).connect()

/** Returns a connected client. */
export type Redis = Awaited<ReturnType<typeof connect>>

/** Runs tests with a separate Redis, or warns that Redis is not installed. */
export function withRedis(name: string, tests: (redis: () => Redis) => void): void {
  describe.runIf(hasRedis())(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'phial-redis-'))
    let server: ChildProcess
    let client: Redis

    beforeAll(async () => {
      const [started, socket] = await startRedis(folder)
      server = started
      client = await connect(socket)
    })

    afterAll(async () => {
      client.destroy()
      server.kill()
      await once(server, 'exit')
      rmSync(folder, { recursive: true })
    })

    tests(() => client)
  })
}

/** Starts a countdown, which returns the minimum number of whole seconds left, like a time to live on the same machine. */
export function countdown(seconds: number): () => number {
  const end = performance.now() + seconds * 1000
  return () => Math.floor((end - performance.now()) / 1000)
}

export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn(
      'Redis is not tested: redis-server is not installed. On Debian, install redis-server.',
    )
    return false
  }
}

/** Starts Redis on a socket in a new folder. */
async function startRedis(folder: string): Promise<[ChildProcess, string]> {
  const socket = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]
  return [await redisServer(options), socket]
}

/** Starts `redis-server` and waits until it accepts connections. */
export async function redisServer(options: readonly string[]): Promise<ChildProcess> {
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(server.stdout)) {
    if (/ready to accept connections/i.test(line)) break
  }
  return server
}
