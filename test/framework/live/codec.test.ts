import { setImmediate as turn } from 'node:timers/promises'
import { inputStream } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { acceptHandshake, Wire } from '../../../packages/framework/src/live/codec.ts'

const fields = {
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
const options = { maxPayload: 0, protocols: ['b', 'a'] }
const empty = inputStream([])

describe('a handshake', () => {
  test('is accepted as RFC 6455 §1.3 does, without what is the server’s', () => {
    const accepted = acceptHandshake(fields, empty, options)
    expect(accepted).toMatchObject({
      headers: [['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']],
    })
  })

  test('agrees on the first of the app’s protocols that the client speaks', () => {
    const speaking = { ...fields, 'sec-websocket-protocol': 'a, b, c' }
    expect(acceptHandshake(speaking, empty, options)).toMatchObject({
      headers: [expect.anything(), ['Sec-WebSocket-Protocol', 'b']],
    })
  })

  test('compresses nothing, whatever the client offers', () => {
    const offering = { ...fields, 'sec-websocket-extensions': 'permessage-deflate' }
    expect(acceptHandshake(offering, empty, options)).toMatchObject({ headers: { length: 1 } })
  })

  test.each([
    [{ ...fields, 'sec-websocket-version': undefined }, /Version/],
    [{ ...fields, 'sec-websocket-key': undefined }, /Key/],
  ])('without %j is not', (wrong, words) => {
    expect(acceptHandshake(wrong, empty, options)).toMatch(words)
  })
})

describe('a wire', () => {
  test('reads nothing before its body is asked for, and then all of the input', async () => {
    let asked = 0
    const wire = new Wire(
      inputStream(
        (async function* input() {
          asked++
          yield Buffer.from('one')
          yield Buffer.from('two')
        })(),
      ),
    )
    const heard = wire.setEncoding('utf8').toArray()
    await turn()
    expect(asked).toBe(0)
    void wire.next()
    expect((await heard).join('')).toBe('onetwo')
  })

  test('gives what is written as its body, a write at a time, and asks the writer to wait', async () => {
    const wire = new Wire(empty)
    const taken: string[] = []
    wire.cork()
    wire.write('he')
    wire.write('ad', () => taken.push('head'))
    wire.uncork()
    expect(await wire.next()).toEqual({ done: false, value: Buffer.from('head') })
    expect(taken).toEqual([])
    const next = wire.next()
    await turn()
    expect(taken).toEqual(['head'])
    wire.write('more')
    expect(await next).toEqual({ done: false, value: Buffer.from('more') })
    wire.end()
    expect(await wire.next()).toEqual({ done: true, value: undefined })
    expect(await wire.next()).toEqual({ done: true, value: undefined })
  })

  test('that is destroyed ends its body, and keeps no writer waiting', async () => {
    const wire = new Wire(empty)
    const written = new Promise((resolve) => {
      wire.write('lost', resolve)
    })
    const next = [wire.next(), wire.next()]
    wire.destroy()
    await written
    expect((await next[1])?.done).toBe(true)
  })

  test('whose input breaks off is destroyed with its error', async () => {
    const broken = new Error('broken')
    const wire = new Wire(
      inputStream(
        (async function* input(): AsyncGenerator<Uint8Array> {
          throw broken
        })(),
      ),
    )
    const failed = new Promise((resolve) => {
      wire.once('error', resolve)
    })
    wire.resume()
    void wire.next()
    expect(await failed).toBe(broken)
  })
})
