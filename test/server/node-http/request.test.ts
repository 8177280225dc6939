import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { validator, type Application } from '@phial/core'
import { expect, test } from 'vitest'
import { excess, refusal, refusalOf } from '../../../packages/server/src/node-http/request.ts'
import { boundsOf } from '../../../packages/server/src/refusal.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { bytes, serving } from '../support/server.ts'

function asked(url: string, ...rawHeaders: string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  return Object.assign(request, { method: 'GET', url, rawHeaders })
}

test('a request within its limits is accepted', () => {
  expect(excess(asked('/', 'Host', 'a'), defaultLimits)).toBeUndefined()
})

test('a request that exceeds a limit gets the refusal of this limit', () => {
  const limits = { ...defaultLimits, requestLine: 20, fieldSize: 10, fields: 2, head: 40, body: 5 }
  const { line, field, fields, head, body } = boundsOf(limits).refusals
  expect(excess(asked('/1234567'), limits)).toBe(line)
  expect(excess(asked('/', 'Cookie', '12345'), limits)).toBe(field)
  expect(excess(asked('/', 'a', '1', 'b', '2', 'c', '3'), limits)).toBe(fields)
  expect(excess(asked('/', 'a', '12345678', 'b', '12345678'), limits)).toBe(head)
  const long = Object.assign(asked('/'), { headers: { 'content-length': '6' } })
  expect(excess(long, limits)).toBe(body)
})

test('a method that is not a token is rejected', () => {
  const found = refusal({
    method: 'G T',
    url: '/',
    httpVersion: '1.1',
    rawHeaders: ['Host', 'a'],
  })
  expect(found).toEqual({
    status: '400 Bad Request',
    reason: expect.stringContaining('RFC 9110 §9.1'),
  })
})
test('an invalid or repeated Content-Length is rejected', () => {
  const asked = { method: 'GET', url: '/', httpVersion: '1.1' }
  const found = (...rawHeaders: string[]): unknown =>
    refusal({ ...asked, rawHeaders: ['Host', 'a', ...rawHeaders] })
  expect(found('content-length', '+1')).toMatchObject({ status: '400 Bad Request' })
  expect(found('content-length', '1', 'Content-Length', '1')).toMatchObject({
    status: '400 Bad Request',
  })
  expect(found('content-length', '1', 'Transfer-Encoding', 'chunked')).toMatchObject({
    status: '400 Bad Request',
  })
  expect(found('content-length', '1')).toBeUndefined()
})

test('a parser error is converted to a refusal by its code', () => {
  const error = (code: string): Error => Object.assign(new Error('x'), { code })
  expect(refusalOf(error('HPE_CHUNK_EXTENSIONS_OVERFLOW')).status).toBe('413 Content Too Large')
  expect(refusalOf(error('HPE_INVALID_METHOD')).status).toBe('400 Bad Request')
})

test('the environ has the properties of the connection, and passes the validator', async () => {
  const app: Application = (environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    const { REMOTE_ADDR, SERVER_NAME, HTTP_A } = environ
    return [bytes([REMOTE_ADDR, SERVER_NAME, HTTP_A, environ['wsgi.multiprocess']].join(' '))]
  }
  await using running = await serving(validator(app))
  const sent = request(['GET / HTTP/1.1', 'Host: a', 'A: 1', 'a: 2', 'Connection: close'])
  expect(readAnswer(await exchange(running.port, sent)).body).toBe('127.0.0.1 127.0.0.1 1, 2 false')
})
