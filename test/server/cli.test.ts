/** The command as a process: its options, signals, output and exit codes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chosen } from './support/chosen.ts'
import { apps, phialServer, runToEnd, type CommandOptions } from './support/command.ts'
import { folderWith } from './support/folder.ts'
import { exchange, open, readAnswer, request } from './support/raw.ts'
import { echo, serving } from './support/server.ts'

const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])
const ask = async (port: number | string, path = '/'): Promise<string> =>
  readAnswer(await exchange(port, get(path, 'Connection: close'))).body

/** Runs the command to its end. Resolves with the exit code and the first line of standard error. */
async function fails(
  args: string[],
  options: CommandOptions = {},
): Promise<[number | null, string]> {
  const { code, stderr, stdout } = await runToEnd(args, options)
  expect(stdout).toBe('')
  return [code, stderr.split('\n')[0] ?? '']
}

const loadsForever =
  "console.log('loading'); setInterval(() => {}, 1000); await new Promise(() => {})"

describe('serving', () => {
  test('logs its address, serves, and stops on TERM', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'app:app'])
    const port = await command.port()
    expect(command.stderr).toMatch(/\] \[\d+\] \[INFO\] Starting phial-server \d+\.\d+\.\d+\n/)
    expect(command.stderr).toContain(
      `[INFO] Listening at: http://127.0.0.1:${port} (${command.pid})\n`,
    )
    expect(await ask(port)).toBe('other same\n')
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0, stdout: '' })
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('listens on several addresses', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 's.sock')
    await using command = phialServer([
      '-b',
      '127.0.0.1:0',
      '--bind=[::1]:0',
      '-b',
      `unix:${path}`,
      'app',
    ])
    expect(await ask(await command.port())).toBe('other same\n')
    expect(await ask(path)).toBe('other same\n')
    expect(command.stderr).toMatch(/Listening at: http:\/\/\[::1\]:[1-9]\d* /)
    expect(command.stderr).toContain(`Listening at: unix:${path} `)
    command.signal('SIGINT')
    expect(await command.ended).toMatchObject({ code: 0 })
    expect(existsSync(path)).toBe(false)
  })

  test('resolves MODULE relative to --chdir', async () => {
    await using command = phialServer(['--chdir', apps, '-b', '127.0.0.1:0', 'app:site.handle'], {
      cwd: '/',
    })
    expect(await ask(await command.port())).toBe('site')
  })

  test('reads options from PHIAL_SERVER_ARGS, which the command line overrides', async () => {
    const env = {
      PHIAL_SERVER_ARGS: `-b 127.0.0.1:0 -b unix:/nowhere/s.sock --log-level debug 'app:createApp("a b")'`,
    }
    await using command = phialServer(['-b', '127.0.0.1:0'], { env })
    expect(await ask(await command.port())).toBe('a b')
  })

  test('listens on 0.0.0.0:$PORT if PORT is set', async () => {
    await using command = phialServer(['app'], { env: { PORT: '0' } })
    await command.says(/Listening at: http:\/\/0\.0\.0\.0:[1-9]/)
  })

  test('logs nothing at --log-level error', async () => {
    await using folder = await folderWith({ 'app.mjs': loadsForever })
    const args = ['-b', '127.0.0.1:0', '--log-level', 'error', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    await command.says('loading')
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('the access log', () => {
  test('is written to standard output', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', '--access-logfile', '-', 'app'])
    const port = await command.port()
    await exchange(port, get('/a?b', 'User-Agent: "x"\x1b', 'Connection: close'))
    await exchange(port, get('/a?b', 'User-Agent: "x"', 'Connection: close'))
    await command.says('/a?b')
    await exchange(port, get('/', 'Host: b'))
    await command.says(' 400 ')
    command.signal('SIGTERM')
    const { stdout } = await command.ended
    const [unreadable, first, second] = stdout.split('\n')
    const line = chosen === 'engine' ? String.raw`GET \/a\?b HTTP\/1\.1` : '- - -'
    expect(unreadable).toMatch(new RegExp(`"${line}" 400 \\d+ "-" "-"$`))
    expect(first).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET \/a\?b HTTP\/1\.1" 200 11 "-" "\\"x\\""$/,
    )
    expect(second).toMatch(/"GET \/ HTTP\/1\.1" 400 \d+ "-" "-"$/)
  })

  test('is written to a file in the configured format, completely', async () => {
    await using folder = await folderWith({ 'access.log': 'before\n' })
    const args = [
      '-b',
      '127.0.0.1:0',
      '--access-logfile',
      'access.log',
      '--access-logformat',
      '%(m)s %(U)s %(s)s',
    ]
    await using command = phialServer([...args, '--chdir', folder.path, join(apps, 'app')])
    await ask(await command.port(), '/x')
    command.signal('SIGTERM')
    await command.ended
    expect(readFileSync(join(folder.path, 'access.log'), 'utf8')).toBe('before\nGET /x 200\n')
  })

  test('does not stop the server if its reader exits', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', '--access-logfile', '-', 'app'])
    const port = await command.port()
    command.stopReading()
    expect(await ask(port)).toBe('other same\n')
    expect(await ask(port)).toBe('other same\n')
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0 })
  })
})

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s finishes in-flight requests, and is not delayed by idle connections',
    async (signal) => {
      await using command = phialServer(['-b', '127.0.0.1:0', 'slow'])
      const port = await command.port()
      const [idle, fresh, slow, go] = [
        await open(port),
        await open(port),
        await open(port),
        await open(port),
      ]
      idle.send(get())
      await idle.until('done /')
      slow.send(get('/slow'))
      await command.says('waiting')
      go.send(request(['POST /go HTTP/1.1', 'Host: a', 'Content-Length: 1']))
      await command.says('reading')
      command.signal(signal)
      await command.says('Handling signal')
      await Promise.all([idle.closed, fresh.closed])
      go.send('x')
      await slow.closed
      expect(readAnswer(slow.received)).toMatchObject({
        status: '200 OK',
        body: 'done /slow',
        complete: true,
      })
      expect(slow.received).toContain('Connection: close')
      expect(await command.ended).toMatchObject({ code: 0 })
    },
  )

  test('cuts in-flight requests on a second signal', async () => {
    await using command = phialServer(['-b', '127.0.0.1:0', 'slow'])
    const slow = await open(await command.port())
    slow.send(get('/slow'))
    await command.says('waiting')
    command.signal('SIGTERM')
    await command.says('Handling signal: term')
    command.signal('SIGINT')
    expect(await command.ended).toMatchObject({ code: 0 })
    expect(slow.received).toBe('')
  })

  test('is not delayed by timers of the application, nor by its loading', async () => {
    await using folder = await folderWith({ 'app.mjs': loadsForever })
    await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
    await command.says('loading')
    command.signal('SIGTERM')
    expect(await command.ended).toMatchObject({ code: 0 })
  })
})

