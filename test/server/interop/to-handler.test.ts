/** An application as a handler: the conformance cases on each of Node's servers and under Express. */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server, type ClientHttp2Stream } from 'node:http2' // prettier-ignore
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { errorStream, validator, type Application } from '@phial/core'
import { toNodeHandler } from '@phial/server'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { socketClient } from '@phial/server/conformance'
import { deferred } from '../../support/deferred.ts'
import { conforms, type Host } from '../support/conformance.ts'
import { pairOne } from '../support/ingress.ts'
import { http2Client } from '../support/http2-client.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { bytes } from '../support/server.ts'

const tls = { cert: readFileSync(pairOne.certfile), key: readFileSync(pairOne.keyfile) }

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function http(handler: RequestListener): Promise<Host> {
  const server = createServer(handler)
  const port = await listening(server)
  return { client: socketClient(port), close: () => void server.close() }
}

async function https(handler: RequestListener): Promise<Host> {
  const server = createHttpsServer(tls, handler)
  const port = await listening(server)
  return {
    client: socketClient(() => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })),
    close: () => void server.close(),
  }
}

async function http2(handler: RequestListener): Promise<Host> {
  const server = createHttp2Server(handler as never)
  const port = await listening(server as unknown as Server)
  return http2Client(`http://127.0.0.1:${port}`, () => void server.close())
}

const underExpress = (handler: RequestListener): Promise<Host> => {
  const site = express()
  site.use(handler)
  return http(site)
}

const layers = [
  ['bare', (app: Application) => app],
  ['validated', validator],
] as const

describe.each(layers)('%s', (_, wrap) => {
  describe.each([
    ['node:http', http],
    ['https', https],
    ['http2', http2],
    ['Express', underExpress],
  ])('on %s', (__, start) => {
    conforms(start, wrap)
  })
})

const said: Application = async (environ, startResponse) => {
  const { SCRIPT_NAME, PATH_INFO, RAW_URI, SERVER_PROTOCOL, REMOTE_ADDR } = environ
  const body = await environ['wsgi.input'].read()
  startResponse('200 Fine', [
    ['Set-Cookie', 'ours=1'],
    ['X-Who', 'application'],
  ])
  const text = [SCRIPT_NAME, PATH_INFO, RAW_URI, SERVER_PROTOCOL, REMOTE_ADDR, environ['HTTP_HOST'], environ['wsgi.url_scheme'], body.byteLength] // prettier-ignore
  return [Buffer.from(text.join('|'))]
}
const get = (path: string): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a.example', 'Connection: close'])

describe('under Express', () => {
  async function asked(
    site: express.Express,
    bytes: string,
  ): Promise<ReturnType<typeof readAnswer>> {
    const server = createServer(site)
    const answer = readAnswer(await exchange(await listening(server), bytes))
    server.close()
    return answer
  }

  test('the path of a mount is SCRIPT_NAME', async () => {
    const site = express()
    site.use('/the%20shop', toNodeHandler(said))
    const answer = await asked(site, get('/the%20shop/a%2Fb?q=1'))
    expect(answer.body).toBe(
      '/the shop|/a/b|/the%20shop/a%2Fb?q=1|HTTP/1.1|127.0.0.1|a.example|http|0',
    )
    expect(answer.status).toBe('200 Fine')
  })

  test('headers of Express are kept, unless the application sets the same ones', async () => {
    const site = express()
    site.use((_request, response, next) => {
      response.setHeader('X-Who', 'express')
      response.cookie('theirs', '1')
      next()
    })
    site.use(toNodeHandler(said))
    const { headers } = await asked(site, get('/'))
    const values = (wanted: string): string[] =>
      headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
    expect(values('x-who')).toEqual(['application'])
    expect(values('set-cookie')).toEqual(['theirs=1; Path=/', 'ours=1'])
    expect(values('x-powered-by')).toEqual(['Express'])
  })

  test('a body that was already read is an error that says what to do', async () => {
    const errors: string[] = []
    const site = express()
    site.use(express.json())
    const write = (text: string): void => void errors.push(text)
    site.use(toNodeHandler(said, { errors: { write, writelines: () => undefined, flush: () => undefined } })) // prettier-ignore
    const lines = ['POST / HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Content-Length: 2', 'Connection: close'] // prettier-ignore
    expect((await asked(site, request(lines, '{}'))).status).toBe('500 Internal Server Error')
    expect(errors.join('')).toContain('before middleware that reads bodies')
  })
})

test('over HTTP/2, :authority becomes Host', async () => {
  const host = await http2(toNodeHandler(said))
  const { body } = await host.client({ target: '/x', headers: [] })
  expect(body).toMatch(/^\|\/x\|\/x\|HTTP\/2\.0\|127\.0\.0\.1\|127\.0\.0\.1:\d+\|http\|0$/)
  await host.close()
})

test('on https, the URL scheme is https', async () => {
  const host = await https(toNodeHandler(said))
  expect((await host.client({})).body).toContain('|https|')
  await host.close()
})

test('throws a TypeError if the argument is not an application', () => {
  expect(() => toNodeHandler('app' as never)).toThrow(/application.*string/i)
})

test('rejects HTTP/2.0 in an HTTP/1.1 request line with 505', async () => {
  const server = createServer(toNodeHandler(() => expect.fail('it was called')))
  const port = await listening(server)
  const sent = request(['GET / HTTP/2.0', 'Host: a', 'Host: b'])
  const answer = readAnswer(await exchange(port, sent))
  expect(answer.status).toBe('505 HTTP Version Not Supported')
  server.close()
})

async function asking(
  app: Application,
  look: (stream: ClientHttp2Stream) => Promise<void>,
): Promise<void> {
  const handler = toNodeHandler(app, { errors: errorStream(() => undefined) })
  const server = createHttp2Server(handler as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await look(session.request({ ':path': '/' }))
  session.destroy()
  server.close()
}

test('a truncated HTTP/2 response resets its stream with INTERNAL_ERROR', async () => {
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

test('over HTTP/2, repeated headers are kept apart, and connection headers are dropped', async () => {
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
