/** Many long-lived connections on one worker: the memory for each, compared with a plain stream, and a shutdown that notifies each of them. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { phialServer } from '../../server/support/command.ts'
import { ask } from '../../server/support/fleet.ts'

const MANY = process.env['PHIAL_SLOW'] === undefined ? 100 : 1000
/** The number of connections that are opened at the same time, limited by the system's backlog. */
const BATCH = 50

/** A long-lived connection. */
interface Stay {
  /** How it ended, as seen by the client. */
  readonly ended: Promise<string>
}

type Open = (port: number) => Promise<Stay>

const stream =
  (path: string): Open =>
  async (port) => {
    const request = get({ port, host: '127.0.0.1', path, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    await once(response, 'data')
    response.resume().on('error', () => undefined)
    const ended = new Promise<string>((resolve) => {
      response.once('close', () => resolve(response.complete ? 'whole' : 'cut'))
    })
    return { ended }
  }

const webSocket: Open = async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`)
  await once(socket, 'message')
  const ended = new Promise<string>((resolve) => {
    socket.once('close', (code) => resolve(String(code)))
  })
  return { ended }
}

/** Opens many connections, and measures the memory of each in bytes. */
async function crowd(port: number, open: Open): Promise<{ stays: Stay[]; each: number }> {
  await open(port) // the first one loads modules, which are not counted
  const memory = async (): Promise<number> => Number(await ask(port, '/memory'))
  const before = await memory()
  const stays: Stay[] = []
  while (stays.length < MANY)
    // oxlint-disable-next-line no-await-in-loop -- limited by the system's backlog
    stays.push(...(await Promise.all(Array.from({ length: BATCH }, () => open(port)))))
  return { stays, each: Math.round(((await memory()) - before) / MANY) }
}

test(`${MANY} event streams and ${MANY} WebSockets on one worker need little memory, and a shutdown closes each properly`, async () => {
  const cwd = fileURLToPath(new URL('apps', import.meta.url))
  const args = ['-w', '1', '-b', '127.0.0.1:0', '--graceful-timeout', '300', 'app']
  await using server = phialServer(args, { cwd })
  const port = await server.port()
  const plain = await crowd(port, stream('/stream'))
  const events = await crowd(port, stream('/events'))
  const sockets = await crowd(port, webSocket)
  const bytes = { plain: plain.each, events: events.each, sockets: sockets.each }
  const began = performance.now()
  server.signal('SIGTERM')
  const ends = await Promise.all([events, sockets].map(({ stays }) => endsOf(stays)))
  const notified = performance.now() - began
  const { code, stderr } = await server.ended
  const stopped = performance.now() - began
  console.log(`${MANY} of each: ${JSON.stringify({ bytes, notified, stopped })}`)
  expect(ends).toEqual([new Set(['whole']), new Set(['1001'])])
  expect(await endsOf(plain.stays)).toEqual(new Set(['whole']))
  expect([code, /cut at --graceful-timeout/.test(stderr)]).toEqual([0, false])
  expect(bytes.events).toBeLessThan(2 * bytes.plain)
  expect(bytes.sockets).toBeLessThan(4 * bytes.plain)
}, 120_000)

const endsOf = async (stays: readonly Stay[]): Promise<Set<string>> =>
  new Set(await Promise.all(stays.map(({ ended }) => ended)))
