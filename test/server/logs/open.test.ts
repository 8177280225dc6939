import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openLogs, type LogSettings } from '../../../packages/server/src/logs/open.ts'
import { runToEnd } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'
import { record } from '../support/record.ts'
import { udpListener } from '../support/udp.ts'

const plain: LogSettings = {
  accessLogfile: undefined,
  accessLogformat: undefined,
  errorLogfile: '-',
  logLevel: 'info',
  logFormat: 'human',
  statsdHost: undefined,
  statsdPrefix: 'phial',
}

/** Logs a response, two messages and a text of an application. Resolves with the contents of the logs. */
async function written(changes: Partial<LogSettings>): Promise<{ access: string; error: string }> {
  await using folder = await folderWith({ access: '', error: '' })
  const [access, error] = [join(folder.path, 'access'), join(folder.path, 'error')]
  const logs = openLogs({ ...plain, accessLogfile: access, errorLogfile: error, ...changes })
  logs.access?.(record())
  logs.error.debug('hidden')
  logs.error.warning('careful')
  logs.errors.write('Error: oh\n    at f\n')
  await logs.close()
  return { access: readFileSync(access, 'utf8'), error: readFileSync(error, 'utf8') }
}

describe('the format', () => {
  test('human is for people', async () => {
    const { access, error } = await written({})
    expect(access).toMatch(
      /^192\.0\.2\.7 - - \[.*\] "POST \/caf%C3%A9\?q=1 HTTP\/1\.1" 201 12 "-" "-"\n$/,
    )
    expect(error).toMatch(/^\[.*\] \[\d+\] \[WARNING\] careful\nError: oh\n {4}at f\n$/)
  })

  test.each(['json', 'auto'] as const)(
    '%s is JSON if the output is not a terminal',
    async (logFormat) => {
      const { access, error } = await written({ logFormat })
      expect(JSON.parse(access)).toMatchObject({ log: 'access', status: 201 })
      expect(
        error
          .trimEnd()
          .split('\n')
          .map((line): unknown => JSON.parse(line)),
      ).toMatchObject([
        { level: 'warning', message: 'careful' },
        { level: 'error', message: 'Error: oh\n    at f' },
      ])
    },
  )

  test('a JSON object written by an application becomes `app` in a record, and cannot forge a record', async () => {
    await using folder = await folderWith({ error: '' })
    const errorLogfile = join(folder.path, 'error')
    const logs = openLogs({ ...plain, errorLogfile, logFormat: 'json' })
    const texts = [
      '{"level":"info","log":"access","pid":1,"message":"m"}\n',
      '{"level":"root"}\n',
      '{"a":1}\n{"b":2}\n',
      '{"a"\n',
      'Error: oh\n{"level":"info"}\n',
    ]
    for (const text of texts) logs.errors.write(text)
    await logs.close()
    const lines = readFileSync(errorLogfile, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { log: 'app', pid: process.pid, level: 'info', app: { log: 'access', message: 'm' } },
      { log: 'app', level: 'error', app: { level: 'root' } },
      { log: 'error', message: '{"a":1}\n{"b":2}' },
      { log: 'error', message: '{"a"' },
      { log: 'error', message: 'Error: oh\n{"level":"info"}' },
    ])
  })

  test('text from a client cannot start a line, and its control characters are escaped', async () => {
    await using folder = await folderWith({ error: '' })
    const errorLogfile = join(folder.path, 'error')
    const logs = openLogs({ ...plain, errorLogfile })
    const forged = '[2026-11-29 00:00:00 +0000] [1] [INFO] forged'
    logs.error.error(`a\n${forged}`)
    for (const text of [
      `Error: b\r\n${forged}\n    at f\n`,
      `${forged}\n`,
      'c\r\x1b[2J\x85\u2028\n',
    ])
      logs.errors.write(text)
    await logs.close()
    const lines = readFileSync(errorLogfile, 'utf8').split('\n')
    expect(lines.slice(1)).toEqual([
      `  ${forged}`,
      'Error: b',
      `  ${forged}`,
      '    at f',
      `  ${forged}`,
      String.raw`c\u000d\u001b[2J\u0085\u2028`,
      '',
    ])
  })

  test('of the access log may differ', async () => {
    const { access } = await written({ logFormat: 'json', accessLogformat: '%(s)s' })
    expect(access).toBe('201\n')
    const other = await written({ accessLogformat: 'json' })
    expect(JSON.parse(other.access)).toMatchObject({ status: 201 })
    expect(other.error).toContain('[WARNING]')
  })
})

