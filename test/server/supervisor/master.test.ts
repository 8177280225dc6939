/** The master: its signals and exit codes. */
import { existsSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { ask, childrenOf, listeners, refused, said, whoAnswers } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { exchange, open, readAnswer, request } from '../support/raw.ts'

const booted = /Booted worker with pid: (\d+)/
const left = /Worker \(pid: (\d+)\) has exited/
const get = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])
const lastGet = (path: string): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
/** An application with a stream that ends when the worker retires. */
const stream = `
export const app = async function (environ, startResponse) {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  const retiring = new Promise((resolve) => environ['phial.retiring'].addEventListener('abort', resolve))
  return (async function* () {
    yield Buffer.from('begun')
    await retiring
    yield Buffer.from('bye')
  })()
}
`
const answers = (text: string): string => `
export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from(environ.PATH_INFO === '/pid' ? String(process.pid) : ${JSON.stringify(text)})]
}
`

/** Returns the source of a module that waits while it is loaded until a file exists. */
const loadsWhen = (file: string): string => `
import { existsSync, watch } from 'node:fs'
const file = ${JSON.stringify(file)}
await new Promise((resolve) => {
  const watcher = watch(${JSON.stringify(dirname(file))}, look)
  function look() {
    if (existsSync(file)) resolve(watcher.close())
  }
  look()
})
${answers('here')}`

test('connections are refused until the first worker is ready, and /ready is 503 until all are', async () => {
  await using folder = await folderWith({})
  const [file, socket] = [join(folder.path, 'go'), join(folder.path, 'metrics.sock')]
  writeFileSync(join(folder.path, 'app.mjs'), loadsWhen(file))
  const args = [
    '-w',
    '2',
    '-b',
    '127.0.0.1:0',
    '--metrics',
    `unix:${socket}`,
    '--log-level',
    'debug',
  ]
  await using command = phialServer([...args, 'app'], { cwd: folder.path })
  await command.says(/Booting worker/, 2)
  const status = async (path: string): Promise<string> =>
    readAnswer(await exchange(socket, lastGet(path))).status
  expect(await status('/live')).toBe('200 OK')
  expect(await status('/ready')).toBe('503 Service Unavailable')
  expect(listeners(command.pid)).toEqual([])
  writeFileSync(file, '')
  const port = await command.port()
  expect(listeners(command.pid)).toEqual([port])
  expect(await status('/ready')).toBe('200 OK')
  expect(await ask(port)).toBe('here')
})

test('exits with one line if another server has taken the address in the meantime', async () => {
  await using folder = await folderWith({})
  const file = join(folder.path, 'go')
  writeFileSync(join(folder.path, 'app.mjs'), loadsWhen(file))
  await using other = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await other.port()
  other.signal('SIGQUIT')
  await other.ended
  const bind = `127.0.0.1:${port}`
  const args = ['-b', bind, '--log-level', 'debug', 'app']
  await using late = phialServer(args, { cwd: folder.path })
  await late.says(/Booting worker/)
  await using quick = phialServer(['-b', bind, 'fleet'])
  await quick.port()
  writeFileSync(file, '')
  const { code, stderr } = await late.ended
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`phial-server: cannot listen on ${bind}: the address is taken`),
  ])
})

