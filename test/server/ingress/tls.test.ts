/** TLS on real sockets: handshakes, replaced certificates, and clients that do not speak TLS. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { openTls } from '../../../packages/server/src/ingress/tls.ts'
import { StartError } from '../../../packages/server/src/errors.ts'
import { servedBehind, pairOne, pairTwo, tlsFile, showPeer } from '../support/ingress.ts'
import { exchange, open, RawConnection, readAnswer, request } from '../support/raw.ts'

const get = request(['GET / HTTP/1.1', 'Host: localhost'])

async function secure(port: number, options: ConnectionOptions = {}): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  const connection = new RawConnection(socket)
  await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve))
  return connection
}

const nameOf = ({ socket }: RawConnection): unknown =>
  (socket as TLSSocket).getPeerCertificate().subject.CN

describe('a TLS port', () => {
  test('serves https with HTTP/1.1', async () => {
    await using server = await servedBehind(showPeer, { tls: pairOne })
    const connection = await secure(server.port, { ALPNProtocols: ['h2', 'http/1.1'] })
    expect((connection.socket as TLSSocket).alpnProtocol).toBe('http/1.1')
    connection.send(get)
    expect(await connection.until('https')).toMatch(/https 127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+\n$/)
    connection.socket.destroy()
  })

  test('sends and receives large bodies', async () => {
    await using server = await servedBehind(
      async (environ, startResponse) => {
        startResponse('200 OK', [])
        return [await environ['wsgi.input'].read()]
      },
      { tls: pairOne },
    )
    const connection = await secure(server.port)
    const lines = ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 3000000', 'Connection: close']
    connection.send(request(lines, 'x'.repeat(3_000_000)))
    await connection.closed
    expect(readAnswer(connection.received).body.length).toBe(3_000_000)
  })

  test('works after the PROXY protocol', async () => {
    await using server = await servedBehind(showPeer, { tls: pairOne, proxyProtocol: 'v1' })
    const raw = await open(server.port)
    raw.socket.removeAllListeners('data').pause()
    raw.send('PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\r\n')
    const connection = await secure(0, { socket: raw.socket })
    connection.send(get)
    expect(await connection.until('https')).toContain('https 192.0.2.1 4711 198.51.100.2 443\n')
    connection.socket.destroy()
  })

  test.each([
    ['plain HTTP', get],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['noise', '\x16\x03\x01\x00\x05noise'],
    ['a partial handshake', ''],
  ])('closes on %s, and keeps serving', async (_, sent) => {
    await using server = await servedBehind(showPeer, { tls: pairOne, timeout: 1 })
    expect(await exchange(server.port, sent)).not.toContain('HTTP/1')
    const connection = await secure(server.port)
    connection.send(get)
    expect(await connection.until('https')).toContain('200 OK')
    connection.socket.destroy()
  })

  test('fails the handshake of a client that only supports HTTP/2', async () => {
    await using server = await servedBehind(showPeer, { tls: pairOne })
    const connection = await secure(server.port, { ALPNProtocols: ['h2'] })
    await connection.closed
    expect(connection.error).toMatch(/ALERT|SSL/i)
  })

  test('closes pending handshakes when it closes', async () => {
    const server = await servedBehind(showPeer, { tls: pairOne })
    const waiting = await open(server.port)
    await new Promise((resolve) => setImmediate(resolve))
    await server[Symbol.asyncDispose]()
    await waiting.closed
    expect(waiting.received).toBe('')
  })
})

describe('a plain port', () => {
  test.each([
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('responds to %s with an error, and closes', async (_, sent) => {
    await using server = await servedBehind(showPeer, {})
    expect(readAnswer(await exchange(server.port, sent)).status).toMatch(/^(400|505) /)
  })
})

describe('the certificate', () => {
  test('can be replaced without closing a connection, and is kept if the new one is invalid', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phial-tls-'))
    const files = { certfile: join(folder, 'site.crt'), keyfile: join(folder, 'site.key') }
    const install = async (pair: typeof pairOne): Promise<void> => {
      await copyFile(pair.certfile, files.certfile)
      await copyFile(pair.keyfile, files.keyfile)
    }
    await install(pairOne)
    await using server = await servedBehind(showPeer, { tls: files })
    const before = await secure(server.port)
    expect(nameOf(before)).toBe('one.example')
    await install(pairTwo)
    server.ingress.reload()
    const after = await secure(server.port)
    expect(nameOf(after)).toBe('two.example')
    await writeFile(files.certfile, 'broken')
    expect(() => server.ingress.reload()).toThrow(StartError)
    expect(nameOf(await secure(server.port))).toBe('two.example')
    before.send(get)
    expect(await before.until('https')).toContain('200 OK')
    for (const { socket } of [before, after]) socket.destroy()
    await rm(folder, { recursive: true })
  })

  test.each([
    [
      'missing',
      { ...pairOne, certfile: '/none.crt' },
      /^--certfile \/none\.crt: the file does not exist$/,
    ],
    ['a folder', { ...pairOne, keyfile: '/tmp' }, /^--keyfile \/tmp: the file cannot be read$/],
    ['not a certificate', { ...pairOne, certfile: tlsFile('README.md') }, /expected a certificate/],
    ['without a key', { certfile: pairOne.certfile }, /expected a certificate and its key/],
    [
      'with the key of another certificate',
      { ...pairOne, keyfile: pairTwo.keyfile },
      /and its key in PEM/,
    ],
  ])('that is %s throws a StartError of one line', (_, files, message) => {
    const start = (): unknown => openTls(files)
    expect(start).toThrow(StartError)
    expect(start).toThrow(message)
    expect(start).not.toThrow(/\n/)
  })
})
