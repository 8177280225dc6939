/** Signals and replaced workers fail no request under load. `pnpm test:slow` runs longer. */
import { expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { childrenOf, said } from '../support/fleet.ts'
import { loadOf } from '../support/load.ts'

const times = process.env['PHIAL_SLOW'] ? 5 : 1
const booted = /Booted worker with pid: (\d+)/
const reloaded = /Reloaded: all workers run the new code/
const limit = { timeout: 120_000 * times }

test('reloads, TTIN and TTOU fail no request', limit, async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const load = loadOf(await command.port(), 3)
  for (let time = 1; time <= times; time += 1) {
    command.signal('SIGHUP')
    // oxlint-disable-next-line no-await-in-loop -- one reload after another
    await command.says(reloaded, time)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await load.more(100)
  }
  command.signal('SIGTTIN')
  await command.says(booted, 3 + 2 * times)
  await load.more(100)
  command.signal('SIGTTOU')
  await command.says(/has exited/, 1 + 2 * times)
  await load.more(100)
  const { good, bad } = await load.stop()
  expect(Object.fromEntries(bad)).toEqual({})
  expect(good).toBeGreaterThanOrEqual(100 * times)
})

test('--max-requests fails no request, and replaces one worker at a time', limit, async () => {
  const args = ['-w', '2', '--max-requests', '200', '--max-requests-jitter', '50']
  await using command = phialServer([...args, '-b', '127.0.0.1:0', 'fleet'])
  const load = loadOf(await command.port(), 4)
  await command.says(/has exited/, 4 * times)
  const { bad } = await load.stop()
  expect(Object.fromEntries(bad)).toEqual({})
})

test('a killed worker fails only its in-flight requests', limit, async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const load = loadOf(await command.port(), 4)
  await load.more(100)
  const [killed = 0] = childrenOf(command.pid)
  process.kill(killed, 'SIGKILL')
  await command.says(booted, 3)
  await load.more(200)
  const { bad } = await load.stop()
  const failures = [...bad.values()].reduce((sum, count) => sum + count, 0)
  expect(failures).toBeLessThanOrEqual(8) // each client has one in-flight request
  expect([...bad.keys()].filter((name) => !/ECONNRESET|hang up/.test(name))).toEqual([])
  expect(said(command, booted)).toHaveLength(3)
})

test.runIf(times > 1)(
  'reloads, TTIN, TTOU, 20 replacements and a killed worker under one load',
  limit,
  async () => {
    const args = ['-w', '2', '--max-requests', '4000', '--max-requests-jitter', '500']
    await using command = phialServer([...args, '-b', '127.0.0.1:0', 'fleet'])
    const load = loadOf(await command.port(), 4)
    for (let time = 1; time <= times; time += 1) {
      command.signal('SIGHUP')
      // oxlint-disable-next-line no-await-in-loop -- one reload after another
      await command.says(reloaded, time)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await load.more(1000)
    }
    for (const name of ['SIGTTIN', 'SIGTTOU'] as const) {
      command.signal(name)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await load.more(5000)
    }
    await command.says(/is being replaced: it has answered/, 20)
    expect(Object.fromEntries(load.tally.bad)).toEqual({})
    process.kill(childrenOf(command.pid).at(-1) ?? 0, 'SIGKILL')
    await load.more(5000)
    const { good, bad } = await load.stop()
    console.log(`${good} requests were answered; of the killed worker: ${JSON.stringify([...bad])}`)
    expect([...bad.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(8)
  },
)
