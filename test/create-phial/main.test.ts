/** Tests the command as a process: streams, exit code, signals. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { onNode } from '../support/old-node.ts'
import { layOutCommand, plainEnvironment, temporaryFolder } from './support/command.ts'
import { run } from './support/run.ts'

const command = layOutCommand()

test('without a terminal, asks nothing and prints to stdout', async () => {
  const cwd = temporaryFolder()
  const { code, stdout, stderr } = await run(
    process.execPath,
    [command, 'shop', '--no-install', '--no-git'],
    { cwd, env: plainEnvironment() },
  )
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^Created shop from the template minimal\.\n/)
})

test.for(['18.20.8', '20.18.3'])('on Node %s, says which version it needs', async (version) => {
  expect(await onNode(version, command)).toBe(
    `create-phial: Phial needs Node.js 20.19 or later. This is v${version}: https://nodejs.org\n`,
  )
})

test('in a folder that is not writable, prints one line', async () => {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'locked'))
  chmodSync(cwd, 0o755)
  chmodSync(join(cwd, 'locked'), 0o555)
  // Root can write everywhere, so the process switches to another user first.
  const drop = 'data:text/javascript,process.setgid(65534);process.setuid(65534)'
  const nobody = process.getuid?.() === 0 ? ['--import', drop] : []
  for (const dir of ['locked/shop', 'locked']) {
    const args = [...nobody, command, dir, '--no-install', '--no-git']
    // oxlint-disable-next-line no-await-in-loop -- one folder at a time
    const { code, stdout, stderr } = await run(process.execPath, args, {
      cwd,
      env: plainEnvironment(),
    })
    expect(stderr).toBe(
      `create-phial: ${dir} cannot be written: permission denied. No files were written.\n`,
    )
    expect([code, stdout]).toEqual([1, ''])
  }
  expect(readdirSync(join(cwd, 'locked'))).toEqual([])
})

test('Ctrl-C during the installation leaves the application complete', async () => {
  // A registry that accepts a request and never answers.
  const asked = deferred()
  const server = createServer(
    (socket) => void socket.on('error', () => undefined).once('data', asked.resolve),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const cwd = temporaryFolder()
  const env = plainEnvironment({
    npm_config_user_agent: 'npm/11',
    npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    npm_config_cache: temporaryFolder(),
    npm_config_loglevel: 'silent',
  })
  let child: ChildProcess | undefined
  const running = run(process.execPath, [command, 'shop'], { cwd, env }, (one) => (child = one))
  await asked.promise
  child?.kill('SIGINT')
  const { code, stderr } = await running
  expect(stderr).toBe(
    'create-phial: npm install was stopped. The application itself is complete in shop. Run npm install there.\n',
  )
  expect(code).toBe(130)
  expect(readdirSync(join(cwd, 'shop'))).toEqual(
    expect.arrayContaining([
      '.env.example',
      '.git',
      '.gitignore',
      'app.ts',
      'package.json',
      'tsconfig.json',
    ]),
  )
  expect(readdirSync(join(cwd, 'shop'))).not.toContain('node_modules')
})
