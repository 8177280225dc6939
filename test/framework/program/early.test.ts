import { expect, test } from 'vitest'
import { readEarly, version } from '../../../packages/framework/src/program/early.ts'

const nothing = { app: undefined, envFile: [], version: false }

test.for<[words: string[], early: object, rest: string[]]>([
  [[], {}, []],
  [['run', '--app', 'x'], {}, ['run', '--app', 'x']],
  [['--app', 'site:app', 'run'], { app: 'site:app' }, ['run']],
  [['--app=site:app', 'run'], { app: 'site:app' }, ['run']],
  [
    ['-A', 'site', '-e', 'a.env', '--env-file', 'b.env', 'x'],
    { app: 'site', envFile: ['a.env', 'b.env'] },
    ['x'],
  ],
  [['--version', 'run'], { version: true }, ['run']],
  [['-A', 'site', '--help'], {}, ['--help']],
])('%j', ([words, early, rest]) => {
  const read = readEarly(words)
  expect(read.rest).toEqual(rest)
  expect(read.early).toEqual({ ...nothing, ...early })
})

test.for([
  [['--ap', 'x', 'run'], /phial has no option --ap\. Did you mean --app\?/],
  [['--app'], /--app needs a value/],
] as const)('%j is an error', ([words, message]) => {
  expect(() => readEarly(words)).toThrow(message)
})

test('the version is the package’s', () => {
  expect(version()).toMatch(/^\d+\.\d+\.\d+/)
})
