/** Settings from all sources, with the real command. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apps, bin, phialServer, runToEnd } from '../support/command.ts'
import { ask } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

/** Starts the command. Resolves with the number of workers. */
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

test('listens only on this machine by default', async () => {
  const { stdout } = await runToEnd(['--print-config', 'app'])
  expect(stdout).toMatch(/^bind += \["127\.0\.0\.1:8000"\] {2}# default$/m)
})

test('--env-file sets variables for the application and defaults, below the real environment and --env, and is read again on HUP', async () => {
  await using folder = await folderWith({
    'app.mjs': `export const app = (environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      const { A, B, C, D, E } = process.env
      return [Buffer.from([A, B, C, D, E].join(' '))]
    }`,
    'one.env': '\uFEFFA=one\nno equals sign\nB="one"\nC=one\nD=one\nWEB_CONCURRENCY=2\n',
    'two.env': 'A=two\nE=two\n',
  })
  const args = ['--env-file', 'one.env', '--env-file', 'two.env', '-e', 'D=option']
  await using command = phialServer([...args, '-b', '127.0.0.1:0', 'app'], {
    cwd: folder.path,
    env: { C: 'real' },
  })
  const port = await command.port()
  await command.says(/Booted worker/, 2)
  expect(await ask(port)).toBe('one one real option two')
  writeFileSync(join(folder.path, 'two.env'), 'E=three\n')
  command.signal('SIGHUP')
  await command.says('Reloaded')
  expect(await ask(port)).toBe('one one real option three')
})

test.each([
  [['-p', '3000', 'app'], 2, '-p 3000: expected a file; did you mean -b :3000?'],
  [
    ['--port', '3000', 'app'],
    2,
    '--port is not supported: the port is part of the address: -b :3000',
  ],
  [
    ['--forwarded-headers', 'for,hots', 'app'],
    2,
    'expected a list of for, proto, host, port, prefix',
  ],
])('%j exits with %i: %s', async (args, code, message) => {
  const ended = await runToEnd(args)
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)])
})

test('exits with 1 if a file of --env-file is missing', async () => {
  const env = { PHIAL_SERVER_ARGS: '--env-file none.env' } // on the command line Node 20 itself looks for it first
  const { code, stderr } = await runToEnd(['app'], { env })
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^phial-server: --env-file none\.env cannot be read: ENOENT[^\n]*\n$/),
  ])
})

test('the command imports nothing before it has checked the version of Node', () => {
  expect(readFileSync(bin, 'utf8')).not.toMatch(/^import\b/m)
})
