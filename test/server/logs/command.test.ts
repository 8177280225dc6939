/** The logs of a process: its output, files and datagrams. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chosenArgs } from '../support/chosen.ts'
import { apps, bin, phialServer, runToEnd, type Command } from '../support/command.ts'
import { fileSays } from '../support/file.ts'
import { folderWith } from '../support/folder.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { udpListener } from '../support/udp.ts'

const at = ['-b', '127.0.0.1:0', '--chdir', apps]

/** A request with a value for each atom of the access log. */
const whole = request([
  'GET /caf%C3%A9?q=1 HTTP/1.1',
  'Host: a',
  'User-Agent: test/1',
  'Referer: http://b/',
  `Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}`,
  'X-In: i',
  'X-Request-ID: r-1',
  'Connection: close',
])

async function stop(command: Command): Promise<{ stdout: string; stderr: string }> {
  command.signal('SIGTERM')
  return command.ended
}

describe('the access log', () => {
  test('formats every atom of a request', async () => {
    const atoms =
      'h l u t r s m U q H b B f a T M D L p {X-In}i {X-Out}o {Set-Cookie}o {SERVER_NAME}e'
    const format = atoms.replaceAll(/\S+/g, '%($&)s').replaceAll(' ', '|')
    const args = [...at, '--access-logfile', '-', '--access-logformat', format, 'failing']
    await using command = phialServer(args)
    await exchange(await command.port(), whole)
    await command.says('test/1')
    const { stdout } = await stop(command)
    const values = stdout.trimEnd().split('|')
    expect(
      Object.fromEntries(atoms.split(' ').map((atom, index) => [atom, values[index]])),
    ).toEqual({
      h: '127.0.0.1',
      l: '-',
      u: 'ann',
      t: expect.stringMatching(/^\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]$/),
      r: 'GET /caf%C3%A9?q=1 HTTP/1.1',
      s: '200',
      m: 'GET',
      U: String.raw`/caf\xc3\xa9`,
      q: 'q=1',
      H: 'HTTP/1.1',
      b: '5',
      B: '5',
      f: 'http://b/',
      a: 'test/1',
      T: expect.stringMatching(/^\d+$/),
      M: expect.stringMatching(/^\d+$/),
      D: expect.stringMatching(/^\d+$/),
      L: expect.stringMatching(/^\d+\.\d{6}$/),
      p: expect.stringMatching(/^<\d+>$/),
      '{X-In}i': 'i',
      '{X-Out}o': 'o',
      '{Set-Cookie}o': 'a=1, b=2',
      '{SERVER_NAME}e': '127.0.0.1',
    })
  })

  test('in JSON includes rejected requests', async () => {
    const args = [...at, '--access-logfile', '-', '--access-logformat', 'json', 'failing']
    await using command = phialServer(args)
    const port = await command.port()
    await exchange(port, whole)
    await exchange(port, request(['GET / HTTP/1.1', 'Host: a', 'Host: b']))
    await command.says('"status":400')
    const { stdout } = await stop(command)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toMatchObject([
      { client: '127.0.0.1', user: 'ann', target: '/caf%C3%A9?q=1', status: 200, requestId: 'r-1' },
      { client: '127.0.0.1', method: 'GET', status: 400 },
    ])
  })
})

