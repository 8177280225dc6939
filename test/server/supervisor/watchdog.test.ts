/** A worker that hangs. */
import { expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { ask, whoAnswers } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { open, request } from '../support/raw.ts'

const booted = /Booted worker with pid: (\d+)/

test('an endless loop: the log has the request, its age and the stack, other workers serve, and a successor starts', async () => {
  await using command = phialServer(['-w', '2', '-t', '2', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  await command.says(booted, 2)
  const hanging = await open(port)
  hanging.send(request(['GET /loop?a=1 HTTP/1.1', 'Host: a']))
  expect((await whoAnswers(port, 40)).size).toBeGreaterThanOrEqual(1)
  const [, pid = ''] = await command.says(/\[CRITICAL\] Worker timeout \(pid: (\d+)\)/)
  await hanging.closed
  await command.says(booted, 3)
  expect(command.stderr).toMatch(
    /it has not responded for 2 s \(--timeout\); in flight: GET \/loop\?a=1 for \d\.\d s\n {4}at .*fleet\.ts:\d+:\d+\)\n/,
  )
  expect(command.stderr).toContain(
    `[ERROR] Worker (pid: ${pid}) was killed by its watchdog: it did not respond\n`,
  )
  expect(command.stderr).not.toContain('out of memory')
  expect([...(await whoAnswers(port, 4)).keys()]).not.toContain(Number(pid))
})

test('a native call that cannot be interrupted: the log has the last request to start', async () => {
  await using folder = await folderWith({
    'app.mjs': `
import { execSync } from 'node:child_process'
export const app = (environ, startResponse) => {
  if (environ.PATH_INFO === '/sleep') execSync('sleep 60')
  startResponse('200 OK', [])
  return []
}`,
  })
  const args = ['-t', '1', '-b', '127.0.0.1:0', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const port = await command.port()
  expect(await ask(port)).toBe('')
  const hanging = await open(port)
  hanging.send(request(['GET /sleep HTTP/1.1', 'Host: a']))
  await command.says(
    /\[CRITICAL\] Worker timeout .*it is in a native call that cannot be interrupted; the last request to start: GET \/sleep for \d\.\d s\n/,
  )
  await command.says(booted, 2)
  await hanging.closed
})

test('--timeout 0 disables the watchdog', async () => {
  await using command = phialServer(['-t', '0', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const hanging = await open(port)
  hanging.send(request(['GET /loop HTTP/1.1', 'Host: a']))
  command.signal('SIGQUIT')
  expect(await command.ended).toMatchObject({ code: 0 })
  expect(command.stderr).not.toContain('timeout')
})
