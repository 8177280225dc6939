import { expect, test } from 'vitest'
import { Intake } from '../../../packages/server/src/engine/intake.ts'
import { turn } from '../../support/turn.ts'
import { MemorySocket } from '../support/memory-socket.ts'

/** An intake, its socket, and all that its reader had whenever it was told of more. */
function intake(): { socket: MemorySocket; taken: string[]; intake: Intake; take: () => void } {
  const socket = new MemorySocket()
  const taken: string[] = []
  const made = new Intake(socket.socket, () => take())
  const take = (): void => void taken.push(String(made.reader.take(Infinity) ?? ''))
  return { socket, taken, intake: made, take }
}

test('what comes is in the reader at once', async () => {
  const { socket, taken } = intake()
  await turn()
  socket.deliver(Buffer.from('one'))
  socket.deliver(Buffer.from('two'))
  expect(taken).toEqual(['one', 'two'])
})

test('what another has put back comes first, and nothing is lost in the turn between', async () => {
  const socket = new MemorySocket()
  socket.unshift(Buffer.from('put back '))
  let all = ''
  const made = new Intake(socket.socket, () => {
    all += String(made.reader.take(Infinity))
  })
  socket.deliver(Buffer.from('and sent '))
  expect(all).toBe('')
  await turn()
  socket.deliver(Buffer.from('later'))
  expect(all).toBe('put back and sent later')
})

test('a source that does not push is read by its data events', async () => {
  const { socket, taken } = intake()
  await turn()
  socket.emit('data', Buffer.from('one'))
  expect(taken).toEqual(['one'])
})

test('with more than 64 KiB waiting the socket is paused, until they are taken', async () => {
  const socket = new MemorySocket()
  const made = new Intake(socket.socket, () => made.balance())
  await turn()
  socket.deliver(Buffer.alloc(65_536, 'a'))
  expect(socket.isPaused()).toBe(false)
  socket.deliver(Buffer.from('b'))
  expect(socket.isPaused()).toBe(true)
  socket.deliver(Buffer.from('c'))
  expect(made.reader.size).toBe(65_537)
  made.reader.take(Infinity)
  made.balance()
  await turn()
  expect(socket.isPaused()).toBe(false)
  expect(String(made.reader.take(Infinity)) + String(made.reader.take(Infinity))).toBe('bc')
})

test('after the end what comes is discarded, however much it is', async () => {
  const { socket, taken, intake: made } = intake()
  await turn()
  made.end()
  for (let times = 0; times < 100; times++) socket.deliver(Buffer.alloc(65_536))
  expect([socket.destroyed, made.reader.size]).toEqual([false, 0])
  expect(new Set(taken)).toEqual(new Set(['']))
})

test('a socket that is paused takes no more packets, however small', () => {
  const { socket, intake: made } = intake()
  socket.pause()
  expect(socket.push(Buffer.from('a'))).toBe(false)
  expect(made.reader.size).toBe(0)
})