describe('the error log', () => {
  test('has the stack and the request of an error, which the client does not receive', async () => {
    await using folder = await folderWith({})
    const file = join(folder.path, 'error.log')
    await using command = phialServer([...at, '--error-logfile', file, 'failing'])
    const [, port] = await fileSays(file, /Listening at: http:\/\/127\.0\.0\.1:(\d+)/)
    const fail = request([
      'GET /fail?q HTTP/1.1',
      'Host: a',
      'X-Request-ID: r-1',
      'Connection: close',
    ])
    const { status, body } = readAnswer(await exchange(Number(port), fail))
    expect(status).toBe('500 Internal Server Error')
    expect(body).not.toMatch(/password|failing/)
    expect(await stop(command)).toMatchObject({ stdout: '', stderr: '' })
    expect(readFileSync(file, 'utf8')).toMatch(
      /\nException on "\/fail" \[GET\] \(request "r-1"\)\n {2}Error: the password is x\n +at .*failing\.ts:/,
    )
  })

  test('in JSON has one object per message', async () => {
    await using command = phialServer([...at, '--log-format', 'json', 'failing'])
    await exchange(
      await command.port(),
      request(['GET /fail HTTP/1.1', 'Host: a', 'Connection: close']),
    )
    const { stderr } = await stop(command)
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          level: 'info',
          message: expect.stringMatching(/^Listening at: /),
        }),
        expect.objectContaining({
          level: 'error',
          message: expect.stringMatching(/^Exception on "\/fail" \[GET\]\nError: the password/),
        }),
      ]),
    )
  })
})

test('statsd receives a datagram for each metric of a response', async () => {
  await using listener = await udpListener()
  const args = [...at, '--statsd-host', `127.0.0.1:${listener.port}`, '--statsd-prefix', 'gunicorn']
  await using command = phialServer([...args, 'failing'])
  await exchange(await command.port(), whole)
  // The number of workers is sent before them.
  expect(await listener.count(4)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^gunicorn\.request\.duration:\d+\.\d{3}\|ms$/),
      'gunicorn.requests:1|c',
      'gunicorn.request.status.200:1|c',
    ]),
  )
  await stop(command)
})

test('each response has a Date, and no Server header', async () => {
  await using command = phialServer([...at, 'failing'])
  const { headers } = readAnswer(await exchange(await command.port(), whole))
  const names = headers.map(([name]) => name.toLowerCase())
  expect(names).toContain('date')
  expect(names).not.toContain('server')
  await stop(command)
})

describe('a FIFO', () => {
  const flags = ['--error-logfile', '--access-logfile'] as const

  test.each(flags)('for %s without a reader is a StartError of one sentence', async (flag) => {
    await using folder = await folderWith({})
    const fifo = join(folder.path, 'fifo')
    execFileSync('mkfifo', [fifo])
    const { code, stderr } = await runToEnd([...at, flag, fifo, 'failing'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^phial-server: [^\n]*start its reader first\n$/),
    ])
  })

  test.each([...flags, 'stderr', 'stdout'])(
    'as %s whose reader does not read does not delay TERM',
    async (place) => {
      await using folder = await folderWith({ 'app.mjs': TALKS })
      const fifo = join(folder.path, 'fifo')
      execFileSync('mkfifo', [fifo])
      const stuck = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK)
      const isFile = place.startsWith('--')
      const args = ['-w', '2', '--graceful-timeout', '1', '--chdir', folder.path, 'app']
      const logs = isFile ? [place, fifo] : ['--access-logfile', '-']
      const path = join(folder.path, 'socket') // its place is known although the log cannot be read
      const child = spawn(process.execPath, [bin, ...chosenArgs, ...args, '-b', `unix:${path}`, ...logs], {
        stdio: ['ignore', place === 'stdout' ? stuck : 'ignore', place === 'stderr' ? stuck : 'ignore'],
      }) // prettier-ignore
      const ended = once(child, 'exit')
      const ask = (): Promise<string> => exchange(path, whole).catch(() => '')
      while (child.exitCode === null && !(await ask()).includes('200 OK')); // oxlint-disable-line no-await-in-loop -- until it listens
      for (let time = 0; time < 20; time += 1) await ask() // oxlint-disable-line no-await-in-loop
      child.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
      closeSync(stuck)
    },
  )
})

/** An application that writes more than a pipe can buffer to each log. */
const TALKS = `export const app = (environ, startResponse) => {
  environ['wsgi.errors'].write('x'.repeat(50_000) + '\\n')
  console.log('x'.repeat(10_000))
  startResponse('200 OK', [])
  return []
}`
