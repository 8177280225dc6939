import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Config, type Logger, type LogRecord, Phial } from 'phial'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { logging, make, messages, raise } from '../support.ts'

/** Returns the logger of an app, and the records that its handler receives. */
function recorded(config: Partial<Config> = {}): { logger: Logger; records: LogRecord[] } {
  const { logger } = make({ config })
  const records: LogRecord[] = []
  logger.handler = (record) => void records.push(record)
  return { logger, records }
}

function logAllLevels(logger: Logger): void {
  logger.debug('a')
  logger.info('b')
  logger.warning('c')
  logger.error('d')
  logger.critical('e')
}

describe('the log level', () => {
  test.each([
    [{}, 'info warning error critical'],
    [{ DEBUG: true }, 'debug info warning error critical'],
    [{ LOG_LEVEL: 'error' as const }, 'error critical'],
    [{ DEBUG: true, LOG_LEVEL: 'critical' as const }, 'critical'],
  ])('is set by %j, which writes %s', (config, levels) => {
    const { logger, records } = recorded(config)
    logAllLevels(logger)
    expect(records.map(({ level }) => level).join(' ')).toBe(levels)
  })

  test('can be queried, and follows changes of the settings', () => {
    const app = make()
    expect(app.logger.isEnabledFor('debug')).toBe(false)
    app.config.LOG_LEVEL = 'debug'
    expect(app.logger.isEnabledFor('debug')).toBe(true)
  })
})

describe('a record is written', () => {
  test('to wsgi.errors of the request, with the method and the path', async () => {
    const app = make({ config: { LOG_FORMAT: 'json' } })
    app.get('/tea', async () => {
      await Promise.resolve()
      app.logger.warning('Stock is low', { item: 'tea', left: 3 })
      return ''
    })
    const { log, environ } = logging()
    const headers = { 'X-Request-ID': 'r-1' }
    await app.testClient().get('/tea', { environ, headers })
    expect(JSON.parse(log())).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      log: 'app',
      pid: process.pid,
      level: 'warning',
      message: 'Stock is low',
      requestId: 'r-1',
      method: 'GET',
      path: '/tea',
      item: 'tea',
      left: 3,
    })
  })

  test('to standard error outside of a request', () => {
    const print = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => print.mockRestore())
    make().logger.info('Ready')
    expect(print).toHaveBeenCalledWith(expect.stringMatching(/^[\d:]{8} INFO Ready$/))
  })

  test('to a custom handler, with the time, the fields and the environ', () => {
    const { logger, records } = recorded()
    logger.info('Ready', { port: 8000 })
    expect(records).toEqual([
      {
        time: expect.any(Date) as unknown,
        level: 'info',
        message: 'Ready',
        fields: { port: 8000 },
        environ: undefined,
      },
    ])
  })

  test('as text in debug mode', async () => {
    const app = new Phial(import.meta.url, { config: { DEBUG: true } })
    app.get('/', () => {
      app.logger.info('Hello')
      return ''
    })
    const { log, environ } = logging()
    await app.testClient().get('/', { environ })
    expect(log()).toMatch(/^[\d:]{8} INFO Hello\n$/)
  })

  test('as JSON if standard error is not a terminal', async () => {
    const program = `import { Phial } from 'phial'
      new Phial(import.meta.url).logger.info('Ready', { port: 8000 })`
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program.replace('import.meta.url', "'file:///app.js'")],
      { cwd: import.meta.dirname },
    )
    expect(JSON.parse(stderr)).toMatchObject({ level: 'info', message: 'Ready', port: 8000 })
  })
})

test('an unhandled error is logged with its stack and its causes', async () => {
  const app = make({ config: { LOG_FORMAT: 'json' } })
  const { log, environ } = logging()
  app.get('/', raise(new Error('outer', { cause: new TypeError('inner') })))
  expect((await app.testClient().get('/', { environ })).status).toBe(500)
  expect(messages(log())).toEqual(['Exception on "/" [GET]'])
  expect(JSON.parse(log())).toMatchObject({
    level: 'error',
    path: '/',
    error: {
      name: 'Error',
      message: 'outer',
      stack: expect.stringMatching(
        /outer\n +at [^]*\nCaused by: TypeError: inner\n +at /,
      ) as unknown,
    },
  })
})