describe('a server that cannot start', () => {
  test('exits with 1 if MODULE:APP is missing', async () => {
    expect(await fails([])).toEqual([
      1,
      'phial-server: no application was named; use phial-server MODULE:APP, or see --help',
    ])
  })

  test.each([
    [['-z', 'app'], 'unknown option -z'],
    [['--bnd', 'x', 'app'], 'unknown option --bnd; did you mean --bind?'],
    [['-w', '0', 'app'], '-w 0: '],
    [['-w', 'x', 'app'], '-w x: expected a whole number, 1 or more'],
    [['--access-logformat', '%(z)s', 'app'], '--access-logformat %(z)s: unknown atom %(z)s'],
    [['--preload', 'app'], '--preload is not supported: Node cannot fork'],
    [['--daemon', 'app'], '--daemon is not supported: the server stays in the foreground'],
    [['app', 'b'], 'expected one MODULE:APP, received 2: app b'],
    [['--bind'], '--bind needs a value: --bind ADDRESS'],
    [['-b', '--chdir', 'x', 'app'], '-b needs a value'],
    [['--check-config=1', 'app'], '--check-config takes no value'],
    [['--log-level', 'loud', 'app'], '--log-level loud: expected debug,'],
  ])('exits with 2 for an invalid option: %j', async (args, message) => {
    const [code, line] = await fails(args)
    expect(code).toBe(2)
    expect(line).toContain(`phial-server: ${message}`)
  })

  test.each([
    [
      ['-b', 'a:b', 'app'],
      'expected HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N with a port up to 65535, received a:b',
    ],
    [
      ['-b', '127.0.0.1:65536', 'app'],
      'expected HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N with a port up to 65535, received 127.0.0.1:65536',
    ],
    [
      ['-b', '192.0.2.1:0', 'app'],
      'cannot listen on 192.0.2.1:0: this machine does not have this address',
    ],
    [['--chdir', '/no/such', 'app'], '--chdir /no/such: the folder does not exist'],
    [
      ['--access-logfile', '/no/such/log', 'app'],
      '--access-logfile /no/such/log cannot be written: ENOENT',
    ],
  ])('exits with 1 for an invalid setting: %j', async (args, message) => {
    const [code, line] = await fails(args)
    expect(code).toBe(1)
    expect(line).toContain(`phial-server: ${message}`)
  })

  test('exits with 1 if a port is in use, even if other addresses are free', async () => {
    await using running = await serving(echo)
    const [code, line] = await fails([
      '-b',
      '127.0.0.1:0',
      '-b',
      `127.0.0.1:${running.port}`,
      'app',
    ])
    expect([code, line]).toEqual([
      1,
      `phial-server: cannot listen on 127.0.0.1:${running.port}: the address is taken; stop the program that listens there, or choose another address with -b HOST:PORT (port 0 selects a free port)`,
    ])
  })

  test('exits with 1 if a path is not a socket, and keeps the file', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'notes')
    writeFileSync(path, 'mine')
    const [code, line] = await fails(['-b', `unix:${path}`, 'app'])
    expect([code, line]).toEqual([1, expect.stringContaining('is not a socket')])
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test.each([
    ['nope', 'cannot find module nope in '],
    ['ap:app', 'cannot find module ap in'],
    ['app:ap', 'cannot find ap in app.ts; did you mean app?'],
    ['app:text', "text in app.ts is the string 'hello'; expected an application: a function"],
    ['app:throws()', 'throws in app.ts, called with (), failed: Error: no database'],
    ['app:createApp(x)', 'createApp(x): arguments must be written as JSON'],
  ])('exits with 4 if the application cannot be loaded: %s', async (spec, message) => {
    const [code, line] = await fails(['-b', '127.0.0.1:0', spec])
    expect(code).toBe(4)
    expect(line).toContain(`phial-server: ${message}`)
  })

  test('exits with 4 after an error while importing, and prints only its own stack', async () => {
    await using folder = await folderWith({
      'app.mts': 'const x: number = 1\nexport function f() {\n  throw new Error("boom")\n}\nf()\n',
    })
    const { code, stderr } = await runToEnd(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
    expect(code).toBe(4)
    expect(stderr.split('\n')).toEqual([
      'phial-server: importing app.mts failed: Error: boom',
      '',
      'Error: boom',
      expect.stringMatching(/^ {4}at f \(.*app\.mts:3:9\)$/),
      expect.stringMatching(/^ {4}at .*app\.mts:5:1\)?$/),
      '',
    ])
  })
})

