/** The nginx configuration of `examples/deploy`, in a real nginx in front of two real servers. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environ } from '@phial/core'
import { Phial, request } from 'phial'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { serving, Talk, type Live } from '../framework/live/support.ts'
import { root } from '../house/workspace.ts'
import { folderWith } from '../server/support/folder.ts'
import { freePort, nginx } from '../server/support/nginx.ts'
import { exchange } from './support/raw.ts'

const config = readFileSync(join(root, 'examples/deploy/nginx.conf'), 'utf8')

/** Sends WebSocket messages back, and reports the headers of any other request that concern its connection. */
function echoing(): Phial {
  const app = new Phial(import.meta.url)
  app.websocket('/echo', async (socket) => {
    for await (const message of socket) await socket.send(message)
  })
  app.get('/headers', () => {
    const { HTTP_CONNECTION: connection = 'none', HTTP_UPGRADE: upgrade = 'none' }: Environ =
      request.environ
    return { connection, upgrade }
  })
  return app
}

/** Replaces the port and the addresses of the servers. */
function configFor(port: number, servers: readonly Live[]): string {
  const [one = '', two = ''] = servers.map(({ origin }) => new URL(origin).host)
  return config
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('10.89.0.11:8000', one)
    .replace('10.89.0.12:8000', two)
}

describe.runIf(spawnSync('nginx', ['-v']).error === undefined)('behind nginx', () => {
  const open: AsyncDisposable[] = []
  let port = 0

  beforeAll(async () => {
    const folder = await folderWith({})
    const servers = [await serving(echoing()), await serving(echoing())]
    port = await freePort()
    open.push(folder, ...servers, await nginx(folder.path, configFor(port, servers)))
  })

  afterAll(async () => {
    // oxlint-disable-next-line no-await-in-loop -- nginx ends before its servers
    for (const one of open.toReversed()) await one[Symbol.asyncDispose]()
  })

  test('a WebSocket is connected to a server, and messages go both ways', async () => {
    const talk = new Talk(new WebSocket(`ws://127.0.0.1:${port}/echo`))
    await talk.opened
    talk.send('hello')
    expect(await talk.receive()).toBe('hello')
    talk.socket.close(1000, 'done')
    expect(await talk.closed).toEqual({ code: 1000, reason: 'done' })
  })

  test('another request does not ask for an upgrade, and does not close its connection', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/headers`)
    expect(await response.json()).toEqual({ connection: 'none', upgrade: 'none' })
  })

  test('a request for another protocol does not reach the server as an upgrade', async () => {
    const head =
      'GET /headers HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n'
    const answer = await exchange(port, `${head}\r\n`)
    expect(answer).toContain('"connection":"none"')
  })
})
