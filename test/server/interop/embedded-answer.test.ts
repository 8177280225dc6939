/** What the conformance cases of `to-handler.test.ts` cannot see of an answer over HTTP/2. */
import { connect, createServer, type ClientHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { errorStream, type Application } from '@phial/core'
import { toNodeHandler } from '@phial/server'
import { expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { bytes } from '../support/server.ts'

async function asking(
  app: Application,
  look: (stream: ClientHttp2Stream) => Promise<void>,
): Promise<void> {
  const handler = toNodeHandler(app, { errors: errorStream(() => undefined) })
  const server = createServer(handler as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await look(session.request({ ':path': '/' }))
  session.destroy()
  server.close()
}

test('an answer that breaks off resets its stream, and no other', async () => {
  const app: Application = async function app(_, startResponse) {
    await startResponse('200 OK', [])(bytes('begun'))
    throw new Error('half way')
  }
  await asking(app, async (stream) => {
    const closed = deferred()
    const { session } = stream
    stream.on('error', () => undefined).on('close', closed.resolve)
    stream.resume()
    await closed.promise
    expect(stream.rstCode).toBe(2) // INTERNAL_ERROR
    expect(session?.destroyed).toBe(false)
  })
})

test('repeats of a header stay apart, and connection headers stay out', async () => {
  const app: Application = (_, startResponse) => {
    startResponse('200 OK', [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    return [bytes('whole')]
  }
  await asking(app, async (stream) => {
    const got = deferred<Record<string, unknown>>()
    stream.on('response', got.resolve)
    const headers = await got.promise
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(Object.keys(headers)).not.toContain('connection')
  })
})
