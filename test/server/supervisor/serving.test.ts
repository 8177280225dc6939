/** A worker while it serves, after errors, and at shutdown. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSettings } from '../../../packages/server/src/settings/read.ts'
import { limitsOf } from '../../../packages/server/src/supervisor/serving.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'
import { apps, bin, Command, phialServer } from '../support/command.ts'
import { ask, childrenOf, said } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { open, readAnswer, request } from '../support/raw.ts'

const get = (path: string): string => request([`GET ${path} HTTP/1.1`, 'Host: a'])

test('a worker that retires answers a request on an idle connection', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const client = await open(await command.port())
  client.send(get('/pid'))
  await client.until('200 OK')
  command.signal('SIGHUP')
  await command.says('Reloaded')
  client.received = ''
  client.send(get('/pid'))
  const answer = readAnswer(await client.until('\r\n\r\n'))
  expect(answer.headers).toContainEqual(['Connection', 'close'])
  await client.closed
  expect(client.error).toBeUndefined()
})

test('an exception outside of any request is logged, in-flight requests finish, and a successor starts', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const [worker = 0] = childrenOf(command.pid)
  const [slow, kept] = [await open(port), await open(port)]
  slow.send(get('/slow'))
  await command.says('waiting in')
  kept.send(get('/stray'))
  await kept.until(`\r\n\r\n${worker}`)
  await command.says(
    /\[ERROR\] Exception outside of any request\n {2}Error: unhandled\n {2}\[forged\] line\n {4}at /,
  )
  kept.received = ''
  kept.send(get('/go')) // the last on its connection
  expect(await slow.until(`\r\n\r\n${worker}`)).toContain('200 OK')
  await command.says(/Booted worker/, 2)
  expect(await ask(port)).not.toBe(String(worker))
  await command.says(`Worker (pid: ${worker}) has exited`)
})

test('an application that handles such exceptions itself keeps running', async () => {
  await using folder = await folderWith({
    'app.mjs': `process.on('uncaughtException', (error) => console.log('own: ' + error.message))
export const app = (environ, startResponse) => {
  setImmediate(() => { throw new Error('later') })
  startResponse('200 OK', [])
  return [Buffer.from(String(process.pid))]
}`,
  })
  await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
  const port = await command.port()
  const first = await ask(port)
  await command.says('own: later')
  expect(await ask(port)).toBe(first)
  expect(command.stderr).not.toContain('is being replaced')
})

test('exceptions of workers that have answered requests do not delay their successors', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', '--log-level', 'debug', 'fleet'])
  const port = await command.port()
  for (let time = 1; time <= 7; time += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    expect(await ask(port, '/stray')).toMatch(/^\d+$/)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await command.says(/Booted worker/, time + 1)
  }
  expect(said(command, /has exited/).length).toBeLessThanOrEqual(7)
})

test('an unknown statsd host has no effect', async () => {
  const statsd = ['--statsd-host', 'no-such-host.invalid:8125']
  await using command = phialServer([...statsd, '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const pid = await ask(port)
  expect(pid).toMatch(/^\d+$/)
  expect(await ask(port)).toBe(pid)
  command.signal('SIGTERM')
  expect(await command.ended).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('ERROR'),
  })
})

const hasPrlimit = spawnable('prlimit')

describe.skipIf(!hasPrlimit)('out of file descriptors', () => {
  test('a worker keeps its connections, logs a warning once, and accepts again when descriptors are free', async () => {
    await using command = phialServer(['-t', '0', '-b', '127.0.0.1:0', 'fleet'])
    const port = await command.port()
    const [worker = 0] = childrenOf(command.pid)
    await ask(port)
    const held = await Promise.all(Array.from({ length: 8 }, () => open(port)))
    for (const client of held) client.send(get('/slow'))
    await command.says('waiting in', 8)
    const limit = (files: number): unknown =>
      execFileSync('prlimit', ['--pid', String(worker), `--nofile=${files}:4096`])
    limit(readdirSync(`/proc/${worker}/fd`).length)
    const others = await Promise.all(Array.from({ length: 30 }, () => open(port)))
    await command.says(/\[WARNING\] This worker has run out of file descriptors: .*ulimit -n/)
    limit(4096)
    for (const client of others) client.socket.destroy()
    expect(await ask(port, '/go')).toBe(String(worker))
    const answers = await Promise.all(held.map((client) => client.until(`\r\n\r\n${worker}`)))
    expect(answers.filter((text) => text.includes('200 OK'))).toHaveLength(8)
    for (const client of held) client.socket.destroy()
    expect(said(command, /has run out of file descriptors/)).toHaveLength(1)
  })

  test('a master replaces a hung worker while hundreds of connections wait', async () => {
    const words = [process.execPath, bin, '-t', '1', '-b', '127.0.0.1:0', 'fleet']
    await using command = new Command(
      spawn('prlimit', ['--nofile=100:100', ...words], {
        cwd: apps,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    const port = await command.port()
    const first = await open(port)
    first.send(get('/loop'))
    const others = await Promise.all(Array.from({ length: 200 }, () => open(port)))
    await command.says('Worker timeout')
    await command.says(/Booted worker/, 2)
    for (const client of others) client.socket.destroy()
    // oxlint-disable-next-line no-await-in-loop -- refused until the worker has noticed that they have disconnected
    while ((await ask(port)) === '');
    expect(command.stderr).not.toContain('EMFILE')
  })
})

function spawnable(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!existsSync('/usr/bin/python3'))(
  'a log reader that does not read does not delay the exit',
  async () => {
    // A pipe, as created by a shell. Its reader exists, but never reads.
    const program = `
import os, subprocess, sys
read, write = os.pipe()
server = subprocess.Popen(sys.argv[1:], stdout=write, stderr=write)
os.close(write)
text = b''
while b'Booted' not in text: text += os.read(read, 65536)
print(text.decode(), 'master', server.pid, flush=True)
print('code:', server.wait(), flush=True)`
    const words = ['--access-logfile', '-', '--graceful-timeout', '1', '-b', '127.0.0.1:0', 'fleet']
    await using command = new Command(
      spawn('python3', ['-c', program, process.execPath, bin, ...words], {
        cwd: apps,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    const port = await command.port()
    const [, pid] = await command.says(/master (\d+)/)
    const client = await open(port)
    const long = get(`/pid?${'x'.repeat(7000)}`)
    for (let time = 0; time < 40; time += 1) {
      client.received = ''
      client.send(long)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await client.until('200 OK')
    }
    process.kill(Number(pid), 'SIGTERM')
    await command.says('code: 0')
  },
)

test('limitsOf returns the defaults of a transport without settings', async () => {
  expect(limitsOf(await readSettings(['app'], {}))).toEqual(defaultLimits)
})

test.each([
  ['--limit-request-line', 'requestLine'],
  ['--limit-request-fields', 'fields'],
  ['--limit-request-field_size', 'fieldSize'],
  ['--limit-request-head', 'head'],
  ['--limit-request-body', 'body'],
  ['--head-timeout', 'headTimeout'],
  ['--body-timeout', 'bodyTimeout'],
  ['--write-timeout', 'writeTimeout'],
  ['--keep-alive', 'keepAlive'],
])('limitsOf passes %s on as %s alone', async (option, limit) => {
  const settings = await readSettings([option, '7', 'app'], {})
  expect(limitsOf(settings)).toEqual({ ...defaultLimits, [limit]: 7 })
})
