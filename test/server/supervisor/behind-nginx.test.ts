/**
 * Two servers behind a real nginx, under a constant load of GET and POST over reused and new connections. Reloads, restarts
 * and crashes of one server fail no request. `pnpm test:slow` runs longer.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { phialServer, type Command } from '../support/command.ts'
import { childrenOf } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { loadOf, type Asked, type Load } from '../support/load.ts'
import { freePort, nginx } from '../support/nginx.ts'

const times = process.env['PHIAL_SLOW'] ? 10 : 2
const isThere = spawnSync('nginx', ['-v']).error === undefined
const asked: readonly Asked[] = [
  { method: 'GET', path: '/fresh/pid' },
  { method: 'POST', path: '/fresh/pid' },
  { method: 'GET', path: '/kept/pid' },
  { method: 'POST', path: '/kept/pid' },
]

/** Returns the configuration of nginx. `/fresh` opens a connection to a server for each request, which is nginx's default. */
const http = (port: number, servers: readonly number[]): string => {
  const upstream = servers.map((at) => `server 127.0.0.1:${at} max_fails=0;`).join(' ')
  return `
  upstream fresh { ${upstream} }
  upstream kept { ${upstream} keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location /fresh/ { proxy_pass http://fresh/; }
    location /kept/ {
      proxy_pass http://kept/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }`
}

class Site implements AsyncDisposable {
  readonly servers: Command[] = []
  readonly #ports: number[] = []
  #front: Command | undefined
  #load: Load | undefined

  get load(): Load {
    if (!this.#load) throw new Error('The load has not been started.')
    return this.#load
  }

  async start(folder: string): Promise<void> {
    this.#ports.push(await freePort(), await freePort())
    for (const at of [0, 1]) this.launch(at)
    await Promise.all(this.servers.map((server) => server.port()))
    const port = await freePort()
    this.#front = await nginx(folder, http(port, this.#ports))
    this.#load = loadOf(port, 3, asked)
    await this.#load.more(50)
  }

  /** Starts one of the servers, which replaces the previous one. */
  launch(at: number): Command {
    const server = phialServer(['-w', '2', '-b', `127.0.0.1:${this.#ports[at] ?? 0}`, 'fleet'])
    this.servers[at] = server
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#load?.stop()
    for (const command of [this.#front, ...this.servers])
      // oxlint-disable-next-line no-await-in-loop -- they are three
      await command?.[Symbol.asyncDispose]()
  }
}

describe.skipIf(!isThere)('behind nginx', { timeout: 60_000 * times }, () => {
  test('reloads fail no request', async () => {
    await using folder = await folderWith({})
    await using site = new Site()
    await site.start(folder.path)
    for (let time = 1; time <= times; time += 1) {
      site.servers[0]?.signal('SIGHUP')
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await site.servers[0]?.says(/Reloaded: all workers/, time)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await site.load.more(50)
    }
    expect([...(await site.load.stop()).bad]).toEqual([])
  })

  test('TERM and a new start of one server after the other fail no request', async () => {
    await using folder = await folderWith({})
    await using site = new Site()
    await site.start(folder.path)
    for (let time = 0; time < times; time += 1) {
      const old = site.servers[time % 2]
      old?.signal('SIGTERM')
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await old?.ended).toMatchObject({ code: 0 })
      // oxlint-disable-next-line no-await-in-loop -- as above
      await site.launch(time % 2).port()
      // oxlint-disable-next-line no-await-in-loop -- as above
      await site.load.more(50)
    }
    expect([...(await site.load.stop()).bad]).toEqual([])
  })

  test('a killed worker fails only its in-flight requests, and a killed master none', async () => {
    await using folder = await folderWith({})
    await using site = new Site()
    await site.start(folder.path)
    process.kill(childrenOf(site.servers[0]?.pid ?? 0)[0] ?? 0, 'SIGKILL')
    await site.servers[0]?.says(/Booted worker/, 3)
    await site.load.more(50)
    const held = [...site.load.tally.bad.values()].reduce((sum, count) => sum + count, 0)
    expect(held).toBeLessThanOrEqual(6) // each client has one in-flight request
    site.load.tally.bad.clear()
    site.servers[1]?.signal('SIGKILL')
    await site.servers[1]?.ended
    await site.launch(1).port()
    await site.load.more(50)
    expect([...(await site.load.stop()).bad]).toEqual([])
  })
})