describe('TERM', () => {
  test('finishes in-flight requests, answers one more on idle connections, and refuses new ones', async () => {
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
    // Each response keeps the connection open until its worker retires.
    for (let isLast = false; !isLast;) {
      go.received = ''
      go.send(get('/pid'))
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const { headers } = readAnswer(await go.until('\r\n\r\n'))
      isLast = headers.some(([name, value]) => name === 'Connection' && value === 'close')
    }
    await refused(port)
    await idle.closed // without a request
    expect(idle.error).toBeUndefined()
    process.kill(Number(pid), 0) // still running
    command.signal('SIGQUIT')
    expect(await command.ended).toMatchObject({ code: 0 })
  })

  test('INT closes idle connections immediately', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
    const [slow, idle] = [await open(await command.port()), await open(await command.port())]
    slow.send(get('/slow'))
    await command.says('waiting in')
    idle.send(get('/pid'))
    await idle.until('200 OK')
    command.signal('SIGINT')
    await idle.closed
    command.signal('SIGQUIT')
    expect(await command.ended).toMatchObject({ code: 0 })
  })

  test('logs and cuts requests that take longer than --graceful-timeout, and exits with 0', async () => {
    await using command = phialServer(['--graceful-timeout', '1', '-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const clients = [await open(port), await open(port)]
    for (const client of clients) client.send(get('/slow'))
    await command.says('waiting in', 2)
    command.signal('SIGTERM')
    const { code, stderr } = await command.ended
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /\[WARNING\] Cut 2 requests after --graceful-timeout: GET \/slow for \d\.\d s, GET \/slow for \d\.\d s\n/,
    )
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ received }) => received)).toEqual(['', ''])
  })

  test('notifies applications, so that a stream can end properly', async () => {
    await using folder = await folderWith({ 'app.mjs': stream })
    await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
    const client = await open(await command.port())
    client.send(get('/'))
    await client.until('begun')
    command.signal('SIGTERM')
    await client.closed
    expect(client.received).toMatch(/bye\r\n0\r\n\r\n$/)
    expect(await command.ended).toMatchObject({ code: 0 })
  })

  test('with --drain keeps accepting until a second signal, while /ready is 503', async () => {
    await using folder = await folderWith({})
    const socket = join(folder.path, 'metrics.sock')
    const args = ['--drain', '600', '--metrics', `unix:${socket}`, '-b', '127.0.0.1:0', 'fleet']
    await using command = phialServer(args)
    const port = await command.port()
    command.signal('SIGTERM')
    await command.says('Draining')
    expect(readAnswer(await exchange(socket, lastGet('/ready'))).status).toMatch(/^503/)
    const client = await open(port)
    client.send(get('/pid'))
    expect(readAnswer(await client.until('\r\n\r\n'))).toMatchObject({
      status: '200 OK',
      headers: expect.arrayContaining([['Connection', 'close']]),
    })
    command.signal('SIGINT')
    expect(await command.ended).toMatchObject({ code: 0 })
  })
})

test('two INTs at the same time, as sent by a terminal and npm, finish in-flight requests', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const [slow, go] = [await open(port), await open(port)]
  slow.send(get('/slow'))
  await command.says('waiting in')
  go.socket.write('GET /go HTTP/1.1\r\n') // the rest of the head follows after the signals
  command.signal('SIGINT')
  command.signal('SIGINT')
  await command.says('Handling signal: int')
  await refused(port)
  go.send('Host: a\r\n\r\n')
  expect(await slow.until('\r\n\r\n')).toContain('200 OK')
  expect(await command.ended).toMatchObject({ code: 0 })
})

test('QUIT cuts in-flight requests', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const slow = await open(await command.port())
  slow.send(get('/slow'))
  await command.says('waiting in')
  command.signal('SIGQUIT')
  expect(await command.ended).toMatchObject({ code: 0 })
})

