/** No input of a visitor ends a worker: one app with everything that may fail on its own, served by two. */
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

/** Checks that the same two workers serve, and that no error came from outside of a request. */
async function unharmed(): Promise<void> {
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
  'no answer to %s that fails on its own ends a worker',
  async (method) => {
    const ask = (name: string): Promise<string> => statusOf(head(method, `/${name}`))
    const statuses = await Promise.all(names.views.map(ask))
    expect(names.views.length).toBeGreaterThan(30)
    expect(statuses.filter((status) => !/^(?:2\d\d|418|500) /.test(status))).toEqual([])
    await unharmed()
  },
)

test('a stream that cannot be opened is a 500', async () => {
  expect(await statusOf(head('GET', '/stream'))).toBe('500 Internal Server Error')
})

test.each([
  ['malformed', 'application/json', '{'],
  ['of another type', 'image/png', '{'],
  ['malformed, as multipart', 'multipart/form-data; boundary=x', '--x\r\n'],
  ['too large', 'application/json', '1'.repeat(5000)],
  ['too large a form', 'application/x-www-form-urlencoded', 'a'.repeat(5000)],
])('a body that is %s and awaited later or never ends no worker', async (_, type, body) => {
  const lines = [`Content-Type: ${type}`, `Content-Length: ${body.length}`]
  const send = (path: string): Promise<string> => statusOf(head('POST', path, lines) + body)
  const statuses = await Promise.all(
    names.readers.flatMap((name) => [send(`/later/${name}`), send(`/never/${name}`)]),
  )
  expect(statuses.filter((status) => !/^(?:200|4\d\d) /.test(status))).toEqual(
    names.readers.includes('pipe') ? ['500 Internal Server Error'] : [],
  )
  await unharmed()
})

test.each([
  ['a chunk without a size', ['Transfer-Encoding: chunked'], 'zz\r\n{'],
  ['too few bytes', ['Content-Length: 100'], '{"a":'],
])('a body that breaks off by %s ends no worker', async (_, lines, body) => {
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
  await unharmed()
})
