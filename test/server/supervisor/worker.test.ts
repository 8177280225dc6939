/** A worker when its master dies, and when it receives signals. */
import { describe, expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { childrenOf, refused } from '../support/fleet.ts'
import { open, request } from '../support/raw.ts'

const booted = /Booted worker with pid: (\d+)/
const get = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])

describe('when the master is killed', () => {
  test('workers exit within --graceful-timeout despite in-flight requests, and the address is free', async () => {
    const args = ['-w', '2', '--graceful-timeout', '1', '-b', '127.0.0.1:0', 'fleet']
    await using command = phialServer(args)
    const port = await command.port()
    const slow = await open(port)
    slow.send(get('/slow'))
    await command.says('waiting in')
    command.signal('SIGKILL')
    await command.ended // its outputs are closed only when the workers have exited
    await slow.closed
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

test('in-flight requests finish after the master was killed', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const [slow, go] = [await open(port), await open(port)]
  go.send(get('/pid'))
  await go.until('200 OK')
  slow.send(get('/slow'))
  const [, pid = ''] = await command.says(/waiting in (\d+)/)
  command.signal('SIGKILL')
  await refused(port)
  go.send(get('/go'))
  expect(await slow.until(`\r\n\r\n${pid}`)).toContain('200 OK')
  await command.ended
})

describe('signals to a worker', () => {
  test('TERM finishes in-flight requests, and the worker is replaced', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const [worker = 0] = childrenOf(command.pid)
    const [slow, go] = [await open(port), await open(port)]
    slow.send(get('/slow'))
    await command.says('waiting in')
    go.send(get('/pid'))
    await go.until('200 OK')
    go.send(get('/go'))
    process.kill(worker, 'SIGTERM')
    expect(await slow.until(`\r\n\r\n${worker}`)).toContain('200 OK')
    await command.says(booted, 2)
  })

  test('signals from a terminal are ignored', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const [worker = 0] = childrenOf(command.pid)
    const signals = ['INT', 'HUP', 'WINCH', 'TTIN', 'TTOU', 'USR1', 'USR2'] as const
    for (const name of signals) process.kill(worker, `SIG${name}`)
    const client = await open(port)
    client.send(get('/pid'))
    await client.until(`\r\n\r\n${worker}`)
    client.socket.destroy()
  })
})
