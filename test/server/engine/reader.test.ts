import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bad } from '../../../packages/server/src/refusal.ts'
import { turn } from '../../support/turn.ts'
import { MemorySocket } from '../support/memory-socket.ts'
import { Intake, Reader } from '../../../packages/server/src/engine/reader.ts'

const excess = bad('too long')
const readerOf = (...packets: string[]): Reader => {
  const reader = new Reader()
  for (const packet of packets) reader.push(Buffer.from(packet, 'latin1'))
  return reader
}

/** Returns all complete lines, or those before an error and the error. */
function lines(reader: Reader, room = 100): string[] {
  const found: string[] = []
  try {
    for (let line = reader.line(room, excess); line !== undefined; line = reader.line(room, excess))
      found.push(line)
  } catch (error) {
    found.push(`! ${String(error)}`)
  }
  return found
}

test('returns lines, then the bytes after them', () => {
  const reader = readerOf('one\r\n\r\ntwo\r\nab', 'cd')
  expect([reader.line(9, excess), reader.line(9, excess), reader.line(9, excess)]).toEqual([
    'one',
    '',
    'two',
  ])
  expect(String(reader.take(1))).toBe('a')
  expect(String(reader.take(9))).toBe('b')
  expect(String(reader.take(9))).toBe('cd')
  expect(reader.take(9)).toBeUndefined()
  expect([reader.size, reader.hasBegun]).toEqual([0, false])
})

test('joins a line that is split into packets', () => {
  const reader = readerOf('on')
  expect(reader.line(9, excess)).toBeUndefined()
  expect([reader.hasBegun, reader.first]).toEqual([true, 'o'.charCodeAt(0)])
  reader.push(Buffer.from('e\r'))
  expect(reader.line(9, excess)).toBeUndefined()
  reader.push(Buffer.from('\ntwo\r\n'))
  expect(lines(reader)).toEqual(['one', 'two'])
})

test('skips text only if it comes next, in one packet', () => {
  const reader = readerOf('one\r\ntwo\r\n', 'three\r\n')
  expect([reader.ahead, reader.skipText('two\r\n'), reader.skipText('one\r\n')]).toEqual(['one\r\ntwo\r\n', false, true]) // prettier-ignore
  expect([reader.skipText('two\r\nthree\r\n'), reader.size]).toEqual([false, 12])
  expect([reader.skipText('two\r\n'), reader.ahead]).toEqual([true, 'three\r\n'])
  expect([reader.skipText('three\r\n'), reader.ahead, reader.skipText('')]).toEqual([true, '', false]) // prettier-ignore
})

test('skips no text within a line that began in an earlier packet', () => {
  const reader = readerOf('on')
  expect(reader.line(9, excess)).toBeUndefined()
  reader.push(Buffer.from('e\r\n'))
  expect([reader.ahead, reader.skipText('e\r\n')]).toEqual(['', false])
  expect(lines(reader)).toEqual(['one'])
})

test('clear() discards the buffered bytes', () => {
  const reader = readerOf('one\r\ntw', 'o\r\n')
  reader.clear()
  expect([reader.size, reader.hasBegun, reader.first]).toEqual([0, false, undefined])
  reader.push(Buffer.from('three\r\n'))
  expect(lines(reader)).toEqual(['three'])
})

test('a line may have the maximum length, and throws one byte above it', () => {
  expect(lines(readerOf('abc\r\n'), 3)).toEqual(['abc'])
  expect(lines(readerOf('abcd\r\n'), 3)).toEqual(['! Refused: 400 Bad Request: too long'])
  expect(lines(readerOf('abc\r'), 3)).toEqual([])
  expect(lines(readerOf('abcde'), 3)).toEqual(['! Refused: 400 Bad Request: too long'])
})

