import { expect, test } from 'vitest'
import { readWords, shellWords } from '../../../packages/server/src/settings/words.ts'

const read = (words: string[], source = ''): Record<string, unknown> =>
  Object.fromEntries([...readWords(words, source)].map(([name, { value }]) => [name, value]))

test.each([
  [['-b', 'a:1', '--bind', 'b:2', '-bc:3', '--bind=d:4']],
  [['-b', 'a:1', 'app', '-b', 'b:2', '-b', 'c:3', '-b', 'd:4']],
])('a list option may be repeated: %j', (words) => {
  expect(read(words)['bind']).toEqual(['a:1', 'b:2', 'c:3', 'd:4'])
})

test('parses long and short options, with and without values', () => {
  const words =
    '-w 1 -t 2.5 --keep-alive=3 -e A=b -e C= -p x.pid -m 077 --limit-request-field_size 4k'
  expect(read([...words.split(' '), '--reload', '-h', '-v', 'm:a'])).toEqual({
    workers: 1,
    timeout: 2.5,
    keepAlive: 3,
    env: { A: 'b', C: '' },
    pidfile: 'x.pid',
    umask: 0o77,
    limitRequestFieldSize: 4096,
    reload: true,
    help: true,
    version: true,
    app: 'm:a',
  })
})

test('the last of several values wins', () => {
  expect(read(['--chdir', 'a', '--chdir', 'b'])).toEqual({ chdir: 'b' })
})

test('each value has its source', () => {
  expect(readWords(['-t', '1'], '').get('timeout')?.from).toBe('command line')
  expect(readWords(['-t', '1'], 'X').get('timeout')?.from).toBe('X')
})

test.each([
  [['--nope'], 'unknown option --nope ('],
  [['-x'], 'unknown option -x'],
  [['--acces-logfile', '-'], 'did you mean --access-logfile?'],
  [['--constructor'], 'unknown option --constructor'],
  [['--app', 'x'], 'unknown option --app'],
  [['-w', '0'], '-w 0: expected a whole number, 1 or more'],
  [['--log-level', 'x'], '--log-level x: expected debug, info, warning, error or critical'],
  [['-t', 'soon'], '-t soon: expected a number of seconds'],
  [['-e', 'A'], '-e A: expected NAME=VALUE'],
  [
    ['--forwarded-allow-ips', 'proxy'],
    '--forwarded-allow-ips proxy: expected an address (10.0.0.1), a network',
  ],
  [
    ['--access-logformat', '%(z)s'],
    '--access-logformat %(z)s: unknown atom %(z)s; the atoms are h l',
  ],
  [['--statsd-host', 'a:b'], '--statsd-host a:b: expected HOST:PORT'],
  [['--bind'], '--bind needs a value: --bind ADDRESS'],
  [['-b', '--chdir'], '-b needs a value'],
  [['--help=x'], '--help takes no value, received "x"'],
  [['a', '--', '-b'], 'expected one MODULE:APP, received 2: a -b'],
  [['--preload', 'a'], '--preload is not supported: Node cannot fork'],
  [['-D'], '-D is not supported: the server stays in the foreground'],
  [['-k', 'gevent', 'a'], '-k is not supported: there is only one kind of worker'],
])('throws a StartError for %j: %s', (words, message) => {
  expect(() => readWords(words, '')).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  )
  expect(() => readWords(words, 'X')).toThrow(/^X: /)
})

test.each([
  ['', []],
  ['  ', []],
  [' -b  a:1\tx ', ['-b', 'a:1', 'x']],
  [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
  [`app:make("x","y")`, ['app:make(x,y)']],
  [`'app:make("x")'`, ['app:make("x")']],
  [`"a\\"b\\\\c\\d" 'e\\f'`, ['a"b\\c\\d', 'e\\f']],
  [`a'b'"c"`, ['abc']],
  [`'' ""`, ['', '']],
])('splits %s like a shell', (text, words) => {
  expect(shellWords(text, 'X')).toEqual(words)
})

test.each([`'a`, `"a`, `a "b`, 'a\\'])('throws for an unterminated quote: %s', (text) => {
  expect(() => shellWords(text, 'X')).toThrow(
    expect.objectContaining({ exitCode: 2, message: `X has an unterminated quote: ${text}` }),
  )
})
