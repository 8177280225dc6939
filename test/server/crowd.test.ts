/** Slow clients by the hundred: each is cut at its limit, others are served as before, and memory is bounded. */
import type { Application } from '@phial/core'
import { expect, test } from 'vitest'
import type { Limits } from '../../packages/server/src/transport.ts'
import { transports } from '../../packages/server/src/transports.ts'
import { chosen } from './support/chosen.ts'
import { folderWith } from './support/folder.ts'
import {
  exchange,
  open,
  readAnswer,
  request,
  type Place,
  type RawConnection,
} from './support/raw.ts'
import { bytes, echo } from './support/server.ts'
import { carrying, type Carried } from './support/transport.ts'

const CLIENTS = 200
/** How much a connection may hold on both its ends together, in bytes, beside what the kernel has. */
const EACH = 600_000

const get = (path: string): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
const post = request(['POST /slow HTTP/1.1', 'Host: a', 'Content-Length: 1000000'])

const app: Application = (environ, startResponse) => {
  if (!/^\/(big|endless)$/.test(environ.PATH_INFO)) return echo(environ, startResponse)
  startResponse('200 OK', [])
  if (environ.PATH_INFO === '/big') return [bytes('x'.repeat(50_000))]
  return (function* endless(): Generator<Uint8Array> {
    for (;;) yield bytes('x'.repeat(50_000))
  })()
}

/** Opens connections, keeps at them until all are closed, and asks for something else meanwhile. */
async function crowd(
  limits: Partial<Limits>,
  begin: (client: RawConnection) => void,
  drip: string,
): Promise<{ clients: RawConnection[]; served: string[]; held: number; carried: Carried }> {
  await using carried = await carrying(transports[chosen], app, limits)
  const before = memory()
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(carried.port)))
  clients.forEach(begin)
  const dripping = setInterval(() => {
    for (const client of clients) client.send(drip)
  }, 50)
  const all = Promise.all(clients.map(({ closed }) => closed))
  const others = neighbours(carried.port, all)
  const [served] = await Promise.all([others, all])
  clearInterval(dripping)
  return { clients, ...served, held: served.most - before, carried }
}

/** Requests of others, one after another until a promise is kept, and the most memory that was seen. */
async function neighbours(
  place: Place,
  until: Promise<unknown>,
): Promise<{ served: string[]; most: number }> {
  let isOver = false
  void until.then(() => (isOver = true))
  const served: string[] = []
  let most = 0
  while (!isOver) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    served.push(readAnswer(await exchange(place, get('/other'))).body)
    most = Math.max(most, memory())
  }
  return { served, most }
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const answers = (served: readonly string[]): Set<string> => new Set(served)

test(`${CLIENTS} clients that send their head byte by byte`, async () => {
  const begin = (client: RawConnection): void => client.send('GET / HTTP/1.1\r\nHost: a\r\nA: ')
  const { clients, served, held } = await crowd({ headTimeout: 0.5 }, begin, 'x')
  const statuses = clients.map(({ received }) => readAnswer(received).status)
  expect(answers(statuses)).toEqual(new Set(['408 Request Timeout']))
  expect(answers(served)).toEqual(new Set(['GET /other 0\n']))
  expect(held).toBeLessThan(CLIENTS * EACH)
})

test(`${CLIENTS} clients that send their body byte by byte`, async () => {
  const begin = (client: RawConnection): void => client.send(`${post}some`)
  const { clients, served, held } = await crowd({ bodyTimeout: 0.5 }, begin, 'x')
  const statuses = clients.map(({ received }) => readAnswer(received).status)
  expect(answers(statuses)).toEqual(new Set(['408 Request Timeout']))
  expect(answers(served)).toEqual(new Set(['GET /other 0\n']))
  expect(held).toBeLessThan(CLIENTS * EACH)
})

/** What the answers to those who take none may hold: over a unix socket, for the kernel keeps megabytes for TCP. */
async function takingNothing(sent: string): Promise<{ served: string[]; held: number }> {
  await using folder = await folderWith({})
  const path = `${folder.path}/socket`
  await using carried = await carrying(transports[chosen], app, { writeTimeout: 0.5 }, path)
  const before = memory()
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(path)))
  for (const client of clients) {
    client.socket.pause()
    client.send(sent)
  }
  const cut = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      const stuck = carried.records.filter(({ environ }) => environ.PATH_INFO !== '/other')
      if (stuck.length < CLIENTS || carried.transport.connections > 1) return
      clearInterval(look)
      resolve()
    }, 20)
  })
  const { served, most } = await neighbours(path, cut)
  expect(carried.errors).toEqual([])
  for (const { socket } of clients) socket.destroy()
  return { served, held: most - before }
}

test.each([
  ['never read', get('/endless')],
  ['ask and ask, and take no answer', request(['GET /big HTTP/1.1', 'Host: a']).repeat(100)],
])(`${CLIENTS} clients that %s`, async (_, sent) => {
  const { served, held } = await takingNothing(sent)
  expect(answers(served)).toEqual(new Set(['GET /other 0\n']))
  expect(held).toBeLessThan(CLIENTS * EACH)
})
