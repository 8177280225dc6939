import { validator, type Application } from '@phial/core'
import { expect, test } from 'vitest'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { bytes, serving } from '../support/server.ts'

test('has what the connection says, and passes the validator', async () => {
  const app: Application = (environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    const { REMOTE_ADDR, SERVER_NAME, HTTP_A } = environ
    return [bytes([REMOTE_ADDR, SERVER_NAME, HTTP_A, environ['wsgi.multiprocess']].join(' '))]
  }
  await using running = await serving(validator(app))
  const sent = request(['GET / HTTP/1.1', 'Host: a', 'A: 1', 'a: 2', 'Connection: close'])
  expect(readAnswer(await exchange(running.port, sent)).body).toBe('127.0.0.1 127.0.0.1 1, 2 false')
})
