import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSettings, readWithPlaces } from '../../../packages/server/src/settings/read.ts'
import { folderWith } from '../support/folder.ts'

const read = (args: string[], env: Record<string, string> = {}): ReturnType<typeof readSettings> =>
  readSettings(args, env, '/no/where')

test('defaults of all settings', async () => {
  expect(await read([])).toEqual({
    app: undefined,
    bind: ['127.0.0.1:8000'],
    config: undefined,
    chdir: '/no/where',
    env: {},
    backlog: 2048,
    umask: undefined,
    pidfile: undefined,
    transport: 'engine',
    workers: 1,
    xray: false,
    reload: false,
    maxRequests: 0,
    maxRequestsJitter: 0,
    maxMemory: 0,
    timeout: 30,
    drain: 0,
    gracefulTimeout: 30,
    keepAlive: 65,
    headTimeout: 30,
    bodyTimeout: 30,
    writeTimeout: 30,
    limitRequestLine: 8190,
    limitRequestFields: 100,
    limitRequestFieldSize: 8190,
    limitRequestHead: 65_536,
    limitRequestBody: 0,
    forwardedAllowIps: ['127.0.0.1', '::1'],
    forwardedHeaders: ['for', 'proto'],
    proxyProtocol: 'off',
    certfile: undefined,
    keyfile: undefined,
    accessLogfile: undefined,
    accessLogformat: undefined,
    envFile: undefined,
    errorLogfile: '-',
    logLevel: 'info',
    logFormat: 'human',
    statsdHost: undefined,
    statsdPrefix: 'phial',
    metrics: undefined,
    check: false,
    checkConfig: false,
    checkPath: ['/'],
    printConfig: false,
    help: false,
    version: false,
    hooks: {},
  })
})

describe('defaults from the environment', () => {
  test('PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS are used if they are set', async () => {
    const env = { PORT: '80', WEB_CONCURRENCY: '1', FORWARDED_ALLOW_IPS: '10.0.0.1,10.0.0.2' }
    expect(await readWithPlaces([], env, '/no/where')).toMatchObject({
      settings: {
        bind: ['0.0.0.0:80'],
        workers: 1,
        forwardedAllowIps: ['10.0.0.1', '10.0.0.2'],
      },
      from: { bind: 'PORT', workers: 'WEB_CONCURRENCY', forwardedAllowIps: 'FORWARDED_ALLOW_IPS' },
    })
    expect((await read(['-b', 'a:1'], env)).bind).toEqual(['a:1'])
    expect((await read([], { PORT: '' })).bind).toEqual(['127.0.0.1:8000'])
  })

  test.each([
    [{ PORT: 'http' }, 'PORT=http: expected a port, up to 65535'],
    [{ PORT: '65536' }, 'PORT=65536: expected a port'],
    [{ WEB_CONCURRENCY: '0' }, 'WEB_CONCURRENCY=0: expected a whole number, 1 or more'],
    [{ FORWARDED_ALLOW_IPS: 'x' }, 'FORWARDED_ALLOW_IPS=x: expected an address'],
  ])('%j is a StartError', async (env, message) => {
    await expect(read([], env as never)).rejects.toEqual(
      expect.objectContaining({ exitCode: 1, message: expect.stringContaining(message) }),
    )
  })

  test('an invalid variable is ignored if the setting is set elsewhere', async () => {
    expect((await read(['-w', '1'], { WEB_CONCURRENCY: 'x' })).workers).toBe(1)
  })
})

test('the environment, the config file, PHIAL_SERVER_ARGS and the command line override each other in this order', async () => {
  await using folder = await folderWith({
    'phial-server.config.json': '{ "bind": ["f:1", "f:2"], "timeout": 1, "keepAlive": 1 }',
  })
  const env = { PORT: '80', PHIAL_SERVER_ARGS: '--keep-alive 2 --head-timeout 2 -b e:1 m:env' }
  const from = (args: string[], env: Record<string, string>): ReturnType<typeof readWithPlaces> =>
    readWithPlaces(args, env, folder.path)
  expect(await from([], { PORT: '80' })).toMatchObject({
    settings: { bind: ['f:1', 'f:2'], timeout: 1 },
  })
  expect(await from(['--head-timeout=3'], env)).toMatchObject({
    settings: { bind: ['e:1'], timeout: 1, keepAlive: 2, headTimeout: 3, app: 'm:env' },
    from: {
      bind: 'PHIAL_SERVER_ARGS',
      timeout: join(folder.path, 'phial-server.config.json'),
      headTimeout: 'command line',
      bodyTimeout: 'default',
    },
  })
  expect(await from(['-b', 'a:1', 'm:argv'], env)).toMatchObject({
    settings: { bind: ['a:1'], app: 'm:argv' },
  })
})

test('the config file is found in --chdir, and --config is relative to the current folder', async () => {
  await using folder = await folderWith({
    'site/phial-server.config.json': '{ "timeout": 1 }',
    'other.json': '{ "timeout": 2, "chdir": "elsewhere" }',
  })
  const at = (args: string[]): ReturnType<typeof readSettings> =>
    readSettings(args, {}, folder.path)
  expect(await at(['--chdir', 'site'])).toMatchObject({
    timeout: 1,
    chdir: join(folder.path, 'site'),
    config: join(folder.path, 'site/phial-server.config.json'),
  })
  expect(await at(['--chdir', 'site', '-c', 'other.json'])).toMatchObject({ timeout: 2 })
  expect(await at(['-c', 'other.json'])).toMatchObject({ chdir: join(folder.path, 'elsewhere') })
  await expect(at(['-c', 'nope.ts'])).rejects.toMatchObject({ exitCode: 1 })
  expect(await at(['-c', 'nope.ts', '--help'])).toMatchObject({ help: true })
})

test('an invalid value is reported with its source', async () => {
  await expect(read(['-t', 'x'])).rejects.toThrow('-t x: expected a number of seconds')
  await expect(read([], { PHIAL_SERVER_ARGS: '-t x' })).rejects.toThrow(
    'PHIAL_SERVER_ARGS: -t x: expected a number of seconds',
  )
})

test('--keyfile requires --certfile', async () => {
  await expect(read(['--keyfile', 'k'])).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('--keyfile is set without --certfile'),
  })
  expect(await read(['--certfile', 'c'])).toMatchObject({ certfile: 'c', keyfile: undefined })
})