describe('--check-config', () => {
  test('exits with its code even if the application keeps the process alive', async () => {
    await using folder = await folderWith({
      'app.mjs': 'setInterval(() => {}, 1000)\nexport const app = (environ, startResponse) => []\n',
    })
    const at = { cwd: folder.path }
    expect(await runToEnd(['--check-config', 'app'], at)).toMatchObject({ code: 0 })
    expect(await runToEnd(['--check-config', 'app:nope'], at)).toMatchObject({ code: 4 })
  })

  test('loads the application, does not listen, and prints nothing', async () => {
    await using running = await serving(echo)
    const args = ['--check-config', '-b', `127.0.0.1:${running.port}`]
    expect(await runToEnd([...args, 'app'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await fails([...args, 'nope'])).toEqual([
      4,
      expect.stringContaining('cannot find module nope'),
    ])
    expect(await fails(['--check-config', '-b', 'x:y', 'app'])).toEqual([
      1,
      expect.stringContaining(', received x:y'),
    ])
  })
})

test('--print-config prints each setting with its source, and does not listen', async () => {
  await using folder = await folderWith({
    'phial-server.config.ts': 'export default { timeout: 7 as number }',
  })
  const env = { WEB_CONCURRENCY: '1' }
  const args = ['--print-config', 'no:app']
  const { code, stdout } = await runToEnd(args, { env, cwd: folder.path })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^app += "no:app"  # command line$/m)
  expect(stdout).toMatch(/^timeout += 7  # .*phial-server\.config\.ts$/m)
  expect(stdout).toMatch(/^workers += 1  # WEB_CONCURRENCY$/m)
})

test('exits with 1 if the config file is missing or invalid', async () => {
  await using folder = await folderWith({ 'a.ts': 'export default { timeout: "x" }' })
  const at = { cwd: folder.path }
  expect(await fails(['-c', 'b.ts', 'app'], at)).toEqual([
    1,
    'phial-server: --config b.ts: the file does not exist',
  ])
  expect(await fails(['-c', 'a.ts', 'app'], at)).toEqual([
    1,
    expect.stringMatching(/^phial-server: .*a\.ts: timeout: 'x': expected a number of seconds/),
  ])
})

describe('--help and --version', () => {
  test('print to standard output, regardless of other arguments', async () => {
    expect(await runToEnd(['--version'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^phial-server \d+\.\d+\.\d+\n$/),
    })
    const { code, stdout } = await runToEnd(['-h', 'app'])
    expect(code).toBe(0)
    expect(stdout).toContain('--bind ADDRESS')
  })
})
