import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Finding, runCase, serverCases } from '@phial/core/conformance'
import { socketClient } from '@phial/server/conformance'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Command } from '../server/support/command.ts'
import { binary, hasPrograms } from './binaries.ts'
import { failures } from './differences.ts'
import { type Runtime, runtimes } from './platforms.ts'
import { start } from './site.ts'

const entries = fileURLToPath(new URL('entries', import.meta.url))
const esbuild = fileURLToPath(new URL('node_modules/.bin/esbuild', import.meta.url))

const programs: Readonly<Record<Runtime, () => Command>> = {
  Bun: () => start(binary('bun'), ['bun.ts'], entries),
  Deno: () =>
    start(
      binary('deno'),
      ['run', '--allow-net', '--allow-read', '--allow-env', 'deno.ts'],
      entries,
    ),
  workerd: () => start(binary('workerd'), ['serve', 'workers.capnp', '--control-fd', '1'], entries),
}

/** A shorter time limit for expected failures, in milliseconds. */
const TIMEOUT = 2000

beforeAll(async () => {
  const args = ['workers.ts', '--outdir=build', '--bundle', '--format=esm', '--platform=node']
  await promisify(execFile)(esbuild, [...args, '--log-level=error'], { cwd: entries })
})

describe.skipIf(!hasPrograms).each(runtimes)('%s', (runtime) => {
  let command: Command
  let port = 0
  beforeAll(async () => {
    command = programs[runtime]()
    const [, found] = await command.says(/(?:127\.0\.0\.1:|"port":)(\d+)/)
    port = Number(found)
  })
  afterAll(() => command[Symbol.asyncDispose]())

  const known = failures.filter(({ on }) => on === runtime)
  const isKnown = (where: string, { rule, name }: Pick<Finding, 'rule' | 'name'>): boolean =>
    known.some((one) => one.where === where && one.rule === rule && name.startsWith(one.name))

  describe.each(['bare', 'validated'])('over sockets, %s', (layer) => {
    const cases = serverCases.map((one, index) => ({ ...one, index }))
    test.each(cases.filter((one) => !isKnown('over sockets', one)))('$rule $name', async (one) => {
      const client = socketClient(port, [`X-Case: ${one.index} ${layer}`])
      expect((await runCase(one, client)).found).toBeUndefined()
    })
  })

  const impossible = serverCases
    .map((one, index) => ({ ...one, index }))
    .filter((one) => isKnown('over sockets', one))
  test.concurrent.each(impossible)('fails over sockets as documented: $rule $name', async (one) => {
    const client = socketClient(port, [`X-Case: ${one.index} impossible`])
    expect((await runCase(one, client, TIMEOUT)).found).toBeDefined()
  })

  test('sets REMOTE_ADDR to the client’s address and ignores a forged CF-Connecting-IP', async () => {
    const client = socketClient(port)
    const forged = await client({ target: '/who', headers: [['CF-Connecting-IP', '203.0.113.7']] })
    expect(JSON.parse(forged.body)).toEqual([
      runtime === 'workerd' ? 'workers' : runtime.toLowerCase(),
      '127.0.0.1',
      expect.stringMatching(/^\d+$/),
    ])
  })

  test('closes an endless body after the client disconnects', async () => {
    const client = socketClient(port)
    await client({ target: '/flow', leave: true })
    const closed = async (): Promise<string> => (await client({ target: '/closed' })).body
    await vi.waitUntil(async () => (await closed()) === '1', { timeout: 20_000 })
  })

  test('passes every case in process with both clients, except for the documented failures', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`)
    const findings = (await response.json()) as Finding[]
    expect(findings).toHaveLength(serverCases.length * 4)
    const found = findings.filter(({ found }) => found !== undefined)
    expect(found.filter((finding) => !isKnown('in process', finding))).toEqual([])
    const named = new Set(found.map(({ rule }) => rule))
    const documented = known.filter(({ where }) => where === 'in process').map(({ rule }) => rule)
    expect(named).toEqual(new Set(documented))
  })
})
