/**
 * Response times at a rate that each server can sustain. At the limit of a server, the times only show the length of its
 * queue.
 *
 *     pnpm bench steady [requests per second] [seconds for each turn] [turns]
 *
 * The time of a request begins when it was due, even if it was sent later, so that a pause of the server counts for every
 * request that was due meanwhile.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { median, memory, start, type Running } from './support/running.ts'

const SERVERS = ['bare', 'engine'] as const
const CONNECTIONS = 50
const QUANTILES = [50, 90, 99, 99.9] as const
const [rate = 10_000, seconds = 3, turns = 7] = process.argv.slice(2).map(Number)

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** A connection, and the times at which its requests were due. */
interface Client {
  readonly socket: Socket
  readonly due: number[]
}

/** Connects, and measures each answer. All answers must be as long as the first one. */
async function client(url: string, times: RecordableHistogram): Promise<Client> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  const first = once(socket, 'data')
  socket.write(REQUEST)
  const [{ length }] = (await first) as [Buffer]
  const due: number[] = []
  let came = 0
  socket.on('data', (bytes: Buffer) => {
    for (came += bytes.length; came >= length; came -= length) {
      const took = performance.now() - (due.shift() ?? Number.NaN)
      times.record(Math.max(1, Math.round(took * 1000)))
    }
  })
  return { socket, due }
}

/** Sends requests at the rate, to one connection after another, until the time is over and all are answered. */
function keepUp(clients: readonly Client[]): Promise<void> {
  const began = performance.now()
  const count = rate * seconds
  let sent = 0
  return new Promise((resolve) => {
    const send = (): void => {
      const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * rate))
      for (; sent < due; sent++) {
        const one = clients[sent % clients.length]
        one?.due.push(began + (sent / rate) * 1000)
        one?.socket.write(REQUEST)
      }
      if (sent < count || clients.some((one) => one.due.length > 0)) setImmediate(send)
      else resolve()
    }
    send()
  })
}

/** Runs one turn. Returns the milliseconds for each quantile. */
async function turn({ url }: Running): Promise<number[]> {
  const times = createHistogram()
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => client(url, times)))
  await keepUp(clients)
  for (const { socket } of clients) socket.destroy()
  return QUANTILES.map((quantile) => times.percentile(quantile) / 1000)
}

const servers = await Promise.all(SERVERS.map((name) => start(name)))
const atRest = servers.map(memory)
const measured = servers.map((): number[][] => [])
try {
  for (let round = 0; round <= turns; round++) {
    for (const [at, server] of servers.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- in turns
      const times = await turn(server)
      if (round > 0) measured[at]?.push(times)
    }
  }
  console.log(
    `node ${process.version}, ${rate} requests/s on ${CONNECTIONS} connections, ${turns} turns of ${seconds} s, medians, ms`,
  )
  console.log(`${''.padEnd(10)}${QUANTILES.map((one) => `p${one}`.padStart(8)).join('')}  MB grown`)
  for (const [at, server] of servers.entries()) {
    const times = QUANTILES.map((_, which) =>
      median((measured[at] ?? []).map((one) => one[which] ?? 0)),
    )
    const grown = memory(server) - (atRest[at] ?? 0)
    console.log(
      `${server.name.padEnd(10)}${times.map((one) => one.toFixed(2).padStart(8)).join('')}${grown.toFixed(0).padStart(10)}`,
    )
  }
} finally {
  for (const { child } of servers) child.kill()
}
