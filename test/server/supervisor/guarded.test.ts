/** The complete command with TLS, whose certificate is replaced by a reload, and with the PROXY protocol. */
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { pairOne, pairTwo } from '../support/ingress.ts'
import { folderWith } from '../support/folder.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'

const app = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from([environ['wsgi.url_scheme'], environ.REMOTE_ADDR].join(' '))]
}`

const asked = request(['GET / HTTP/1.1', 'Host: localhost', 'Connection: close'])

/** Resolves with the response body, and the name in the server's certificate. */
async function askByTls(port: number): Promise<[body: string, name: unknown]> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  await once(socket, 'secureConnect')
  const name = socket.getPeerCertificate().subject.CN
  socket.end(asked)
  await once(socket, 'close')
  return [readAnswer(received).body, name]
}

test('HUP replaces the certificate, and a plain HTTP client of a TLS port is disconnected', async () => {
  await using folder = await folderWith({ 'app.mjs': app })
  const file = (name: string): string => join(folder.path, name)
  const use = ({ certfile, keyfile }: typeof pairOne): Promise<unknown> =>
    Promise.all([copyFile(certfile, file('crt')), copyFile(keyfile, file('key'))])
  await use(pairOne)
  const args = ['-w', '2', '-b', '127.0.0.1:0', '--certfile', 'crt', '--keyfile', 'key', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const [, found] = await command.says(/Listening at: https?:\/\/127\.0\.0\.1:(\d+)/)
  await command.says(/Booted/, 2)
  const port = Number(found)
  expect(await askByTls(port)).toEqual(['https 127.0.0.1', 'one.example'])
  expect(await exchange(port, asked)).toBe('')
  await use(pairTwo)
  command.signal('SIGHUP')
  await command.says('Reloaded: all workers')
  expect(await askByTls(port)).toEqual(['https 127.0.0.1', 'two.example'])
})

test('exits with 1 and one line if the certificate is missing', async () => {
  await using folder = await folderWith({ 'app.mjs': app })
  const args = ['-b', '127.0.0.1:0', '--certfile', 'none.pem', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const { code, stderr } = await command.ended
  expect(code).toBe(1)
  expect(stderr).toContain('none.pem')
  expect(stderr).not.toMatch(/\n +at /)
})

test("a PROXY header sets the client's address", async () => {
  await using folder = await folderWith({ 'app.mjs': app })
  const args = ['-w', '2', '-b', '127.0.0.1:0', '--proxy-protocol', 'auto', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const port = await command.port()
  const line = 'PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n'
  expect(readAnswer(await exchange(port, line + asked)).body).toBe('http 203.0.113.7')
  expect(readAnswer(await exchange(port, asked)).status).toBe('400 Bad Request')
})
