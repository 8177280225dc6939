/** Tests that the benchmark's servers do the same work, and that its load generators notice if one does not. Does not test speed. */
import { AssertionError } from 'node:assert'
import { createServer, request } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { generators, hasWrk } from '../../bench/support/load.ts'
import { compile, peers, withServer } from '../../bench/support/peers.ts'
import { nodeBinary } from '../../bench/support/running.ts'
import { verify, works } from '../../bench/support/workloads.ts'

const options = { node: process.execPath }
const short = { connections: 3, seconds: 1 }

beforeAll(compile)

/** The other frameworks are tested by `pnpm test:slow`. */
const isSlow = process.env['PHIAL_SLOW'] !== undefined
const quick = new Set(['node-http', 'gateway', 'phial'])

const turns = peers
  .filter(({ isSilent, name }) => !isSilent && (isSlow || quick.has(name)))
  .flatMap((peer) => peer.workloads.map((workload) => ({ peer, workload, name: peer.name })))

test.concurrent.for(turns)(
  '$name answers $workload correctly, even after clients that disconnected early',
  async ({ peer, workload }) => {
    await withServer(peer, workload, options, async ({ url }) => {
      const { path, method, headers, body } = await verify(url, workload)
      // Load generators disconnect in the middle of an answer when their time is over.
      for (let client = 0; client < 10; client += 1) {
        const asked = request(url + path, { method, headers })
        asked.on('error', () => undefined)
        const sent = once(asked, client % 2 === 0 ? 'finish' : 'response')
        asked.end(body)
        await sent // oxlint-disable-line no-await-in-loop -- one at a time
        asked.destroy()
      }
      await verify(url, workload)
    })
  },
)

test.each([
  ['body', { 'Content-Type': 'text/plain' }, 'Hello, world\n'],
  ['type', { 'Content-Type': 'text/html' }, 'Hello world\n'],
])('a wrong %s is noticed before the measurement', async (_, headers, body) => {
  const server = createServer((_request, response) => response.writeHead(200, headers).end(body))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expect(verify(url, 'hello')).rejects.toThrow(AssertionError)
  server.close()
})

describe.each(hasWrk() ? (['node', 'wrk'] as const) : (['node'] as const))('%s', (name) => {
  const generate = generators[name]

  test('sends bodies and headers, and notices errors during the measurement', async () => {
    const seen = new Set<string>()
    let isBroken = false
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const part of request.setEncoding('utf8')) body += part
      seen.add([request.method, request.url, request.headers['content-type'], body].join(' '))
      response.writeHead(isBroken ? 500 : 200).end('x')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { path, headers, body } = works.form
    const load = await generate(url, works.form, short)
    expect([...seen]).toEqual([['POST', path, headers['Content-Type'], body].join(' ')])
    expect(load.requests).toBeGreaterThan(0)
    isBroken = true
    await expect(generate(url, works.form, short)).rejects.toThrow(url)
    server.close()
    server.closeAllConnections()
  })
})

test('finds the binary of this Node', () => {
  expect(nodeBinary(process.versions.node.split('.', 1)[0] ?? '')).toBe(process.execPath)
})
