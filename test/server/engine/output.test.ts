import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Blocks, Output, type Shared } from '../../../packages/server/src/engine/output.ts'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'

const owner = { advance: () => undefined }
const shared = (): Shared => ({ blocks: new Blocks() })

interface Pair {
  readonly ours: Socket
  readonly theirs: Socket
  [Symbol.asyncDispose](): Promise<void>
}

/** Two ends of a connection. */
async function pair(): Promise<Pair> {
  const accepted = deferred<Socket>()
  const server = createServer(accepted.resolve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const theirs = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const ours = await accepted.promise
  const dispose = async (): Promise<void> => {
    theirs.destroy()
    ours.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { ours, theirs, [Symbol.asyncDispose]: dispose }
}

async function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

test.each([1, 5000, 300_000])(
  'sends text, %i bytes and text in order, then the end',
  async (size) => {
    await using sockets = await pair()
    const output = new Output(sockets.ours, shared(), 0, owner)
    const bytes = new Uint8Array(size).fill(200)
    output.send('h\xe9ad ', bytes, ' tail')
    bytes.fill(0) // the caller may reuse them
    output.send('more')
    output.end()
    const got = (await all(sockets.theirs)).toString('latin1')
    expect(got).toBe(`h\xe9ad ${'\xc8'.repeat(size)} tailmore`)
  },
)

test('sends head, body and tail in one write', async () => {
  await using sockets = await pair()
  const written: unknown[] = []
  const { write } = sockets.ours
  sockets.ours.write = ((...args: Parameters<typeof write>) => {
    written.push(args[0])
    return write.apply(sockets.ours, args)
  }) as typeof write
  const output = new Output(sockets.ours, shared(), 0, owner)
  output.send('head', new Uint8Array([65, 66]), '\r\n')
  output.send('head', new Uint8Array(10_000))
  expect(written.map((part) => (part as string | Buffer).length)).toEqual([8, 10_004])
})

test('isFull is true above the high-water mark, and the owner is called when the output has drained', async () => {
  await using sockets = await pair()
  const roomy = deferred()
  const output = new Output(sockets.ours, shared(), 0, { advance: () => roomy.resolve() })
  output.send('', new Uint8Array(20_000_000))
  expect(output.isFull).toBe(true)
  const room = output.room()
  sockets.theirs.resume()
  await Promise.all([room, roomy.promise])
  expect(output.isFull).toBe(false)
})

test('isStuck is true once the write timeout has expired, and closed() resolves room()', async () => {
  await using sockets = await pair()
  const output = new Output(sockets.ours, shared(), 10, owner)
  expect([output.isStuck(60_000), output.isSent]).toEqual([false, true])
  output.send('', new Uint8Array(20_000_000))
  expect(output.isSent).toBe(false)
  // The first check only notices that data waits.
  expect([60_000, 9999, 1, 60_000].map((passed) => output.isStuck(passed))).toEqual([false, false, true, false]) // prettier-ignore
  const room = output.room()
  output.closed()
  await room
})

test('sends the parts of a stream in one write at the end of the turn', async () => {
  await using sockets = await pair()
  const written: string[] = []
  const { write } = sockets.ours
  sockets.ours.write = ((...args: Parameters<typeof write>) => {
    written.push(String(args[0]))
    return write.apply(sockets.ours, args)
  }) as typeof write
  const output = new Output(sockets.ours, shared(), 0, owner)
  const part = new Uint8Array([65])
  output.gather('1', part, ';')
  output.gather('2', part, ';')
  expect(written).toEqual([])
  await turn()
  expect(written).toEqual(['1A;2A;'])
  output.gather('3', part, ';')
  output.send('end')
  expect(written).toEqual(['1A;2A;', '3A;end'])
  output.gather('4', new Uint8Array(70_000), ';')
  expect(written).toHaveLength(3)
  output.gather('5', part, ';')
  output.end()
  expect(written.at(-1)).toBe('5A;')
})

test('does not overwrite parts that a slow client has not received with later ones', async () => {
  await using sockets = await pair()
  const output = new Output(sockets.ours, shared(), 0, owner)
  output.send('', new Uint8Array(10_000_000).fill(1)) // more than the kernel buffers
  for (const value of [2, 3, 4]) {
    output.gather('', new Uint8Array(50_000).fill(value), '')
    // oxlint-disable-next-line no-await-in-loop -- one after another
    await turn()
  }
  output.end()
  const got = await all(sockets.theirs)
  expect(got.length).toBe(10_150_000)
  for (const [at, value] of [
    [9_999_999, 1],
    [10_000_000, 2],
    [10_050_000, 3],
    [10_149_999, 4],
  ] as const)
    // prettier-ignore
    expect(got[at]).toBe(value)
})

test('reuses a block, and keeps a few unused ones', () => {
  const blocks = new Blocks()
  const taken = Array.from({ length: 6 }, () => blocks.take())
  expect(new Set(taken.map(({ buffer }) => buffer)).size).toBe(6)
  blocks.give(Buffer.alloc(10))
  for (const block of taken) blocks.give(block)
  const again = Array.from({ length: 6 }, () => blocks.take())
  expect(again.filter((block) => taken.includes(block))).toHaveLength(4)
})