test('there is no access function without an access log and statsd', () => {
  expect(openLogs(plain).access).toBeUndefined()
})

test('reopen() opens new files for all logs', async () => {
  await using folder = await folderWith({})
  const at = (name: string): string => join(folder.path, name)
  const logs = openLogs({
    ...plain,
    accessLogfile: at('a'),
    accessLogformat: '%(m)s',
    errorLogfile: at('e'),
  })
  logs.error.info('one')
  for (const name of ['a', 'e']) renameSync(at(name), at(`${name}.1`))
  logs.reopen()
  logs.access?.(record())
  logs.error.info('two')
  await logs.close()
  expect(readFileSync(at('a'), 'utf8')).toBe('POST\n')
  expect(readFileSync(at('e'), 'utf8')).toMatch(/^[^\n]* two\n$/)
  expect(readFileSync(at('e.1'), 'utf8')).toMatch(/^[^\n]* one\n$/)
})

test.each([
  ['--access-logfile', { accessLogfile: '/no/such/log' }],
  ['--error-logfile', { errorLogfile: '/no/such/log' }],
])('throws a StartError if %s cannot be written', (flag, changes) => {
  expect(() => openLogs({ ...plain, ...changes })).toThrow(
    expect.objectContaining({
      exitCode: 1,
      message: expect.stringContaining(`${flag} /no/such/log cannot be written: ENOENT`),
    }),
  )
})

test('throws a StartError for a FIFO without a reader, and for /dev/stdout if that is a socket', async () => {
  await using folder = await folderWith({})
  const accessLogfile = join(folder.path, 'fifo')
  execFileSync('mkfifo', [accessLogfile])
  expect(() => openLogs({ ...plain, accessLogfile })).toThrow(/start its reader first$/)
  const { code, stderr } = await runToEnd(['--access-logfile', '/dev/stdout', 'fleet']) // Node's pipes are sockets
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^phial-server: --access-logfile \/dev\/stdout cannot be written: ENXIO.*; use - for/,
    ),
  ])
})

test('writes to a FIFO that has a reader', async () => {
  await using folder = await folderWith({})
  const accessLogfile = join(folder.path, 'fifo')
  execFileSync('mkfifo', [accessLogfile])
  const reader = openSync(accessLogfile, constants.O_RDONLY | constants.O_NONBLOCK)
  const logs = openLogs({ ...plain, accessLogfile, accessLogformat: '%(m)s' })
  logs.access?.(record())
  await logs.close()
  expect(readFileSync(reader, 'utf8')).toBe('POST\n')
  closeSync(reader)
})

test('reports a failing access log once in the error log', async () => {
  await using folder = await folderWith({})
  const error = join(folder.path, 'e')
  const logs = openLogs({ ...plain, accessLogfile: '/dev/full', errorLogfile: error })
  for (let at = 0; at < 3; at++) logs.access?.(record())
  await logs.close()
  expect(readFileSync(error, 'utf8')).toMatch(
    /^[^\n]*\[ERROR\] The access log cannot be written: ENOSPC[^\n]*\n$/,
  )
})

test('sends responses and warnings to statsd', async () => {
  await using listener = await udpListener()
  await using folder = await folderWith({})
  const logs = openLogs({
    ...plain,
    errorLogfile: join(folder.path, 'e'),
    statsdHost: `127.0.0.1:${listener.port}`,
  })
  logs.error.info('x')
  logs.error.error('y')
  logs.access?.(record())
  expect(await listener.count(4)).toEqual([
    'phial.log.error:1|c',
    'phial.request.duration:1234.568|ms',
    'phial.requests:1|c',
    'phial.request.status.201:1|c',
  ])
  await logs.close()
})
