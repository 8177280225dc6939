/** The master, its signals and its exit codes, as an operator sees them. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { ask, childrenOf, said, whoAnswers } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { open, request } from '../support/raw.ts'

const booted = /Booted worker with pid: (\d+)/
const left = /Worker \(pid: (\d+)\) has left/
const get = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])
const answers = (text: string): string => `
export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from(environ.PATH_INFO === '/pid' ? String(process.pid) : ${JSON.stringify(text)})]
}
`

describe('TERM', () => {
  test('what is under way is finished, idle connections do not delay it, new ones are refused', async () => {
    await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const [slow, idle, go] = [await open(port), await open(port), await open(port)]
    slow.send(get('/slow'))
    const [, pid = ''] = await command.says(/waiting in (\d+)/)
    for (const client of [idle, go]) {
      client.send(get('/pid'))
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await client.until('200 OK')
    }
    command.signal('SIGTERM')
    await command.says('Handling signal: term')
    await idle.closed
    expect(idle.error).toBeUndefined()
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    process.kill(Number(pid), 0) // still there
    command.signal('SIGQUIT')
    expect(await command.ended).toMatchObject({ code: 0 })
  })

  test('what takes longer than --graceful-timeout is cut, and the end is clean', async () => {
    await using command = phialServer(['--graceful-timeout', '1', '-b', '127.0.0.1:0', 'fleet'])
    const slow = await open(await command.port())
    slow.send(get('/slow'))
    await command.says('waiting in')
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0 })
    await slow.closed
    expect(slow.received).toBe('')
  })
})

test('QUIT cuts what is under way', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const slow = await open(await command.port())
  slow.send(get('/slow'))
  await command.says('waiting in')
  command.signal('SIGQUIT')
  expect(await command.ended).toMatchObject({ code: 0 })
})

describe('HUP', () => {
  test('loads the new code in new workers, one at a time; each is ready before an old one leaves', async () => {
    await using folder = await folderWith({ 'app.mjs': answers('old') })
    const args = ['-w', '2', '-b', '127.0.0.1:0', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    const port = await command.port()
    writeFileSync(join(folder.path, 'app.mjs'), answers('new'))
    expect(await ask(port)).toBe('old')
    command.signal('SIGHUP')
    await command.says('Reloaded')
    expect(await ask(port)).toBe('new')
    await command.says(left, 2)
    const order = said(command, /(Booted|has left)/).slice(2)
    expect(order.filter((word, at) => word !== (at % 2 === 0 ? 'Booted' : 'has left'))).toEqual([])
  })

  test('with broken code the old one goes on, which is logged once; the next reload succeeds', async () => {
    await using folder = await folderWith({ 'app.mjs': answers('old') })
    const args = ['-w', '2', '-b', '127.0.0.1:0', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    const port = await command.port()
    const before = new Set((await whoAnswers(port, 8)).keys())
    writeFileSync(join(folder.path, 'app.mjs'), 'export const app = (')
    command.signal('SIGHUP')
    await command.says(
      /\[ERROR\] Not reloaded, the old workers go on: importing app\.mjs failed: SyntaxError/,
    )
    expect(new Set((await whoAnswers(port, 8)).keys())).toEqual(before)
    expect(said(command, /\[ERROR\]/)).toHaveLength(1)
    writeFileSync(join(folder.path, 'app.mjs'), answers('new'))
    command.signal('SIGHUP')
    await command.says('Reloaded')
    expect(await ask(port)).toBe('new')
  })
})

test('TTIN and TTOU: one more, one less, never none', async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  command.signal('SIGTTIN')
  await command.says(booted, 3)
  for (let time = 1; time <= 5; time += 1) {
    command.signal('SIGTTOU')
    // oxlint-disable-next-line no-await-in-loop -- signals of one kind that come together are one
    await command.says(/Handling signal: ttou/, time)
  }
  await command.says(left, 2)
  expect(childrenOf(command.pid)).toHaveLength(1)
  expect((await whoAnswers(port, 4)).size).toBe(1)
})

test('WINCH and USR2 change nothing; USR2 says why', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const workers = childrenOf(command.pid)
  command.signal('SIGWINCH')
  await command.says('Handling signal: winch')
  command.signal('SIGUSR2')
  await command.says(/\[WARNING\] Nothing is done: .*service manager/)
  expect(await ask(port)).toBe(String(workers[0]))
})

test('a unix socket has the mode that --umask leaves, and is gone at the end', async () => {
  await using folder = await folderWith({})
  const path = join(folder.path, 'a.sock')
  await using command = phialServer(['-m', '077', '-b', `unix:${path}`, 'fleet'])
  await command.says('Booted')
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(await ask(path)).toMatch(/^\d+$/)
  command.signal('SIGTERM')
  await command.ended
  expect(existsSync(path)).toBe(false)
})

test('a master that is stopped does not stop what its workers have', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const client = await open(await command.port())
  client.send(get('/pid'))
  await client.until('200 OK')
  command.signal('SIGSTOP')
  client.received = ''
  client.send(get('/pid'))
  await client.until('200 OK')
  command.signal('SIGCONT')
  client.socket.destroy()
})
