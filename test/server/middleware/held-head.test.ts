import { type Application, call } from '@phial/core'
import { compression } from '@phial/server/compression'
import { expect, test } from 'vitest'
import { bytes } from '../support/server.ts'

const LONG = 'x'.repeat(2000)

/** Calls an application within middleware that holds its head. */
const ask = (app: Application): ReturnType<typeof call> =>
  call(compression()(app), { headers: { 'Accept-Encoding': 'br' } })

test('an error page replaces a held head', async () => {
  const answer = await ask((_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    startResponse('503 Later', [['Content-Type', 'text/html']], new Error('not now'))
    return [bytes(LONG)]
  })
  expect(answer.status).toBe('503 Later')
  expect(answer.headers).toContainEqual(['Content-Encoding', 'br'])
})

test('an error page replaces a head that was passed on', async () => {
  const answer = await ask(function* stream(_environ, startResponse) {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    yield bytes('')
    startResponse('503 Later', [['Content-Type', 'text/html']], new Error('not now'))
    yield bytes('sorry')
  })
  expect([answer.status, answer.text()]).toEqual(['503 Later', 'sorry'])
})

test('startResponse with excInfo rethrows it after the first bytes', async () => {
  const error = new Error('too late')
  const app: Application = (_environ, startResponse) => {
    void startResponse('200 OK', [['Content-Type', 'text/plain']])(bytes('first'))
    startResponse('500 Oh', [['Content-Type', 'text/plain']], error)
    return []
  }
  await expect(ask(app)).rejects.toBe(error)
})

test('write sends immediately, also repeatedly', async () => {
  const seen: string[] = []
  const app: Application = (_environ, startResponse) => {
    const write = startResponse('200 OK', [['Content-Type', 'text/plain']])
    void write(bytes('one'))
    void write(bytes('two'))
    seen.push('returned')
    return [bytes('three')]
  }
  await call(compression()(app), { onChunk: (chunk) => void seen.push(String(Buffer.from(chunk))) })
  expect(seen).toEqual(['one', 'two', 'returned', 'three'])
})
