/** The folder in which a page runs, with its files, commands and servers. */
import { randomUUID } from 'node:crypto'
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packages, readManifest, root } from '../house/workspace.ts'
import { type Outcome, Runner } from './runner.ts'

const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
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

/** Whether one process runs all files. Otherwise each file has its own process, as for a reader, which takes three times as long. */
const isQuick = process.env['PHIAL_SLOW'] === undefined

/** Packages that are available to every page, even if it does not install them. */
const OTHERS = ['zod', 'hono', 'express', '@types/express', 'koa', '@types/koa', 'fastify', 'redis']

/** Folders whose packages are used instead of those in a registry. */
const REGISTRY = ['.', 'test', 'examples/blog'].map((folder) => join(root, folder))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

export class Stage {
  readonly path: string
  private readonly port: number
  private server: ChildProcess | undefined
  private readonly runner: Runner | undefined

  private readonly env: NodeJS.ProcessEnv

  private constructor(
    path: string,
    port: number,
    inOneProcess: boolean,
    env: NodeJS.ProcessEnv = {},
  ) {
    this.path = path
    this.port = port
    this.env = env
    this.runner = inOneProcess ? new Runner(tsx, this.surroundings()) : undefined
  }

  /** Creates a stage for a page of the workspace. `inOneProcess`: one process runs its TypeScript files one after the other. `env`: additional variables. */
  static async set(
    page: string,
    inOneProcess: boolean = isQuick,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Stage> {
    const path = await mkdtemp(join(tmpdir(), 'phial-page-'))
    const stage = new Stage(path, await freePort(), inOneProcess, env)
    await stage.link()
    if (page.startsWith('examples/')) await stage.setExample(join(root, dirname(page)))
    else await stage.install(OTHERS)
    await stage.write('package.json', '{ "type": "module" }\n', 'wx')
    return stage
  }

  /** Creates a stage with an empty folder. */
  static async empty(): Promise<Stage> {
    // Its name becomes a package name, which must not contain capital letters.
    const path = join(tmpdir(), `phial-page-${randomUUID()}`)
    await mkdir(path)
    return new Stage(path, await freePort(), false)
  }

  /** Copies an example's files, and links its dependencies. */
  private async setExample(folder: string): Promise<void> {
    const filter = (path: string): boolean => !/[/\\](node_modules|dist|instance)$/.test(path)
    await cp(folder, this.path, { recursive: true, filter })
    const { dependencies, devDependencies } = readManifest(folder)
    const types = Object.keys(devDependencies ?? {}).filter((name) => name.startsWith('@types/'))
    const names = [...Object.keys(dependencies ?? {}), ...types]
    await this.linkOthers(
      folder,
      names.filter((name) => !/^(phial$|@phial\/|@types\/node$)/.test(name)),
    )
  }

  /** Links our packages, their commands, and the packages that a reader would have installed. */
  async link(): Promise<void> {
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

  /** Replaces `npm install`: links packages of the workspace instead of using a registry. */
  async install(names: string[]): Promise<void> {
    for (const name of names) {
      const folder = REGISTRY.find((one) => existsSync(join(one, 'node_modules', name)))
      if (folder === undefined) throw new Error(`No folder of the workspace depends on ${name}.`)
      await this.linkOthers(folder, [name])
    }
  }

  /** Links other packages from a folder of the workspace. */
  private async linkOthers(folder: string, names: string[]): Promise<void> {
    for (const name of names) {
      const path = join(this.path, 'node_modules', name)
      if (existsSync(path)) continue
      await mkdir(dirname(path), { recursive: true })
      await symlink(join(folder, 'node_modules', name), path)
    }
  }

  /** Replaces port 8000, which the page uses, by the free port. */
  private here(text: string): string {
    return text.replace(/\b8000\b/g, String(this.port))
  }

  /** Like `here`, and removes `npx`, because the commands are already on the path, which saves a second. */
  private commandHere(command: string): string {
    return this.here(command).replace(/\bnpx (?=(?:phial|phial-server|tsx) )/g, '')
  }

  private there(text: string): string {
    return text.replaceAll(String(this.port), '8000').replaceAll(this.path, '.')
  }

  async write(file: string, text: string, flag = 'w'): Promise<void> {
    const path = join(this.path, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, this.here(text), { flag }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }

  /** The working directory and environment of the page's processes. */
  private surroundings(): { cwd: string; env: NodeJS.ProcessEnv } {
    const bin = [join(this.path, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter)
    const env = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      PHIAL_SERVER_ARGS: `--bind 127.0.0.1:${this.port}`,
      PHIAL_RUN_PORT: String(this.port),
      NO_COLOR: '1',
      // A missing command is an error. npx must not download it.
      npm_config_offline: 'true',
      NODE_ENV: undefined,
      VITEST: undefined,
      ...this.env,
    }
    return { cwd: this.path, env }
  }

  private start(file: string, args: string[]): ChildProcess {
    // A separate process group, so that all processes of a server can be ended.
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe']
    return spawn(file, args, { ...this.surroundings(), detached: true, stdio })
  }

  private async finish(child: ChildProcess): Promise<Outcome> {
    let output = ''
    const take = (chunk: string): void => void (output += chunk)
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    const [code] = (await once(child, 'close')) as [number | null]
    return { output: this.there(output), code }
  }

  /** Runs a file, which may be TypeScript. */
  async run(file: string): Promise<Outcome> {
    if (this.runner !== undefined) {
      const { output, code } = await this.runner.run(file)
      return { output: this.there(output), code }
    }
    return this.finish(this.start(process.execPath, ['--import', tsx, file]))
  }

  shell(command: string): Promise<Outcome> {
    const [, file] = /^npx tsx (\S+)$/.exec(command) ?? []
    if (this.runner !== undefined && file !== undefined) return this.run(file)
    return this.finish(this.start('bash', ['-c', this.commandHere(command)]))
  }

  /** Type-checks these files together. */
  check(files: string[]): Promise<Outcome> {
    return this.write('tsconfig.page.json', JSON.stringify({ compilerOptions, files })).then(() =>
      this.finish(this.start(process.execPath, [tsc, '-p', 'tsconfig.page.json'])),
    )
  }

  /** Stops the previous server, starts a new one, and waits until it prints its address. */
  async serve(command: string): Promise<void> {
    await this.stopServer()
    const child = this.start('bash', ['-c', this.commandHere(command)])
    this.server = child
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

  private async stopServer(): Promise<void> {
    const { server } = this
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
    process.kill(-server.pid, 'SIGTERM')
    await once(server, 'close')
  }

  /** Stops all processes and removes the folder. */
  async strike(): Promise<void> {
    await this.stopServer()
    await this.runner?.end()
    await rm(this.path, { recursive: true, force: true })
  }
}
