import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePidFile } from '../../../packages/server/src/supervisor/pid-file.ts'
import { Command, phialServer, runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

test("the master's process id, as long as it runs; a second master is refused", async () => {
  await using folder = await folderWith({})
  const path = join(folder.path, 'site.pid')
  const args = ['-b', '127.0.0.1:0', '-p', path, 'fleet']
  await using command = phialServer(args)
  await command.port()
  expect(readFileSync(path, 'utf8')).toBe(`${command.pid}\n`)
  const { code, stderr } = await runToEnd(args)
  expect([code, stderr]).toEqual([
    1,
    `phial-server: --pid ${path}: already running on PID ${command.pid}; stop that, or name another file\n`,
  ])
  command.signal('SIGTERM')
  await command.ended
  expect(existsSync(path)).toBe(false)
})

test('one that was left behind is replaced; what is no number too', async () => {
  await using folder = await folderWith({ 'a.pid': '999999999\n', 'b.pid': 'x' })
  for (const name of ['a.pid', 'b.pid']) {
    const path = join(folder.path, name)
    const remove = writePidFile(path)
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
    remove()
    expect(existsSync(path)).toBe(false)
  }
})

test('one that names a process of another program is replaced', async () => {
  await using other = new Command(spawn('sleep', ['3600'], { stdio: ['ignore', 'pipe', 'pipe'] }))
  await using folder = await folderWith({ 'a.pid': `${other.pid}\n` })
  const path = join(folder.path, 'a.pid')
  writePidFile(path)()
  expect(existsSync(path)).toBe(false)
})

test('where it cannot be written', () => {
  expect(() => writePidFile('/no/such/a.pid')).toThrow(
    '--pid /no/such/a.pid cannot be written: ENOENT',
  )
})
