import { describe, expect, test } from 'vitest'
import { helpText, readSettings } from '../../packages/server/src/settings.ts'

const read = (args: string[], env: Record<string, string> = {}): ReturnType<typeof readSettings> =>
  readSettings(args, env, '/here')

describe('readSettings', () => {
  test('defaults', async () => {
    expect(await read([])).toMatchObject({
      app: undefined,
      bind: ['127.0.0.1:8000'],
      chdir: '/here',
      accessLogfile: undefined,
      accessLogformat: '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"',
      logLevel: 'info',
      checkConfig: false,
      help: false,
      version: false,
    })
  })

  test.each([
    [['-b', 'a:1', '--bind', 'b:2', '-bc:3', '--bind=d:4']],
    [['-b', 'a:1', 'app', '-b', 'b:2', '-b', 'c:3', '-b', 'd:4']],
  ])('--bind may be repeated: %j', async (args) => {
    expect((await read(args)).bind).toEqual(['a:1', 'b:2', 'c:3', 'd:4'])
  })

  test('every other option', async () => {
    const args = [
      '--chdir=x',
      '--access-logfile',
      '-',
      '--access-logformat',
      '%(s)s',
      '--log-level',
      'debug',
      '--check-config',
      '-w',
      '1',
      '-h',
      '-v',
      'm:a',
    ]
    expect(await read(args)).toMatchObject({
      app: 'm:a',
      chdir: '/here/x',
      accessLogfile: '-',
      accessLogformat: '%(s)s',
      logLevel: 'debug',
      checkConfig: true,
      help: true,
      version: true,
    })
  })

  test('the last of several values holds', async () => {
    expect((await read(['--chdir', 'a', '--chdir', 'b'])).chdir).toBe('/here/b')
  })

  test('PORT', async () => {
    expect((await read([], { PORT: '80' })).bind).toEqual(['0.0.0.0:80'])
    expect((await read(['-b', 'a:1'], { PORT: '80' })).bind).toEqual(['a:1'])
    expect((await read([], { PORT: '' })).bind).toEqual(['127.0.0.1:8000'])
  })

  test('PHIAL_SERVER_ARGS, beaten option by option', async () => {
    const env = { PHIAL_SERVER_ARGS: "-b e:1 -b e:2 --chdir 'a b' m:env" }
    expect(await read([], env)).toMatchObject({
      bind: ['e:1', 'e:2'],
      chdir: '/here/a b',
      app: 'm:env',
    })
    expect(await read(['-b', 'a:1', 'm:argv'], env)).toMatchObject({
      bind: ['a:1'],
      chdir: '/here/a b',
      app: 'm:argv',
    })
  })

  test.each([
    [['--nope'], 'there is no option --nope'],
    [['-x'], 'there is no option -x'],
    [['--acces-logfile', '-'], 'did you mean --access-logfile?'],
    [['--constructor'], 'there is no option --constructor'],
    [['-w', '0'], '-w 0: is no number of workers'],
    [['-w', '2'], 'several workers are not supported yet'],
    [['--workers=2'], '--workers 2: several workers'],
    [['--log-level', 'x'], 'is none of debug, info, warning, error, critical'],
    [['--bind'], '--bind needs a value'],
    [['--help=x'], '--help takes no value, it got "x"'],
    [['a', '--', '-b'], 'one MODULE:APP is served, these are 2: a -b'],
  ])('%j: %s', async (args, message) => {
    await expect(read(args)).rejects.toEqual(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    )
  })
})

describe('helpText', () => {
  test('names each option, with what it takes', async () => {
    const text = helpText()
    for (const option of [
      '-b, --bind ADDRESS',
      '-w, --workers N',
      '--chdir DIR',
      '--access-logfile FILE',
      '--access-logformat FORMAT',
      '--log-level LEVEL',
      '--check-config',
      '-v, --version',
      '-h, --help',
    ]) {
      expect(text).toContain(option)
    }
  })
})
