/** Each fixture in one packet, byte by byte and split at every offset, always with the same result. */
import { errorStream, run, type Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { engine } from '../../../packages/server/src/engine/engine.ts'
import type { Peer } from '../../../packages/server/src/transport.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'
import { MemorySocket, settled } from '../support/memory-socket.ts'
import { fixtures, shown, write, type Fixture } from './fixtures.ts'

const peer: Peer = {
  remoteAddr: '192.0.2.1',
  remotePort: '50000',
  serverName: 'a',
  serverPort: '80',
  scheme: 'http',
}

/** Responds with the request as the environ describes it. */
const tell: Application = async (environ, startResponse) => {
  const body = Buffer.from(await environ['wsgi.input'].read())
  const keys = Object.keys(environ).filter((key) => /^(HTTP|CONTENT)_/.test(key))
  const { REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING, SERVER_PROTOCOL } = environ
  const lines = [
    `${REQUEST_METHOD} ${SCRIPT_NAME}${PATH_INFO}?${QUERY_STRING} ${SERVER_PROTOCOL}`,
    ...keys.toSorted().map((key) => `${key}: ${String(environ[key])}`),
    ...(body.length > 0 ? [JSON.stringify(body.toString('latin1'))] : []),
  ].map((line) => line.replaceAll(/(.)\1{49,}/g, (run, char) => `{${char}*${run.length}}`))
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from(`${lines.join('\n')}\n`)]
}

async function answered({ bytes, ends }: Fixture, pieces: readonly Buffer[]): Promise<string> {
  const transport = engine({
    handle: (environ, answer) => run(tell, environ, answer),
    errors: errorStream((text) => expect.fail(text)),
    multiprocess: false,
    limits: defaultLimits,
  })
  const connection = new MemorySocket()
  transport.accept(connection.socket, peer)
  await settled(connection)
  for (const piece of pieces) connection.deliver(piece)
  await settled(connection)
  if (ends) connection.endClient()
  await settled(connection)
  const answers = shown(connection.answered, connection.isClosed, methodOf(bytes))
  connection.destroy()
  return answers
}

const methodOf = (bytes: Buffer): string => /^\w*/.exec(bytes.toString('latin1'))?.[0] ?? ''

/** The offsets at which to split: all of them, in long requests only some and those at the end. */
function offsets({ length }: Buffer): number[] {
  const isSlow = process.env['PHIAL_SLOW'] !== undefined
  const stride = length < 1000 || (isSlow && length < 20_000) ? 1 : 499
  return Array.from({ length }, (_, at) => at).filter(
    (at) => at > 0 && (at % stride === 0 || at > length - 10),
  )
}

describe.each(fixtures())('$name', (fixture) => {
  const { name, bytes, expected } = fixture
  test('in one packet', async () => {
    const found = await answered(fixture, [bytes])
    if (process.env['PHIAL_WRITE_FIXTURES']) write(name, found)
    expect(found).toBe(expected)
  })
  test('byte by byte', async () => {
    const pieces = Array.from(bytes, (byte) => Buffer.of(byte))
    expect(await answered(fixture, pieces)).toBe(expected)
  })
  test('split at every offset', async () => {
    const found = await Promise.all(
      offsets(bytes).map(async (at) => {
        const pieces = [bytes.subarray(0, at), bytes.subarray(at)]
        return (await answered(fixture, pieces)) === expected ? [] : [at]
      }),
    )
    expect(found.flat()).toEqual([])
  })
})
