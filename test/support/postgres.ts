/** A real PostgreSQL, for the tests that need one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Postgres {
  url: string
  stop(): Promise<void>
}

export function hasPostgres(): boolean {
  try {
    execFileSync('initdb', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn(
      'PostgreSQL is not tested: initdb is not installed. On Debian, install postgresql.',
    )
    return false
  }
}

/** PostgreSQL refuses to run as root, so root starts it as the user that its package creates. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** Creates an empty database in a new folder. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'phial-postgres-'))
  const user = account()
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = ['--pgdata', data, '--auth', 'trust', '--username', 'shop', '--no-sync']
  execFileSync('initdb', options, { ...user, cwd: folder, stdio: 'ignore' })
  const port = await freePort()
  const server = spawn(
    'postgres',
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await isReady(server)
  return {
    url: `postgres://shop@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

async function isReady(server: ChildProcess): Promise<void> {
  if (server.stderr === null) return
  for await (const line of createInterface(server.stderr))
    if (line.includes('ready to accept connections')) break
  server.stderr.resume()
}
