/** Dealing, with real connections; the workers only take down what they are told. */
import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Dealer, type Taker } from '../../../packages/server/src/supervisor/dealer.ts'

class Worker implements Taker {
  readonly got: Socket[] = []
  asked = 0
  onAsk: () => void = () => undefined

  ask(): void {
    this.asked += 1
    this.onAsk()
  }

  give(socket: Socket): void {
    this.got.push(socket)
  }
}

/** One that says yes at once, and takes what it gets. */
function awake(dealer: Dealer<Worker>): Worker {
  const worker = new Worker()
  worker.onAsk = () =>
    queueMicrotask(() => {
      dealer.saidYes(worker)
      dealer.took(worker)
    })
  return worker
}

async function connections(count: number): Promise<Socket[]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets: Socket[] = []
  for (let at = 0; at < count; at += 1) {
    const accepted = once(server, 'connection')
    connect(port, '127.0.0.1').on('error', () => undefined)
    // oxlint-disable-next-line no-await-in-loop -- one after another
    const [socket] = (await accepted) as [Socket]
    sockets.push(socket)
  }
  server.close()
  return sockets
}

const closed = async (socket: Socket): Promise<boolean> => {
  if (!socket.destroyed) await once(socket, 'close')
  return socket.destroyed
}

test('each gets its turn, and its copies are closed here once it took them', async () => {
  const dealer = new Dealer<Worker>()
  const workers = [awake(dealer), awake(dealer), awake(dealer)]
  workers.forEach((worker) => dealer.join(worker))
  const sockets = await connections(9)
  for (const socket of sockets) dealer.deal(socket, 0)
  await Promise.all(sockets.map(closed))
  expect(workers.map(({ got }) => got.length)).toEqual([3, 3, 3])
})

test('what is the turn of one that hangs, others get', async () => {
  const dealer = new Dealer<Worker>()
  const hung = new Worker()
  const good = awake(dealer)
  dealer.join(hung)
  dealer.join(good)
  const sockets = await connections(4)
  for (const socket of sockets) dealer.deal(socket, 0)
  await Promise.all(sockets.map(closed))
  expect([hung.asked, hung.got.length, good.got.length]).toEqual([1, 0, 4])
  dealer.saidYes(hung) // it is back
  const [another] = await connections(1)
  hung.onAsk = () => dealer.saidYes(hung)
  if (another) dealer.deal(another, 0)
  expect(hung.got).toEqual([another])
  another?.destroy()
})

test('what one that dies did not take, others get', async () => {
  const dealer = new Dealer<Worker>()
  const dying = new Worker()
  dying.onAsk = () => dealer.saidYes(dying)
  dealer.join(dying)
  const [socket] = await connections(1)
  if (socket) dealer.deal(socket, 0)
  expect(dying.got).toEqual([socket])
  const good = awake(dealer)
  dealer.join(good)
  dealer.gone(dying)
  expect(socket && (await closed(socket))).toBe(true)
  expect(good.got).toEqual([socket])
})

test('what comes while nobody is there waits; at the end all is sent without asking', async () => {
  const dealer = new Dealer<Worker>()
  const [first, second] = await connections(2)
  if (first) dealer.deal(first, 0)
  const worker = new Worker()
  dealer.join(worker)
  if (second) dealer.deal(second, 0)
  expect([worker.asked, worker.got.length]).toEqual([1, 0])
  dealer.dealAll()
  dealer.leave(worker)
  expect(worker.got).toEqual([first, second])
  dealer.took(worker)
  dealer.took(worker)
  expect([first?.destroyed, second?.destroyed]).toEqual([true, true])
})
