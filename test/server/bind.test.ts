import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  openListeners,
  readAddress,
  readAddresses,
  type Listener,
} from '../../packages/server/src/bind.ts'
import { folderWith } from './support/folder.ts'
import { Command, phialServer } from './support/command.ts'
import { echo, serving } from './support/server.ts'

describe('readAddress', () => {
  test.each([
    ['127.0.0.1:8000', { host: '127.0.0.1', port: 8000 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['localhost', { host: 'localhost', port: 8000 }],
    [':80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['[::]', { host: '::', port: 8000 }],
    ['unix:/run/a.sock', { path: '/run/a.sock' }],
    ['unix:///run/a.sock', { path: '/run/a.sock' }],
    ['unix:a.sock', { path: 'a.sock' }],
    ['fd://3', { fd: 3 }],
  ])('parses %s', (bind, address) => {
    expect(readAddress(bind)).toEqual(address)
  })

  test.each([
    '',
    ':',
    'a:',
    'a:b',
    'a:1:2',
    '::1',
    '::1:80',
    '[::1',
    '[a]:1',
    'a:65536',
    'a b:1',
    'http://a:1',
    'unix:',
    'a:-1',
    'fd://',
    'fd://x',
  ])('throws a StartError for %j', (bind) => {
    expect(() => readAddress(bind)).toThrow(
      expect.objectContaining({
        exitCode: 1,
        message: expect.stringContaining(`, received ${bind}`),
      }),
    )
  })
})

describe('readAddresses', () => {
  test.each([
    [['0.0.0.0:80', '[::]:80']],
    [['[::]:80', '0.0.0.0:80']],
    [['[::]:80', '127.0.0.1:80', '[::1]:81']],
  ])('%j: [::] listens for IPv6 only', (binds) => {
    const only = readAddresses(binds).filter(({ ipv6Only }) => ipv6Only)
    expect(only).toEqual([{ host: '::', port: 80, ipv6Only: true }])
  })

  test.each([[['[::]:80']], [['[::]:80', '0.0.0.0:81']], [['[::]:80', 'unix:a']]])(
    '%j: [::] accepts IPv4 too',
    (binds) => {
      expect(readAddresses(binds).some(({ ipv6Only }) => ipv6Only)).toBe(false)
    },
  )

  test('resolves a path, unless the result is too long for a socket', () => {
    const long = 'a'.repeat(100)
    const paths = readAddresses(['unix:a.sock', `unix:${long}`]).map(({ path }) => path)
    expect(paths).toEqual([join(process.cwd(), 'a.sock'), long])
  })
})

describe('openListeners', () => {
  const at = async (bind: string): Promise<Listener> => {
    const [listener] = await openListeners([bind])
    if (!listener) throw new Error('There is no listener.')
    return listener
  }

  test('returns the actual port and the configured host', async () => {
    const { server, url, host } = await at('[::1]:0')
    expect(url).toMatch(/^http:\/\/\[::1\]:[1-9]\d*$/)
    expect(host).toBe('::1')
    server.close()
  })

  test('opens no listener if one of them fails', async () => {
    await using running = await serving(echo)
    const binds = ['127.0.0.1:0', `127.0.0.1:${running.port}`]
    await expect(openListeners(binds)).rejects.toMatchObject({ exitCode: 1 })
  })

  test('rejects with a StartError if the descriptor is not a socket', async () => {
    await expect(at('fd://99')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(
        'cannot listen on fd://99: the descriptor is not a listening socket',
      ),
    })
  })

  test('rejects with a StartError if the port is in use', async () => {
    await using running = await serving(echo)
    await expect(at(`127.0.0.1:${running.port}`)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('the address is taken'),
    })
  })

  test('rejects with a StartError if the machine does not have the address', async () => {
    await expect(at('192.0.2.1:0')).rejects.toMatchObject({
      message: expect.stringContaining('this machine does not have this address'),
    })
  })

  test('rejects with a StartError if the folder does not exist', async () => {
    await expect(at('unix:/no/such/a.sock')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/folder does not exist|permission denied/),
    })
  })

  test('rejects for a socket in use, and replaces a stale one', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'a.sock')
    await using command = phialServer(['-b', `unix:${path}`, 'app'])
    await command.says('Listening at')
    await expect(at(`unix:${path}`)).rejects.toMatchObject({
      message: expect.stringContaining('another server listens there'),
    })
    command.signal('SIGKILL')
    await command.ended
    expect(existsSync(path)).toBe(true)
    const { server, url } = await at(`unix:${path}`)
    expect(url).toBe(`unix:${path}`)
    server.close()
    expect(existsSync(path)).toBe(false)
  })

  /** Sockets that use a path, but refuse or do not answer connections. */
  test.skipIf(!existsSync('/usr/bin/python3')).each([
    [
      'a listener whose queue is full',
      'STREAM',
      's.listen(0); c = socket.socket(socket.AF_UNIX); c.connect(p)',
    ],
    ['a socket that is bound but does not listen yet', 'STREAM', ''],
    ['a datagram socket', 'DGRAM', ''],
    ['a seqpacket socket', 'SEQPACKET', 's.listen()'],
  ])('does not replace %s', async (_, type, more) => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'a.sock')
    const program = `
import socket, sys, time
p = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_${type}); s.bind(p)
${more}
print('bound', flush=True); time.sleep(3600)`
    const words = ['-c', program, path]
    await using holder = new Command(spawn('python3', words, { stdio: ['ignore', 'pipe', 'pipe'] }))
    await holder.says('bound')
    await expect(at(`unix:${path}`)).rejects.toMatchObject({
      message: expect.stringContaining('another server listens there'),
    })
    expect(existsSync(path)).toBe(true)
  })

  test('rejects with a StartError and keeps the file if the path is not a socket', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'notes')
    writeFileSync(path, 'mine')
    await expect(at(`unix:${path}`)).rejects.toMatchObject({
      message: expect.stringContaining('is not a socket; remove it, or choose another path'),
    })
    expect(existsSync(path)).toBe(true)
  })
})
