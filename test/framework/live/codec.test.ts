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
  test('is accepted as in RFC 6455 §1.3, without the headers that the server writes', () => {
    const accepted = acceptHandshake(fields, empty, options)
    expect(accepted).toMatchObject({
      headers: [['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']],
    })
  })

  test('selects the first of the app’s subprotocols that the client offers', () => {
    const speaking = { ...fields, 'sec-websocket-protocol': 'a, b, c' }
    expect(acceptHandshake(speaking, empty, options)).toMatchObject({
      headers: [expect.anything(), ['Sec-WebSocket-Protocol', 'b']],
    })
  })

  test('never selects compression', () => {
    const offering = { ...fields, 'sec-websocket-extensions': 'permessage-deflate' }
    expect(acceptHandshake(offering, empty, options)).toMatchObject({ headers: { length: 1 } })
  })

  test.each([
    [{ ...fields, 'sec-websocket-version': undefined }, /Version/],
    [{ ...fields, 'sec-websocket-key': undefined }, /Key/],
  ])('is rejected for %j', (wrong, words) => {
    expect(acceptHandshake(wrong, empty, options)).toMatch(words)
  })
})

describe('Wire', () => {
  test('does not read the input before the body is requested', async () => {
    let reads = 0
    const wire = new Wire(
      inputStream(
        (async function* input() {
          reads++
          yield Buffer.from('one')
          yield Buffer.from('two')
        })(),
      ),
    )
    const received = wire.setEncoding('utf8').toArray()
    await turn()
    expect(reads).toBe(0)
    void wire.next()
    expect((await received).join('')).toBe('onetwo')
  })

  test('yields one write at a time, and completes a write when the next chunk is requested', async () => {
    const wire = new Wire(empty)
    const completed: string[] = []
    wire.cork()
    wire.write('he')
    wire.write('ad', () => completed.push('head'))
    wire.uncork()
    expect(await wire.next()).toEqual({ done: false, value: Buffer.from('head') })
    expect(completed).toEqual([])
    const next = wire.next()
    await turn()
    expect(completed).toEqual(['head'])
    wire.write('more')
    expect(await next).toEqual({ done: false, value: Buffer.from('more') })
    wire.end()
    expect(await wire.next()).toEqual({ done: true, value: undefined })
    expect(await wire.next()).toEqual({ done: true, value: undefined })
  })

  test('if it is destroyed, ends the body and completes pending writes', async () => {
    const wire = new Wire(empty)
    const written = new Promise((resolve) => {
      wire.write('lost', resolve)
    })
    const next = [wire.next(), wire.next()]
    wire.destroy()
    await written
    expect((await next[1])?.done).toBe(true)
  })

  test('if its input fails, is destroyed with that error', async () => {
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
