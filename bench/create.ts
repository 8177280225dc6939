/**
 * Seconds from nothing to the first answer: creates an application, installs it, starts it for development
 * and sends requests until one is answered. Once with empty caches, then with full ones.
 *
 *     pnpm bench create [turns with full caches] [a part of a framework's name]
 *
 * Phial comes packed from a registry on this machine, which redirects npm to the usual registry for all other packages.
 * Flask has no scaffolder: the benchmark creates a virtual environment, installs Flask, and writes the seven lines of its
 * quickstart.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { serveRegistry } from '../test/create-phial/support/registry.ts'
import { packAll } from '../test/house/packed.ts'

interface Peer {
  /** The files of a framework without a scaffolder. */
  readonly files?: Readonly<Record<string, string>>
  /** Creates an application in the folder `app`, and installs it. */
  readonly make: readonly string[]
  /** Serves the application on $PORT, in the folder `app`. */
  readonly serve: string
}

const FLASK = `from flask import Flask

app = Flask(__name__)

@app.route("/")
def hello_world():
    return "<p>Hello, World!</p>"
`

const HONO = `import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (c) => c.text('Hello Hono!'))
serve({ fetch: app.fetch, port: Number(process.env.PORT) })
`

const peers: Readonly<Record<string, Peer>> = {
  'npm create phial (minimal)': {
    make: ['npm create -y phial app -- --template minimal --yes'],
    serve: 'PHIAL_RUN_PORT=$PORT npm run dev',
  },
  'npm create phial (site)': {
    make: ['npm create -y phial app -- --template site --yes'],
    serve: 'PHIAL_RUN_PORT=$PORT npm run dev',
  },
  'npm create hono (nodejs)': {
    make: [
      'npm create -y hono app -- --template nodejs --pm npm --install',
      // Its template listens on 3000.
      'sed -i "s/3000/Number(process.env.PORT)/" app/src/index.ts',
    ],
    serve: 'npm run dev',
  },
  // The same without the download from GitHub: the benchmark writes the files of that template.
  'hono, its template by hand': {
    files: {
      'app/package.json': JSON.stringify({
        type: 'module',
        scripts: { dev: 'tsx watch src/index.ts' },
        dependencies: { '@hono/node-server': '^2', hono: '^4' },
        devDependencies: { '@types/node': '^20', tsx: '^4', typescript: '^5' },
      }),
      'app/src/index.ts': HONO,
    },
    make: ['cd app && npm install'],
    serve: 'npm run dev',
  },
  // In JavaScript, because the result of `--lang=ts` does not compile with the TypeScript that it depends on.
  'fastify generate': {
    make: ['npx -y fastify-cli generate app', 'cd app && npm install'],
    serve: 'FASTIFY_PORT=$PORT npm run dev',
  },
  flask: {
    make: ['python3 -m venv app/.venv', 'app/.venv/bin/pip install --quiet flask'],
    files: { 'app/app.py': FLASK },
    serve: '.venv/bin/flask run --debug --port $PORT',
  },
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

function start(command: string, cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('sh', ['-c', command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function ends(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = start(command, cwd, env)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ended with ${code ?? 'a signal'}:\n${said}`)
}

/** Sends requests until one is answered, with any status. */
async function answered(port: number): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- until a request is answered
      await (await fetch(`http://127.0.0.1:${port}/`)).text()
      return
    } catch {
      // oxlint-disable-next-line no-await-in-loop -- the server does not listen yet
      await pause(20)
    }
  }
}

/** The seconds until the application is created, and until it has answered. */
async function measure(
  peer: Peer,
  env: NodeJS.ProcessEnv,
): Promise<[made: number, answered: number]> {
  const cwd = mkdtempSync(join(tmpdir(), 'phial-bench-'))
  const port = await freePort()
  const began = performance.now()
  for (const [file, text] of Object.entries(peer.files ?? {})) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true })
    writeFileSync(join(cwd, file), text)
  }
  for (const command of peer.make) await ends(command, cwd, env)
  const made = performance.now()
  const server = start(peer.serve, join(cwd, 'app'), { ...env, PORT: String(port) })
  const closed = once(server, 'close')
  server.stdout?.resume()
  server.stderr?.resume()
  const ended = closed.then(() =>
    Promise.reject(new Error(`${peer.serve} ended without an answer`)),
  )
  await Promise.race([answered(port), ended])
  ended.catch(() => undefined)
  const done = performance.now()
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
  await closed
  rmSync(cwd, { recursive: true, maxRetries: 5 })
  return [(made - began) / 1000, (done - began) / 1000]
}

const home = mkdtempSync(join(tmpdir(), 'phial-bench-home-'))
mkdirSync(join(home, 'packed'))
const registry = await serveRegistry(await packAll(join(home, 'packed')))
const turns = Number(process.argv[2] ?? 3)
const wanted = process.argv[3] ?? ''
const seconds = (value = Number.NaN): string => value.toFixed(1).padStart(6)

console.log(`${' '.repeat(30)} empty caches   full caches (median of ${turns})`)
console.log(`${' '.repeat(30)}   made answered   made answered`)
for (const [name, peer] of Object.entries(peers).filter(([one]) => one.includes(wanted))) {
  const cache = join(home, name.replaceAll(/\W/g, '-'))
  const own = Object.entries(process.env).filter(([key]) => !/^(p?npm_)/i.test(key))
  const env = {
    ...Object.fromEntries(own),
    npm_config_cache: join(cache, 'npm'),
    npm_config_registry: registry.url,
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    PIP_CACHE_DIR: join(cache, 'pip'),
  }
  try {
    const cold = await measure(peer, env)
    const warm: [number, number][] = []
    for (let turn = 0; turn < turns; turn += 1) warm.push(await measure(peer, env))
    const [median] = warm.toSorted(([, one], [, other]) => one - other).slice(turns >> 1)
    const figures = [cold[0], cold[1], median?.[0], median?.[1]].map(seconds)
    console.log(name.padEnd(30), ...figures)
  } catch (error) {
    const [why = ''] = /Failed to .*|ended with .*/.exec(String(error)) ?? []
    console.log(name.padEnd(30), why)
  }
}
await registry.close()
rmSync(home, { recursive: true })
