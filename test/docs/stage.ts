/** The folder in which a page is played: its files, its commands, its servers. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { packages, readManifest, root } from '../house/workspace.ts'

const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
const player = fileURLToPath(new URL('player.ts', import.meta.url))
const tsc = join(root, 'node_modules/typescript/bin/tsc')

const compilerOptions = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noEmit: true,
  moduleDetection: 'force',
  allowImportingTsExtensions: true,
  skipLibCheck: true,
}

/** What pages use beside our packages. */
const OTHERS = ['zod', 'hono', 'express', '@types/express', 'koa', '@types/koa']

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** What a finished command said, and how it ended. */
export interface Outcome {
  output: string
  code: number | null
}

export class Stage {
  readonly path: string
  private readonly port: number
  private readonly servers: ChildProcess[] = []
  /** The process in which blocks are run, while there is one, and what it will have said in the end. */
  private player: { child: ChildProcess; ended: Promise<Outcome> } | undefined
  private readonly written = new Set<string>()

  private constructor(path: string, port: number) {
    this.path = path
    this.port = port
  }

  /** Sets a stage for a page of the workspace. */
  static async set(page: string): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'phial-page-')), await freePort())
    await stage.link()
    if (page.startsWith('examples/')) await stage.setExample(join(root, dirname(page)))
    else await stage.linkOthers(join(root, 'test'), OTHERS)
    await stage.write('package.json', '{ "type": "module" }\n', 'wx')
    return stage
  }

  /** An example's files, and what it depends on beside our packages. */
  private async setExample(folder: string): Promise<void> {
    const filter = (path: string): boolean => !/[/\\](node_modules|dist|instance)$/.test(path)
    await cp(folder, this.path, { recursive: true, filter })
    const names = Object.keys(readManifest(folder).dependencies ?? {})
    await this.linkOthers(
      folder,
      names.filter((name) => !/^(phial$|@phial\/)/.test(name)),
    )
  }

  /** Our packages, their commands, and what a reader would have installed beside them. */
  private async link(): Promise<void> {
    const modules = join(this.path, 'node_modules')
    await mkdir(join(modules, '@phial'), { recursive: true })
    await mkdir(join(modules, '@types'))
    await mkdir(join(modules, '.bin'))
    for (const { manifest, path } of packages) {
      await symlink(path, join(modules, manifest.name))
      const { bin = {} } = manifest as { bin?: Record<string, string> }
      for (const [name, file] of Object.entries(bin))
        await symlink(join(path, file), join(modules, '.bin', name))
    }
    for (const name of ['@types/node', 'tsx', 'vitest'])
      await symlink(join(root, 'node_modules', name), join(modules, name))
    await symlink(join(root, 'node_modules/tsx/dist/cli.mjs'), join(modules, '.bin/tsx'))
    await symlink(tsc, join(modules, '.bin/tsc'))
  }

  /** Other packages, as a folder of the workspace has them. */
  private async linkOthers(folder: string, names: string[]): Promise<void> {
    for (const name of names) {
      const path = join(this.path, 'node_modules', name)
      await mkdir(dirname(path), { recursive: true })
      await symlink(join(folder, 'node_modules', name), path)
    }
  }

  /** The page says 8000; here it is the port that is free, and the other way round. */
  private here(text: string): string {
    return text.replace(/\b8000\b/g, String(this.port))
  }

  private there(text: string): string {
    return text.replaceAll(String(this.port), '8000').replaceAll(this.path, '.')
  }

  async write(file: string, text: string, flag = 'w'): Promise<void> {
    const path = join(this.path, file)
    // A module is loaded once: what imports a file that has changed needs another process.
    if (this.written.has(file)) await this.dismiss()
    this.written.add(file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, this.here(text), { flag }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }

  private start(file: string, args: string[], ipc: 'ipc'[] = []): ChildProcess {
    const bin = [join(this.path, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter)
    const env = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      PHIAL_SERVER_ARGS: `--bind 127.0.0.1:${this.port}`,
      PHIAL_RUN_PORT: String(this.port),
      NO_COLOR: '1',
      // A command that is not here is an error, and nothing to fetch.
      npm_config_offline: 'true',
      NODE_ENV: undefined,
      VITEST: undefined,
    }
    // A group of its own, so that all of a server can be told to end.
    return spawn(file, args, {
      cwd: this.path,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...ipc],
    })
  }

  private async finish(child: ChildProcess): Promise<Outcome> {
    let output = ''
    const take = (chunk: string): void => void (output += chunk)
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    const [code] = (await once(child, 'close')) as [number | null]
    return { output: this.there(output), code }
  }

  /** Runs a file with TypeScript at hand. */
  async run(file: string): Promise<Outcome> {
    this.player ??= this.hire()
    const { child, ended } = this.player
    const played = this.heard(child, file)
    child.send(file)
    const outcome = await Promise.race([played, ended])
    if (outcome.code !== 0) this.player = undefined
    return outcome
  }

  /** Waits until the process says that a file has been run. */
  private heard(child: ChildProcess, file: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const hear = (done: unknown): void => {
        if (done !== file) return
        child.off('message', hear)
        resolve({ output: '', code: 0 })
      }
      child.on('message', hear)
    })
  }

  private hire(): { child: ChildProcess; ended: Promise<Outcome> } {
    const child = this.start(process.execPath, ['--import', tsx, player], ['ipc'])
    return { child, ended: this.finish(child) }
  }

  /** Lets the blocks’ process end, which it does when none of them has left anything open. */
  private async dismiss(): Promise<void> {
    if (this.player === undefined) return
    const { child, ended } = this.player
    this.player = undefined
    if (child.connected) child.send('')
    const { output, code } = await ended
    if (code !== 0) throw new Error(`a block ended with ${String(code)}, later:\n${output}`)
  }

  shell(command: string): Promise<Outcome> {
    return this.finish(this.start('bash', ['-c', this.here(command)]))
  }

  /** Type-checks these files together. */
  check(files: string[]): Promise<Outcome> {
    return this.write('tsconfig.page.json', JSON.stringify({ compilerOptions, files })).then(() =>
      this.finish(this.start(process.execPath, [tsc, '-p', 'tsconfig.page.json'])),
    )
  }

  /** Starts a server, and waits until it prints its address. */
  async serve(command: string): Promise<void> {
    const child = this.start('bash', ['-c', this.here(command)])
    this.servers.push(child)
    let output = ''
    await new Promise<void>((resolve, reject) => {
      const take = (chunk: string): void => {
        output += chunk
        if (/https?:\/\/.*\n/.test(output)) resolve()
      }
      child.stdout?.setEncoding('utf8').on('data', take)
      child.stderr?.setEncoding('utf8').on('data', take)
      child.once('close', () => reject(new Error(`the server ended: ${command}\n${output}`)))
    })
  }

  /** Ends the servers and takes the folder away. */
  async strike(): Promise<void> {
    await this.dismiss().finally(() => this.clear())
  }

  private async clear(): Promise<void> {
    for (const server of this.servers) {
      if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined)
        continue
      process.kill(-server.pid, 'SIGTERM')
      await once(server, 'close')
    }
    await rm(this.path, { recursive: true, force: true })
  }
}
