import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WsgiServer } from '@phial/server'
import { describe, expect, test } from 'vitest'
import { listen, readAddress, showAddress } from '../../packages/server/src/bind.ts'
import { folderWith } from './support/folder.ts'
import { phialServer } from './support/command.ts'
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
  ])('%s', (bind, address) => {
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
  ])('%j is none', (bind) => {
    expect(() => readAddress(bind)).toThrow(
      expect.objectContaining({
        exitCode: 1,
        message: expect.stringContaining(`${bind} is no address`),
      }),
    )
  })
})

test('showAddress', () => {
  expect(showAddress(['127.0.0.1', 8000])).toBe('http://127.0.0.1:8000')
  expect(showAddress(['::1', 80])).toBe('http://[::1]:80')
  expect(showAddress('/a.sock')).toBe('unix:/a.sock')
})

describe('listen', () => {
  const at = async (bind: string): Promise<WsgiServer> => {
    const server = new WsgiServer(readAddress(bind))
    await listen(server, bind, readAddress(bind))
    return server
  }

  test('a taken port', async () => {
    await using running = await serving(echo)
    await expect(at(`127.0.0.1:${running.port}`)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('the address is taken'),
    })
  })

  test('an address that is not ours', async () => {
    await expect(at('192.0.2.1:0')).rejects.toMatchObject({
      message: expect.stringContaining('this machine has no such address'),
    })
  })

  test('a folder that is not there', async () => {
    await expect(at('unix:/no/such/a.sock')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/no such folder|not allowed/),
    })
  })

  test('a socket in use, and one that its server left behind', async () => {
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
    const server = await at(`unix:${path}`)
    await server.close()
    expect(existsSync(path)).toBe(false)
  })

  test('a file that is no socket is left alone', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'notes')
    writeFileSync(path, 'mine')
    await expect(at(`unix:${path}`)).rejects.toMatchObject({
      message: expect.stringContaining('is not a socket; it is left alone'),
    })
    expect(existsSync(path)).toBe(true)
  })
})
