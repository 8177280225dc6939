/** A worker while it serves, and on its way to the end. */
import { expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { open, readAnswer, request } from '../support/raw.ts'

const get = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])

test('a request that was sent on a connection at rest is answered by a worker that retires', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const client = await open(await command.port())
  client.send(get('/pid'))
  await client.until('200 OK')
  command.signal('SIGHUP')
  await command.says('Reloaded')
  client.received = ''
  client.send(get('/pid'))
  const answer = readAnswer(await client.until('\r\n\r\n'))
  expect(answer.headers).toContainEqual(['Connection', 'close'])
  await client.closed
  expect(client.error).toBeUndefined()
})
