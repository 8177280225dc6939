/** The example site, served by the command that `pnpm start` runs. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { read, root } from '../house/workspace.ts'

export interface Site {
  address: string
  stop(): Promise<void>
}

/** What `pnpm start` passes to `phial-server`. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } }
  return scripts.start.replace(/^.*phial-server /, '').split(' ')
}

/** Waits until the server prints where it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    const take = (chunk: string): void => {
      output += chunk
      const address = /https?:\/\/[^\s,)]+/.exec(output)?.[0]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    child.once('close', (code: number | null) =>
      reject(new Error(`phial-server ended with ${code ?? 'a signal'}:\n${output}`)),
    )
  })
}

export async function startSite(): Promise<Site> {
  const command = join(root, 'packages/server/bin/phial-server.js')
  const args = [command, '--bind', '127.0.0.1:0', ...startArguments()]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const address = await addressOf(child)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
  return { address, stop }
}
