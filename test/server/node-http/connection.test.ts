import type { Environ } from '@phial/core'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { NodeConnection, recordOf } from '../../../packages/server/src/node-http/connection.ts'
import type { NodeResponse } from '../../../packages/server/src/node-http/response.ts'

const peer = {
  remoteAddr: '192.0.2.1',
  remotePort: '1',
  serverName: 'a',
  serverPort: '80',
  scheme: 'http',
} as const
const environ = { REQUEST_METHOD: 'GET' } as Environ
const response = {
  status: '200 OK',
  headers: [],
  bytes: 3,
  duration: 1000,
} as unknown as NodeResponse

test('a head is awaited from the start, and again once bytes come after a request', () => {
  const socket = Object.assign(new Socket())
  let read = 0
  Object.defineProperty(socket, 'bytesRead', { get: () => read })
  const connection = new NodeConnection(socket, peer)
  const request = { environ, response, start: () => undefined }
  expect(connection.headAge()).toBeGreaterThan(0)
  expect(connection.isKept).toBe(false)
  connection.begin(request)
  expect([connection.headAge(), connection.isIdle]).toEqual([0, false])
  read = 100
  connection.end(request)
  expect([connection.headAge(), connection.isIdle, connection.isKept]).toEqual([0, true, true])
  read = 101
  connection.headAge()
  expect(connection.headAge()).toBeGreaterThan(0)
  expect(connection.isKept).toBe(false)
  connection.isOver = true
  expect(connection.headAge()).toBe(0)
})

test('what was asked ahead is called for in its turn, and not at all when the connection is closed', () => {
  const started: number[] = []
  const [one, two, three] = [1, 2, 3].map((at) => ({
    environ,
    response,
    start: () => void started.push(at),
  }))
  const socket = new Duplex({ read: () => undefined, write: () => undefined })
  const connection = new NodeConnection(socket as Socket, peer)
  for (const request of [one, two, three]) if (request) connection.begin(request)
  expect(started).toEqual([1])
  if (one) connection.end(one)
  expect(started).toEqual([1, 2])
  socket.destroy()
  if (two) connection.end(two)
  expect(started).toEqual([1, 2])
})

test('the access log is told when a request came, not when it was over', () => {
  const record = recordOf({ environ, response })
  expect(record).toMatchObject({ environ, status: '200 OK', bytes: 3, duration: 1000 })
  expect(Date.now() - record.time.getTime()).toBeGreaterThanOrEqual(1000)
})
