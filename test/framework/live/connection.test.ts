import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type Codec, WebSocketConnection } from '../../../packages/framework/src/live/connection.ts'

/** A codec that records calls. Tests `emit` its events. */
class RecordingCodec extends EventEmitter implements Codec {
  readonly protocol = ''
  readonly bufferedAmount = 0
  readonly calls: unknown[] = []
  sent: (() => void)[] = []

  send(data: string | Uint8Array, sent: () => void): void {
    this.calls.push(data)
    this.sent.push(sent)
  }
  ping(): void {
    this.calls.push('ping')
  }
  close(code: number, reason: string): void {
    this.calls.push(['close', code, reason])
  }
  pause(): void {
    this.calls.push('pause')
  }
  resume(): void {
    this.calls.push('resume')
  }
  terminate(): void {
    this.calls.push('terminate')
  }
}

function connected(): { codec: RecordingCodec; socket: WebSocketConnection } {
  const codec = new RecordingCodec()
  return { codec, socket: new WebSocketConnection(codec, 0) }
}

const bytes = (text: string): Uint8Array => Buffer.from(text)

test('reading pauses while a message has not been received', async () => {
  const { codec, socket } = connected()
  codec.emit('message', bytes('one'), false)
  codec.emit('message', bytes('two'), true)
  expect(codec.calls).toEqual(['pause', 'pause'])
  expect(await socket.receive()).toBe('one')
  expect(codec.calls).toHaveLength(2)
  expect(await socket.receive()).toEqual(bytes('two'))
  expect(codec.calls.at(-1)).toBe('resume')
})

test('pending receives resolve in order, and to undefined once the connection is closed', async () => {
  const { codec, socket } = connected()
  const received = [socket.receive(), socket.receive(), socket.receive()]
  codec.emit('message', bytes('one'), false)
  codec.emit('message', bytes('two'), false)
  codec.emit('close', 1006, bytes(''))
  expect(await Promise.all(received)).toEqual(['one', 'two', undefined])
  expect(await socket.receive()).toBeUndefined()
  expect(await socket.closed).toEqual({ code: 1006, reason: '' })
  expect(codec.calls).toEqual([])
})

test('messages that arrived before the close are received after it', async () => {
  const { codec, socket } = connected()
  codec.emit('message', bytes('last'), false)
  codec.emit('close', 1000, bytes('bye'))
  const all: unknown[] = []
  for await (const message of socket) all.push(message)
  expect(all).toEqual(['last'])
})

test('leaving the loop does not close the connection', async () => {
  const { codec, socket } = connected()
  codec.emit('message', bytes('one'), false)
  for await (const message of socket) {
    expect(message).toBe('one')
    break
  }
  codec.emit('message', bytes('two'), false)
  expect(await socket.receive()).toBe('two')
  expect(socket.isOpen).toBe(true)
})

describe('send', () => {
  test('accepts bytes, and resolves when the codec has sent them', async () => {
    const { codec, socket } = connected()
    let isSent = false
    const sending = socket.send(new Uint8Array([1]).buffer).then(() => (isSent = true))
    await Promise.resolve()
    expect([codec.calls, isSent]).toEqual([[new Uint8Array([1])], false])
    codec.sent[0]?.()
    await sending
  })

  test('discards a message after close', async () => {
    const { codec, socket } = connected()
    socket.close()
    await socket.send('late')
    expect(codec.calls).toEqual([['close', 1000, '']])
  })

  test.each([
    [{ a: 1 }, /JSON\.stringify/],
    [7, /String\(value\)/],
    [undefined, /undefined/],
  ])('throws for %j', (message, words) => {
    const { socket } = connected()
    expect(() => socket.send(message as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_PHIAL_WEBSOCKET_MESSAGE',
        message: expect.stringMatching(words) as string,
      }),
    )
  })
})

describe('close', () => {
  test('closes once, resumes reading, and discards messages that were not received', async () => {
    const { codec, socket } = connected()
    codec.emit('message', bytes('unread'), false)
    socket.close(4000, 'enough')
    socket.close()
    codec.emit('message', bytes('late'), false)
    expect(codec.calls).toEqual(['pause', ['close', 4000, 'enough'], 'resume'])
    codec.emit('close', 4000, bytes('enough'))
    expect(await socket.receive()).toBeUndefined()
  })

  test.each([[200], [1004], [1005], [1006], [1015], [2999], [5000], [1.5], ['1000']])(
    'throws for the code %j',
    (code) => {
      expect(() => connected().socket.close(code as number)).toThrow(
        expect.objectContaining({ name: 'RangeError', code: 'ERR_PHIAL_WEBSOCKET_CLOSE' }),
      )
    },
  )

  test('throws for a reason that is too long for a close frame', () => {
    const { codec, socket } = connected()
    expect(() => socket.close(1000, 'ä'.repeat(62))).toThrow(/123 bytes/)
    socket.close(1000, 'ä'.repeat(61))
    expect(codec.calls).toHaveLength(1)
  })
})
