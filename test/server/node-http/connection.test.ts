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

/** Creates a connection on a socket that has read `read.bytes` bytes, and records the timeouts. */
function connected(): { connection: NodeConnection; read: { bytes: number }; late: string[] } {
  const read = { bytes: 0 }
  const late: string[] = []
  const socket = Object.defineProperty(new Socket(), 'bytesRead', { get: () => read.bytes })
  const limits = { headTimeout: 10, keepAlive: 100 }
  const connection = new NodeConnection(socket, peer, limits, (_, what) => void late.push(what))
  return { connection, read, late }
}

const pending = { environ, response, start: () => undefined }

test('waits --head-timeout for the first request and for the end of a head', () => {
  for (const [bytes, what] of [[0, 'first request'], [1, 'end of a head']] as const) {
    const { connection, read, late } = connected()
    connection.look(9000)
    read.bytes = bytes
    connection.look(900)
    expect(late).toEqual([])
    connection.look(100)
    expect(late).toEqual([what])
  }
}) // prettier-ignore

test('waits --keep-alive after a request, and --head-timeout from the first byte of the next one', () => {
  const { connection, read, late } = connected()
  connection.look(9000)
  connection.begin(pending)
  connection.look(1_000_000)
  read.bytes = 100
  connection.end(pending)
  connection.look(99_000)
  expect([connection.isIdle, late]).toEqual([true, []])
  read.bytes = 101
  connection.look(1000)
  connection.look(9900)
  expect(late).toEqual([])
  connection.look(100)
  expect(late).toEqual(['end of a head'])
})

test('waits --keep-alive for the next request, and forever once it is over', () => {
  const { connection, read, late } = connected()
  connection.begin(pending)
  read.bytes = 100
  connection.end(pending)
  connection.look(100_000)
  expect(late).toEqual(['next request'])
  connection.isOver = true
  connection.look(100_000)
  expect(late).toHaveLength(1)
})

test('starts pipelined requests one after another, and none after the connection has closed', () => {
  const started: number[] = []
  const [one, two, three] = [1, 2, 3].map((at) => ({
    environ,
    response,
    start: () => void started.push(at),
  }))
  const socket = new Duplex({ read: () => undefined, write: () => undefined })
  const connection = new NodeConnection(
    socket as Socket,
    peer,
    { headTimeout: 0, keepAlive: 0 },
    () => undefined,
  )
  for (const request of [one, two, three]) if (request) connection.begin(request)
  expect(started).toEqual([1])
  if (one) connection.end(one)
  expect(started).toEqual([1, 2])
  socket.destroy()
  if (two) connection.end(two)
  expect(started).toEqual([1, 2])
})

test('the access log record has the time at which the request arrived', () => {
  const record = recordOf({ environ, response })
  expect(record).toMatchObject({ environ, status: '200 OK', bytes: 3, duration: 1000 })
  expect(Date.now() - record.time.getTime()).toBeGreaterThanOrEqual(1000)
})
