/** Tests that no request ends a worker: two workers serve an app whose responses and bodies fail in all ways. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { phialServer } from '../server/support/command.ts'
import { ask, childrenOf, said } from '../server/support/fleet.ts'
import { exchange, open, readAnswer, request } from '../server/support/raw.ts'

const server = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'app'], {
  cwd: fileURLToPath(new URL('workers', import.meta.url)),
})
let port = 0
let workers: number[] = []
let names: { views: string[]; readers: string[] } = { views: [], readers: [] }

beforeAll(async () => {
  port = await server.port()
  await server.says('Booted worker', 2)
  workers = childrenOf(server.pid)
  names = JSON.parse(await ask(port, '/names')) as typeof names
})
afterAll(() => server[Symbol.asyncDispose]())

/** Checks that the same two workers are running, and that no error occurred outside of a request. */
async function expectSameWorkers(): Promise<void> {
  expect(JSON.parse(await ask(port, '/names'))).toEqual(names)
  expect(said(server, /Exception outside of any request\n(.*)/)).toEqual([])
  expect(workers).toHaveLength(2)
  expect(new Set(childrenOf(server.pid))).toEqual(new Set(workers))
}

const head = (method: string, path: string, lines: readonly string[] = []): string =>
  request([`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines])

const statusOf = async (sent: string): Promise<string> =>
  readAnswer(await exchange(port, sent)).status

test.each(['GET', 'HEAD'])(
  'no response to %s that fails asynchronously ends a worker',
  async (method) => {
    const ask = (name: string): Promise<string> => statusOf(head(method, `/${name}`))
    const statuses = await Promise.all(names.views.map(ask))
    expect(names.views.length).toBeGreaterThan(30)
    expect(statuses.filter((status) => !/^(?:2\d\d|418|500) /.test(status))).toEqual([])
    await expectSameWorkers()
  },
)

test('returns 500 if a stream cannot be opened', async () => {
  expect(await statusOf(head('GET', '/stream'))).toBe('500 Internal Server Error')
})

test.each([
  ['is malformed', 'application/json', '{'],
  ['has another type', 'image/png', '{'],
  ['is malformed multipart', 'multipart/form-data; boundary=x', '--x\r\n'],
  ['is too large', 'application/json', '1'.repeat(5000)],
  ['is a form that is too large', 'application/x-www-form-urlencoded', 'a'.repeat(5000)],
])('a body that %s and is awaited late or never does not end a worker', async (_, type, body) => {
  const lines = [`Content-Type: ${type}`, `Content-Length: ${body.length}`]
  const send = (path: string): Promise<string> => statusOf(head('POST', path, lines) + body)
  const statuses = await Promise.all(
    names.readers.flatMap((name) => [send(`/later/${name}`), send(`/never/${name}`)]),
  )
  expect(statuses.filter((status) => !/^(?:200|4\d\d) /.test(status))).toEqual(
    names.readers.includes('pipe') ? ['500 Internal Server Error'] : [],
  )
  await expectSameWorkers()
})

test.each([
  ['a chunk without a size', ['Transfer-Encoding: chunked'], 'zz\r\n{'],
  ['too few bytes', ['Content-Length: 100'], '{"a":'],
])('a body that ends with %s does not end a worker', async (_, lines, body) => {
  const sent = (path: string): string =>
    head('POST', path, ['Content-Type: application/json', ...lines]) + body
  const paths = names.readers.flatMap((name) => [`/later/${name}`, `/never/${name}`])
  await Promise.all(
    paths.map(async (path) => {
      const connection = await open(port)
      connection.send(sent(path))
      connection.socket.end()
      await connection.closed
    }),
  )
  await expectSameWorkers()
})
