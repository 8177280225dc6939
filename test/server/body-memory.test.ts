/** The memory use of a request body in chunks, compared with the same body in one piece. */
import type { Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { inUse } from '../support/memory.ts'
import { turn } from '../support/turn.ts'
import { open, request, type RawConnection } from './support/raw.ts'
import { bytes } from './support/server.ts'
import { carrying, transports } from './support/transport.ts'

describe.each(transports)('the transport %s', (_, make) => {
  test.each([
    ['many per packet', 1000],
    ['one per packet', 1],
  ])('a body in one-byte chunks, %s, uses less than 8 bytes per chunk', async (_, together) => {
    const COUNT = 200_000
    const reading = deferred()
    const app: Application = async (environ, startResponse) => {
      const body = await environ['wsgi.input'].read()
      startResponse('200 OK', [])
      return [bytes(`${body.byteLength}.`)]
    }
    await using carried = await carrying(make, async (environ, startResponse) => {
      reading.resolve()
      return app(environ, startResponse)
    })
    const used = async (send: (connection: RawConnection) => Promise<void>): Promise<number> => {
      const connection = await open(carried.port)
      connection.send(request(['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked']))
      await reading.promise
      const before = inUse()
      await send(connection)
      const during = inUse() - before
      connection.send('1\r\n.\r\n0\r\n\r\n')
      expect(await connection.until('.')).toContain('200 OK')
      await connection.until(`${COUNT + 1}.`)
      connection.socket.destroy()
      return during
    }
    const flushed = async (connection: RawConnection, text: string): Promise<void> => {
      await new Promise((resolve) => connection.socket.write(text, 'latin1', resolve))
    }
    const settle = async (): Promise<void> => {
      for (let turns = 0; turns < 50; turns++) await turn() // oxlint-disable-line no-await-in-loop
    }
    const whole = await used(async (connection) => {
      await flushed(connection, `${COUNT.toString(16)}\r\n${'x'.repeat(COUNT)}\r\n`)
      await settle()
    })
    const pieces = await used(async (connection) => {
      const text = '1\r\nx\r\n'.repeat(together)
      const times = COUNT / together
      for (let time = 0; time < times; time++) {
        await flushed(connection, text) // oxlint-disable-line no-await-in-loop -- one per packet
        if (together === 1 && time % 50 === 0) await turn() // oxlint-disable-line no-await-in-loop
      }
      await settle()
    })
    expect(pieces - whole).toBeLessThan(8 * COUNT)
  })
})
