import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorLog } from '../../../packages/server/src/logs/error.ts'
import {
  notifyReady,
  socketsHandedDown,
  withoutSystemd,
} from '../../../packages/server/src/supervisor/systemd.ts'
import { apps, bin, Command } from '../support/command.ts'
import { deferred } from '../../support/deferred.ts'
import { ask } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

test('sockets are ours only if they were handed to this process', () => {
  expect(socketsHandedDown({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toEqual(['fd://3', 'fd://4'])
  expect(socketsHandedDown({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 8)).toBeUndefined()
  expect(socketsHandedDown({ LISTEN_PID: '7', LISTEN_FDS: 'x' }, 7)).toBeUndefined()
  expect(socketsHandedDown({}, 7)).toBeUndefined()
})

test('workers hear nothing of it', () => {
  const env = { A: '1', LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a', NOTIFY_SOCKET: '/n' }
  expect(withoutSystemd(env)).toEqual({ A: '1' })
})

/** What systemd does: a socket that listens as descriptor 3, and two variables. */
const handDown = `
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
  'serves on a socket that it was handed, and leaves its path alone',
  async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'a.sock')
    const words = ['-c', handDown, path, process.execPath, bin, '-b', '127.0.0.1:1', 'fleet']
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
  'READY=1, where systemd listens',
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

test('that it could not be told is logged', async () => {
  const told = deferred<string>()
  notifyReady({ PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere' }, errorLog('info', told.resolve))
  expect(await told.promise).toContain('[WARNING] systemd was not told that the server is ready: ')
})
