/**
 * Runs `examples/deploy` as in production: two servers with two workers each, a real nginx with the example's
 * configuration, and a real Redis that writes to disk. This takes minutes, so it is part of `pnpm test:slow`.
 */
import { spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { phialServer, type Command } from '../server/support/command.ts'
import { childrenOf } from '../server/support/fleet.ts'
import { folderWith } from '../server/support/folder.ts'
import { freePort, nginx } from '../server/support/nginx.ts'
import { hasRedis, redisServer } from '../support/redis.ts'
import { readFileSync } from 'node:fs'
import { Crowd, Visitor } from './support/visitor.ts'

const example = join(root, 'examples/deploy')
const isSlow = process.env['PHIAL_SLOW'] !== undefined
const names = ['Ann', 'Ben', 'Cem', 'Dia', 'Eva']
const deploys = 5
const hasAll = isSlow && hasRedis() && spawnSync('nginx', ['-v']).error === undefined

describe.runIf(hasAll)('two servers, nginx and Redis', { timeout: 300_000 }, () => {
  let folder: Awaited<ReturnType<typeof folderWith>>
  let front: Command
  let redis: ChildProcess
  let port = 0
  let redisPort = 0
  const ports: number[] = []
  const servers: Command[] = []

  /** Starts one of the servers, or restarts it. */
  async function launch(at: number): Promise<void> {
    const options = ['-w', '2', '-b', `127.0.0.1:${ports[at] ?? 0}`, 'app:app']
    const env = {
      HOSTNAME: `server ${at + 1}`,
      PHIAL_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PHIAL_LOGINS_PER_MINUTE: '1000000',
    }
    const server = phialServer(options, { cwd: example, env })
    servers[at] = server
    await Promise.all([server.says(/Redis is connected/, 2), server.says(/Booted worker/, 2)])
  }

  const launchRedis = (): Promise<ChildProcess> =>
    redisServer(
      ['--bind', '127.0.0.1', '--port', String(redisPort), '--dir', folder.path]
        .concat(['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']), // prettier-ignore
    )

  async function stopRedis(): Promise<void> {
    redis.kill('SIGTERM')
    await once(redis, 'exit')
  }

  beforeAll(async () => {
    folder = await folderWith({})
    redisPort = await freePort()
    redis = await launchRedis()
    ports.push(await freePort(), await freePort())
    await Promise.all([launch(0), launch(1)])
    port = await freePort()
    const config = readFileSync(join(example, 'nginx.conf'), 'utf8')
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace('10.89.0.11:8000', `127.0.0.1:${ports[0] ?? 0}`)
      .replace('10.89.0.12:8000', `127.0.0.1:${ports[1] ?? 0}`)
    front = await nginx(folder.path, config)
  })

  afterAll(async () => {
    for (const command of [front, ...servers])
      // oxlint-disable-next-line no-await-in-loop -- they end one after the other
      await command[Symbol.asyncDispose]()
    await stopRedis()
    await folder[Symbol.asyncDispose]()
  })

  const crowd = async (): Promise<Crowd> => {
    const visitors = names.map((name) => new Visitor(port, name))
    await Promise.all(visitors.map((visitor) => visitor.login()))
    return new Crowd(visitors)
  }

  test('a login on one server is known on the other', async () => {
    const [one, two] = ports.map((at) => new Visitor(at, 'Ann'))
    if (one === undefined || two === undefined) throw new Error('Expected two servers.')
    await one.login()
    two.cookie = one.cookie
    const { body } = await two.get('/')
    expect(body).toContain('Welcome, Ann. server 1 has logged you in')
    expect(body).toContain('Answered by <code>server 2</code>')
    one.end()
    two.end()
  })

  test('deploys of both servers in turn fail no request and lose no session', async () => {
    const load = await crowd()
    for (let deploy = 1; deploy <= deploys; deploy += 1) {
      for (const server of servers) {
        server.signal('SIGHUP')
        // oxlint-disable-next-line no-await-in-loop -- one server after the other
        await server.says(/Reloaded: all workers/, deploy)
        // oxlint-disable-next-line no-await-in-loop -- as above
        await load.more(50)
      }
    }
    expect(await load.stop()).toEqual([])
  })

  test('a killed server fails only the requests that it held', async () => {
    const load = await crowd()
    await load.more(50)
    const [server] = servers
    const workers = childrenOf(server?.pid ?? 0)
    server?.signal('SIGKILL')
    for (const pid of workers) process.kill(pid, 'SIGKILL')
    await server?.ended
    await load.more(200)
    await launch(0)
    await load.more(50)
    const bad = await load.stop()
    expect(bad.filter((problem) => !problem.startsWith('POST '))).toEqual([])
    expect(bad.length).toBeLessThanOrEqual(names.length) // at most one for each visitor
  })

  test.for([3, 60])(
    'with Redis down for %i s, other pages work, and afterwards every session exists',
    async (seconds) => {
      const ann = new Visitor(port, 'Ann')
      const ben = new Visitor(port, 'Ben') // never logs in
      await ann.login()
      await stopRedis()
      const end = performance.now() + seconds * 1000
      const failing = new Set<number>()
      const others = new Set<number>()
      for (let turn = 0; performance.now() < end; turn += 1) {
        // oxlint-disable no-await-in-loop -- one request at a time
        failing.add((await ann.get('/')).status)
        for (const path of ['/about', '/health', '/static/site.css']) {
          others.add((await ben.get(path)).status)
          others.add((await ann.get(path)).status)
        }
        // oxlint-enable no-await-in-loop
      }
      redis = await launchRedis()
      let home = await ann.get('/')
      // oxlint-disable-next-line no-await-in-loop -- until both servers have reconnected
      for (let good = 0; good < 8; good += home.status === 200 ? 1 : -good)
        home = await ann.get('/')
      expect([...failing]).toEqual([503])
      expect([...others]).toEqual([200])
      expect(home.body).toContain('Hello, Ann.')
      ann.end()
      ben.end()
    },
  )
})