describe('HUP', () => {
  test('loads the new code in new workers, one at a time, each of which is ready before an old one retires', async () => {
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
    const order = said(command, /(Booted|has exited)/).slice(2)
    expect(order.filter((word, at) => word !== (at % 2 === 0 ? 'Booted' : 'has exited'))).toEqual(
      [],
    )
  })

  test('keeps the old workers if the new code fails, logs that once, and a later reload succeeds', async () => {
    await using folder = await folderWith({ 'app.mjs': answers('old') })
    const args = ['-w', '2', '-b', '127.0.0.1:0', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    const port = await command.port()
    await command.says(booted, 2)
    const before = childrenOf(command.pid)
    writeFileSync(join(folder.path, 'app.mjs'), 'export const app = (')
    command.signal('SIGHUP')
    await command.says(
      /\[ERROR\] Not reloaded, the old workers keep running: importing app\.mjs failed: SyntaxError/,
    )
    expect(childrenOf(command.pid)).toEqual(expect.arrayContaining(before))
    expect(await ask(port)).toBe('old')
    expect(said(command, /\[ERROR\]/)).toHaveLength(1)
    writeFileSync(join(folder.path, 'app.mjs'), answers('new'))
    command.signal('SIGHUP')
    await command.says('Reloaded')
    expect(await ask(port)).toBe('new')
  })
})

describe('HUP with a symbolic link `current`', () => {
  test.each([
    ['in --chdir', (current: string) => ({ args: ['--chdir', current], cwd: '/' })],
    [
      'in the current folder of the shell',
      (current: string) => ({ args: [], cwd: current, env: { PWD: current } }),
    ],
  ])(
    '%s serves the release that it points to now, unlike a replaced worker before',
    async (_, start) => {
      await using folder = await folderWith({
        '1/app.mjs': answers('one'),
        '2/app.mjs': answers('two'),
      })
      const [current, next] = [join(folder.path, 'current'), join(folder.path, 'next')]
      symlinkSync('1', current)
      const { args, ...options } = start(current)
      await using command = phialServer([...args, '-b', '127.0.0.1:0', 'app'], options)
      const port = await command.port()
      symlinkSync('2', next)
      renameSync(next, current)
      process.kill(Number(await ask(port, '/pid')), 'SIGKILL')
      await command.says(booted, 2)
      expect(await ask(port)).toBe('one')
      command.signal('SIGHUP')
      await command.says(`Reloaded: all workers run the new code in ${join(folder.path, '2')}`)
      expect(await ask(port)).toBe('two')
    },
  )
})

test('TTIN adds a worker, TTOU removes one but never the last', async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  command.signal('SIGTTIN')
  await command.says(booted, 3)
  for (let time = 1; time <= 5; time += 1) {
    command.signal('SIGTTOU')
    // oxlint-disable-next-line no-await-in-loop -- the system merges pending signals of the same kind
    await command.says(/Handling signal: ttou/, time)
  }
  await command.says(left, 2)
  expect(childrenOf(command.pid)).toHaveLength(1)
  expect((await whoAnswers(port, 4)).size).toBe(1)
})

test('WINCH and USR2 change nothing, and USR2 logs what to do instead', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const workers = childrenOf(command.pid)
  command.signal('SIGWINCH')
  await command.says('Handling signal: winch')
  command.signal('SIGUSR2')
  await command.says(/\[WARNING\] USR2 is ignored; .*service manager/)
  expect(await ask(port)).toBe(String(workers[0]))
})

test('a unix socket has the mode of --umask, and is removed at the end', async () => {
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

test('while the master is stopped, idle and new connections are answered', async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const client = await open(port)
  client.send(get('/pid'))
  await client.until('200 OK')
  command.signal('SIGSTOP')
  client.received = ''
  client.send(get('/pid'))
  await client.until('200 OK')
  const asked = Array.from({ length: 20 }, () => ask(port))
  expect((await Promise.all(asked)).filter((pid) => /^\d+$/.test(pid))).toHaveLength(20)
  command.signal('SIGCONT')
  client.socket.destroy()
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: connections that wait in the queue are answered',
  async (signal) => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const [worker = 0] = childrenOf(command.pid)
    process.kill(worker, 'SIGSTOP')
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(port)))
    for (const client of clients) client.send(get('/pid'))
    command.signal(signal)
    await command.says('Handling signal')
    process.kill(worker, 'SIGCONT')
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.filter(({ received }) => received.includes('200 OK'))).toHaveLength(20)
    expect(await command.ended).toMatchObject({ code: 0 })
  },
)

test('connections wait in the queue while all workers are dead', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  expect(await ask(port)).toMatch(/^\d+$/)
  command.signal('SIGSTOP') // so that it starts no other worker
  const [worker = 0] = childrenOf(command.pid)
  process.kill(worker, 'SIGKILL')
  const client = await open(port)
  client.send(get('/pid'))
  command.signal('SIGCONT')
  await client.until('200 OK')
  client.socket.destroy()
})
