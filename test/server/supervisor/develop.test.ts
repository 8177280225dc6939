/** `phial-server --reload`. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bin, Command, phialServer, runToEnd } from '../support/command.ts'
import { ask } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { open, request } from '../support/raw.ts'
import { echo, serving } from '../support/server.ts'

const says = (text: string): string => `export const app = (environ, startResponse) => {
  startResponse('200 OK', [])
  return [Buffer.from(${JSON.stringify(text)})]
}`

test('the next request sees an edit, and a syntax error until it is fixed', async () => {
  await using folder = await folderWith({ 'app.mjs': says('one') })
  const args = ['--reload', '-b', '127.0.0.1:0', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const port = await command.port()
  expect(await ask(port)).toBe('one')
  const file = join(folder.path, 'app.mjs')
  writeFileSync(file, 'export const app = (')
  expect(await ask(port)).toContain('SyntaxError')
  writeFileSync(file, says('three'))
  expect(await ask(port)).toBe('three')
  command.signal('SIGINT')
  expect(await command.ended).toMatchObject({ code: 0 })
})

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s: requests that have arrived are answered',
  async (signal) => {
    await using folder = await folderWith({ 'app.mjs': says('one') })
    const args = ['--reload', '-b', '127.0.0.1:0', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    const port = await command.port()
    expect(await ask(port)).toBe('one')
    command.signal('SIGSTOP')
    const asked = Array.from({ length: 20 }, () => open(port))
    const clients = await Promise.all(asked)
    for (const client of clients) client.send(request(['GET / HTTP/1.1', 'Host: a']))
    command.signal(signal)
    command.signal('SIGCONT')
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.filter(({ received }) => received.endsWith('one'))).toHaveLength(20)
    expect(await command.ended).toMatchObject({ code: 0 })
  },
)

test.skipIf(!existsSync('/usr/bin/python3'))('stops when its terminal closes', async () => {
  await using folder = await folderWith({ 'app.mjs': says('one') })
  const program = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
text = b''
while b'restarts when' not in text: text += os.read(terminal, 65536)
os.close(terminal)
print('status', os.waitpid(pid, 0)[1], flush=True)`
  const words = ['-c', program, process.execPath, bin, '--reload', '-b', '127.0.0.1:0', 'app']
  await using terminal = new Command(
    spawn('python3', words, { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  await terminal.says(/status \d/) // Node itself may abort at its exit if the terminal is closed
})

test('exits with 1 if the port is in use', async () => {
  await using running = await serving(echo)
  const bind = `127.0.0.1:${running.port}`
  const { code, stderr } = await runToEnd(['--reload', '-b', bind, 'app'])
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`phial-server: cannot listen on ${bind}: the address is taken`),
  ])
})

test('exits with 1 if the access log is a file', async () => {
  expect(await runToEnd(['--reload', '--access-logfile', 'x.log', 'app'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('use --access-logfile -'),
  })
})