test('returns the same lines for any split into packets', () => {
  const texts = fc.array(fc.constantFrom('a', 'bc', '\r\n', '\r', '\n', 'x'.repeat(50)))
  fc.assert(
    fc.property(texts, fc.array(fc.nat(40)), (parts, cuts) => {
      const text = parts.join('')
      const reader = readerOf()
      const found: string[] = []
      let at = 0
      for (const cut of [...cuts, text.length]) {
        reader.push(Buffer.from(text.slice(at, at + cut), 'latin1'))
        at += cut
        found.push(...lines(reader, 60))
        if (found.at(-1)?.startsWith('!') === true) break
      }
      expect(found).toEqual(lines(readerOf(text), 60))
    }),
  )
})

test('copies a line that arrives byte by byte a bounded number of times', () => {
  const reader = readerOf()
  const copied = { bytes: 0 }
  const copy = Buffer.prototype.copy as (...args: unknown[]) => number
  Buffer.prototype.copy = function counting(...args: unknown[]): number {
    const count = copy.apply(this, args)
    copied.bytes += count
    return count
  }
  try {
    for (let at = 0; at < 100_000; at++) {
      reader.push(Buffer.from('x'))
      reader.line(Infinity, excess)
    }
  } finally {
    Buffer.prototype.copy = copy
  }
  expect(copied.bytes).toBeLessThan(4 * 100_000)
})

/** An intake, its socket, and the buffered text at each call of `arrived`. */
function intake(): { socket: MemorySocket; taken: string[]; intake: Intake; take: () => void } {
  const socket = new MemorySocket()
  const taken: string[] = []
  const made = new Intake(socket.socket, { arrived: () => take() })
  const take = (): void => void taken.push(String(made.take(Infinity) ?? ''))
  return { socket, taken, intake: made, take }
}

test('received bytes are in the reader immediately', async () => {
  const { socket, taken } = intake()
  await turn()
  socket.deliver(Buffer.from('one'))
  socket.deliver(Buffer.from('two'))
  expect(taken).toEqual(['one', 'two'])
})

test('unshifted bytes come first, and bytes that arrive in the same turn are not lost', async () => {
  const socket = new MemorySocket()
  socket.unshift(Buffer.from('put back '))
  let all = ''
  const made = new Intake(socket.socket, {
    arrived: () => {
      all += String(made.take(Infinity))
    },
  })
  socket.deliver(Buffer.from('and sent '))
  expect(all).toBe('')
  await turn()
  socket.deliver(Buffer.from('later'))
  expect(all).toBe('put back and sent later')
})

test('reads a source that does not call push by its data events', async () => {
  const { socket, taken } = intake()
  await turn()
  socket.emit('data', Buffer.from('one'))
  expect(taken).toEqual(['one'])
})

test('pauses the socket above 64 KiB of buffered bytes, until they are consumed', async () => {
  const socket = new MemorySocket()
  const made = new Intake(socket.socket, { arrived: () => made.balance() })
  await turn()
  socket.deliver(Buffer.alloc(65_536, 'a'))
  expect(socket.isPaused()).toBe(false)
  socket.deliver(Buffer.from('b'))
  expect(socket.isPaused()).toBe(true)
  socket.deliver(Buffer.from('c'))
  expect(made.size).toBe(65_537)
  made.take(Infinity)
  made.balance()
  await turn()
  expect(socket.isPaused()).toBe(false)
  expect(String(made.take(Infinity)) + String(made.take(Infinity))).toBe('bc')
})

test('discards any number of bytes after end()', async () => {
  const { socket, taken, intake: made } = intake()
  await turn()
  made.end()
  for (let times = 0; times < 100; times++) socket.deliver(Buffer.alloc(65_536))
  expect([socket.destroyed, made.size]).toEqual([false, 0])
  expect(new Set(taken)).toEqual(new Set(['']))
})

test('a paused socket stops reading, even with small packets', () => {
  const { socket, intake: made } = intake()
  socket.pause()
  expect(socket.push(Buffer.from('a'))).toBe(false)
  expect(made.size).toBe(0)
})
