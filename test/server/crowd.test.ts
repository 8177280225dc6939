/** Hundreds of slow clients: each one is disconnected at its limit, other clients are still served, and memory is bounded. */
import type { Application } from '@phial/core'
import { expect, test } from 'vitest'
import type { Limits } from '../../packages/server/src/transport.ts'
import { transports } from '../../packages/server/src/transports.ts'
import { chosen } from './support/chosen.ts'
import { folderWith } from './support/folder.ts'
import { memoryInUse } from './support/memory.ts'
import {
  exchange,
  open,
  readAnswer,
  request,
  type Place,
  type RawConnection,
} from './support/raw.ts'
import { bytes, echo } from './support/server.ts'
import { carrying } from './support/transport.ts'

const CLIENTS = 200

const get = (path: string): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
const post = request(['POST /slow HTTP/1.1', 'Host: a', 'Content-Length: 1000000'])

/** The number of chunks that the application has yielded. */
let chunks = 0

const app: Application = (environ, startResponse) => {
  const [, count] = /^\/chunks\/(\d+|Infinity)$/.exec(environ.PATH_INFO) ?? []
  if (count === undefined) return echo(environ, startResponse)
  startResponse('200 OK', [])
  return (function* body(): Generator<Uint8Array> {
    for (let left = Number(count); left > 0; left--, chunks++) yield bytes('x'.repeat(50_000))
  })()
}

/** The result for a crowd of clients. */
interface Crowd {
  readonly clients: readonly RawConnection[]
  /** The responses to other clients. */
  readonly served: Set<string>
  /** The increase to the peak memory use while the clients were connected, in bytes. */
  readonly held: number
}

/** Opens connections, keeps sending until all are closed, and sends requests of other clients at the same time. */
async function crowd(limits: Partial<Limits>, start: string, drip: string): Promise<Crowd> {
  await using carried = await carrying(transports[chosen], app, limits)
  const before = memoryInUse()
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => open(carried.port)))
  for (const client of clients) client.send(start)
  const dripping = setInterval(() => {
    for (const client of clients) client.send(drip)
  }, 50)
  const all = Promise.all(clients.map(({ closed }) => closed))
  const { served, most } = await neighbours(carried.port, all)
  clearInterval(dripping)
  return { clients, served, held: most - before }
}

/** Sends requests of other clients, one after another, until a promise resolves. */
async function neighbours(
  place: Place,
  until: Promise<unknown>,
): Promise<{ served: Set<string>; most: number }> {
  let isOver = false
  void until.then(() => (isOver = true))
  const served = new Set<string>()
  let most = 0
  while (!isOver) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    served.add(readAnswer(await exchange(place, get('/other'))).body)
    most = Math.max(most, memoryInUse())
  }
  return { served, most }
}

test.each([
  ['head', 'GET / HTTP/1.1\r\nHost: a\r\nA: ', { headTimeout: 0.5 }],
  ['body', `${post}some`, { bodyTimeout: 0.5 }],
])(
  `${CLIENTS} clients that send their %s byte by byte get a 408, and use no more memory than silent ones`,
  async (_, start, limits) => {
    const silent = await crowd(limits, start, '')
    const { clients, served, held } = await crowd(limits, start, 'x')
    const statuses = clients.map(({ received }) => readAnswer(received).status)
    expect(new Set(statuses)).toEqual(new Set(['408 Request Timeout']))
    expect(served).toEqual(new Set(['GET /other 0\n']))
    expect(held).toBeLessThan(3 * silent.held)
  },
)

/** Clients that read nothing of their responses. Over a unix socket, because the kernel buffers megabytes for TCP. */
async function takingNothing(sent: string): Promise<{ served: Set<string>; made: number }> {
  await using folder = await folderWith({})
  const path = `${folder.path}/socket`
  await using carried = await carrying(transports[chosen], app, { writeTimeout: 0.5 }, path)
  const before = chunks
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
  const { served } = await neighbours(path, cut)
  expect(carried.errors).toEqual([])
  for (const { socket } of clients) socket.destroy()
  return { served, made: chunks - before }
}

const pipelined = (count: number): string =>
  request(['GET /chunks/1 HTTP/1.1', 'Host: a']).repeat(count)

// The controls are at most a tenth as large, but still larger than the kernel's buffers.
test.each([
  ['an endless response', get('/chunks/Infinity'), get('/chunks/20')],
  ['200 pipelined responses', pipelined(200), pipelined(20)],
])(
  `${CLIENTS} clients that never read %s do not make the server buffer it`,
  async (_, much, few) => {
    const control = await takingNothing(few)
    const { served, made } = await takingNothing(much)
    expect(served).toEqual(new Set(['GET /other 0\n']))
    expect(made).toBeLessThan(1.5 * control.made)
  },
)
