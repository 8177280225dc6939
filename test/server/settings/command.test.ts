/** Settings from every place, as the whole command takes them. */
import { expect, test } from 'vitest'
import { apps, phialServer, runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

/** How many workers serve. */
async function workers(args: string[], env: Record<string, string> = {}): Promise<number> {
  await using folder = await folderWith({ 'two.json': '{ "workers": 2 }' })
  const all = ['-b', '127.0.0.1:0', '--chdir', apps, ...args, 'app']
  await using command = phialServer(all, { cwd: folder.path, env })
  await command.port()
  command.signal('SIGTERM')
  const { stderr } = await command.ended
  return stderr.match(/Booted worker/g)?.length ?? 0
}

test.each([
  [[], {}, 1],
  [[], { WEB_CONCURRENCY: '3' }, 3],
  [['-c', 'two.json'], { WEB_CONCURRENCY: '3' }, 2],
  [['-c', 'two.json'], { PHIAL_SERVER_ARGS: '-w 3' }, 3],
  [['-c', 'two.json', '-w', '1'], { PHIAL_SERVER_ARGS: '-w 3' }, 1],
] as const)('%j with %j: %i workers', async (args, env, count) => {
  expect(await workers([...args], env)).toBe(count)
})

test('what nobody said is on this machine alone', async () => {
  const { stdout } = await runToEnd(['--print-config', 'app'])
  expect(stdout).toMatch(/^bind += \["127\.0\.0\.1:8000"\] {2}# default$/m)
})
