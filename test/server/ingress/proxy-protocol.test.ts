/** The PROXY protocol over real sockets, in front of HTTP. */
import { describe, expect, test } from 'vitest'
import { takeProxyLine } from '../../../packages/server/src/ingress/proxy-protocol.ts'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { deferred } from '../../support/deferred.ts'
import { chosen } from '../support/chosen.ts'
import { servedBehind, showPeer, type Served } from '../support/ingress.ts'
import { addresses, version2 } from '../support/proxy-header.ts'
import { exchange, open, readAnswer, request } from '../support/raw.ts'

const get = request(['GET / HTTP/1.1', 'Host: a', 'Connection: close'])
const one = 'PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\r\n'
const two = version2(0x21, 0x11, addresses).toString('latin1')
const body = 'http 192.0.2.1 4711 198.51.100.2 443\n'

const asked = async ({ port }: Served, bytes: string): Promise<ReturnType<typeof readAnswer>> =>
  readAnswer(await exchange(port, bytes))

describe('a header', () => {
  test.each([
    ['v1', one],
    ['v2', two],
    ['auto', one],
    ['auto', two],
  ] as const)("%s: a header sets the client's address", async (proxyProtocol, header) => {
    await using server = await servedBehind(showPeer, { proxyProtocol })
    expect(await asked(server, header + get)).toMatchObject({ status: '200 OK', body })
    expect(server.records).toMatchObject([{ environ: { REMOTE_ADDR: '192.0.2.1' } }])
  })

  test.each([one, two])('may arrive byte by byte', async (header) => {
    await using server = await servedBehind(showPeer, { proxyProtocol: 'auto' })
    const connection = await open(server.port)
    connection.socket.setNoDelay()
    for (const byte of header + get) {
      connection.send(byte)
      // oxlint-disable-next-line no-await-in-loop -- each byte in its own packet
      await new Promise((resolve) => setImmediate(resolve))
    }
    await connection.closed
    expect(readAnswer(connection.received).body).toBe(body)
  })

  test('applies to all requests of the connection', async () => {
    await using server = await servedBehind(showPeer, { proxyProtocol: 'v1' })
    const next = request(['GET / HTTP/1.1', 'Host: a'])
    const received = await exchange(server.port, one + next + get)
    expect(received.split(body)).toHaveLength(3)
  })

  test('may be followed by a body that is split anywhere', async () => {
    await using server = await servedBehind(
      async (environ, startResponse) => {
        const body = await environ['wsgi.input'].read()
        startResponse('200 OK', [])
        return [Buffer.from(`${String(environ.REMOTE_ADDR)} ${body.byteLength}`)]
      },
      { proxyProtocol: 'v2' },
    )
    const post = ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 300000', 'Connection: close']
    const connection = await open(server.port)
    connection.send(two + request(post) + 'x'.repeat(100_000))
    await new Promise((resolve) => setImmediate(resolve))
    connection.send('x'.repeat(200_000))
    await connection.closed
    expect(readAnswer(connection.received).body).toBe('192.0.2.1 300000')
  })

  test.each([
    ['LOCAL', version2(0x20, 0, Buffer.alloc(0)).toString('latin1')],
    ['UNKNOWN', 'PROXY UNKNOWN\r\n'],
  ])("%s: the address is the proxy's own", async (_, header) => {
    await using server = await servedBehind(showPeer, { proxyProtocol: 'auto' })
    expect((await asked(server, header + get)).body).toMatch(/^http 127\.0\.0\.1 /)
  })
})

/** The method that is logged if HTTP parses the PROXY line. node:http does not report it. */
const first = chosen === 'engine' ? 'PROXY' : '-'

describe('the connection is rejected and closed if the header is', () => {
  test.each([
    ['malformed', 'v1', 'PROXY TCP4 1 2 3 4\r\n', '400 Bad Request'],
    ['missing', 'auto', '', '400 Bad Request'],
    ['of the other version', 'v2', one, '400 Bad Request'],
    ['twice', 'v1', one + one, '400 Bad Request', first],
    ['unexpected', 'off', one, '400 Bad Request', first],
    ['unexpected', 'off', two, '400 Bad Request'],
  ] as const)('%s (%s)', async (_, proxyProtocol, header, status, method = '-') => {
    await using server = await servedBehind(showPeer, { proxyProtocol })
    expect(await asked(server, header + get)).toMatchObject({ status, complete: true, rest: '' })
    expect(server.records).toMatchObject([{ status, environ: { REQUEST_METHOD: method } }])
  })

  test('from a peer that is not in the list', async () => {
    await using server = await servedBehind(showPeer, {
      proxyProtocol: 'v1',
      allow: ['10.0.0.0/8'],
    })
    const answer = await asked(server, one + get)
    expect(answer).toMatchObject({ status: '403 Forbidden', complete: true })
    expect(answer.body).toContain('--forwarded-allow-ips')
  })

  test('not complete in time', async () => {
    await using server = await servedBehind(showPeer, { proxyProtocol: 'v1', timeout: 0.1 })
    expect(await exchange(server.port, 'PROXY ')).toBe('')
  })
})

test('rejects if the client disconnects before the end of the header', async () => {
  const accepted = deferred<Socket>()
  const server = createServer(accepted.resolve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const taken = takeProxyLine(await accepted.promise, 'v1')
  client.end('PROXY')
  await expect(taken).rejects.toThrow('disconnected')
  server.close()
})
