import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorLog } from '../../../packages/server/src/logs/error.ts'
import {
  inheritedSockets,
  notifyReady,
  withoutSystemd,
  writePidFile,
} from '../../../packages/server/src/supervisor/service-manager.ts'
import { apps, bin, Command, phialServer, runToEnd } from '../support/command.ts'
import { deferred } from '../../support/deferred.ts'
import { ask } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

describe('the pid file', () => {
  test('contains the process id of the master while it runs, and stops a second master from starting', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'site.pid')
    const args = ['-b', '127.0.0.1:0', '-p', path, 'fleet']
    await using command = phialServer(args)
    await command.port()
    expect(readFileSync(path, 'utf8')).toBe(`${command.pid}\n`)
    const { code, stderr } = await runToEnd(args)
    expect([code, stderr]).toEqual([
      1,
      `phial-server: --pid ${path}: already running on PID ${command.pid}; stop that server, or choose another file\n`,
    ])
    command.signal('SIGTERM')
    await command.ended
    expect(existsSync(path)).toBe(false)
  })

  test('is replaced if its process has ended or it contains no number', async () => {
    await using folder = await folderWith({ 'a.pid': '999999999\n', 'b.pid': 'x' })
    for (const name of ['a.pid', 'b.pid']) {
      const path = join(folder.path, name)
      const remove = writePidFile(path)
      expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
      remove()
      expect(existsSync(path)).toBe(false)
    }
  })

  test('is replaced if its process is another program', async () => {
    await using other = new Command(spawn('sleep', ['3600'], { stdio: ['ignore', 'pipe', 'pipe'] }))
    await using folder = await folderWith({ 'a.pid': `${other.pid}\n` })
    const path = join(folder.path, 'a.pid')
    writePidFile(path)()
    expect(existsSync(path)).toBe(false)
  })

  test('that cannot be written is an error that names it', () => {
    expect(() => writePidFile('/no/such/a.pid')).toThrow(
      '--pid /no/such/a.pid cannot be written: ENOENT',
    )
  })
})

test('inheritedSockets returns addresses only if LISTEN_PID is this process', () => {
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toEqual(['fd://3', 'fd://4'])
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 8)).toBeUndefined()
  expect(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: 'x' }, 7)).toBeUndefined()
  expect(inheritedSockets({}, 7)).toBeUndefined()
})

test('withoutSystemd removes the variables of systemd', () => {
  const env = { A: '1', LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a', NOTIFY_SOCKET: '/n' }
  expect(withoutSystemd(env)).toEqual({ A: '1' })
})

/** Passes a listening socket on like systemd: as descriptor 3, with two variables. */
const passSocket = `
import os, socket, sys
path, *command = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
os.execv(command[0], command)
`
const hasPython = existsSync('/usr/bin/python3')

test.skipIf(!hasPython)(
  'serves on a socket passed by systemd, and does not remove its path',
  async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'a.sock')
    const words = ['-c', passSocket, path, process.execPath, bin, '-b', '127.0.0.1:1', 'fleet']
    await using command = new Command(
      spawn('python3', words, { cwd: apps, stdio: ['ignore', 'pipe', 'pipe'] }),
    )
    await command.says('Booted')
    expect(command.stderr).toContain('Listening at: fd://3 ')
    expect(await ask(path)).toMatch(/^\d+$/)
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0 })
    expect(existsSync(path)).toBe(true)
  },
)

test.skipIf(!existsSync('/usr/bin/systemd-notify') || !hasPython)(
  'notifyReady sends READY=1 to the socket of systemd',
  async () => {
    await using folder = await folderWith({})
    const socket = join(folder.path, 'notify')
    const listener = new Command(
      spawn(
        'python3',
        [
          '-u',
          '-c',
          'import socket,sys; s=socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print("bound"); print(s.recv(100))',
          socket,
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    )
    await using notified = listener
    await notified.says('bound')
    notifyReady(
      { ...process.env, NOTIFY_SOCKET: socket },
      errorLog('info', () => undefined),
    )
    await notified.says('READY=1')
  },
)

test('notifyReady logs a warning if the notification fails', async () => {
  const logged = deferred<string>()
  notifyReady({ PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere' }, errorLog('info', logged.resolve))
  expect(await logged.promise).toContain(
    '[WARNING] Cannot notify systemd that the server is ready: ',
  )
})
