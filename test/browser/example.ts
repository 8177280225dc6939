/** Serves examples with phial-server and their own `start` script, from a copy of the folder, because visitors leave data in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readManifest, root } from '../house/workspace.ts'

/** The developer token. With it in the URL, X-ray's pages open. */
export const token = 'opens-xray'

export interface Site {
  readonly address: string
  stop(): Promise<void>
}

/** Serves an example from a copy of its folder, which is removed afterwards. */
export function startExample(name: string, ...more: string[]): Promise<Site> {
  return serveExample(name, ...more, ...startArguments(join(root, 'examples', name)))
}

/** Serves an example with these arguments for `phial-server` instead of those of the `start` script. */
export async function serveExample(name: string, ...words: string[]): Promise<Site> {
  const folder = await copyOf(join(root, 'examples', name))
  const { address, stop } = await startFolder(folder, ...words)
  return { address, stop: () => stop().then(() => rm(folder, { recursive: true })) }
}

/** Serves a folder in place. */
export async function startFolder(folder: string, ...args: string[]): Promise<Site> {
  const command = join(root, 'packages/server/bin/phial-server.js')
  const child = spawn(process.execPath, [command, '--bind', '127.0.0.1:0', ...args], {
    cwd: folder,
    env: { ...process.env, PHIAL_DEVELOPER_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const address = await addressOf(child)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
  return { address, stop }
}

async function copyOf(example: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'phial-example-'))
  const filter = (path: string): boolean => !['node_modules', 'instance'].includes(basename(path))
  await cp(example, folder, { recursive: true, filter })
  await symlink(join(example, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Returns the arguments that the example's `start` script passes to `phial-server`. */
function startArguments(folder: string): string[] {
  const { scripts } = readManifest(folder) as { scripts?: { start?: string } }
  const [, args = ''] = /^phial-server (.*)$/.exec(scripts?.start ?? '') ?? []
  return args.split(' ')
}

/** Waits until the server prints its address. */
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
