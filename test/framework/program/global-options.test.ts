import { expect, test } from 'vitest'
import {
  parseGlobalOptions,
  version,
} from '../../../packages/framework/src/program/global-options.ts'

const defaults = { app: undefined, envFile: [], version: false }

test.for<[argv: string[], given: object, rest: string[]]>([
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
])('parses the options in %j', ([argv, given, rest]) => {
  const parsed = parseGlobalOptions(argv)
  expect(parsed.rest).toEqual(rest)
  expect(parsed.given).toEqual({ ...defaults, ...given })
})

test.for([
  [['--ap', 'x', 'run'], /phial has no option --ap\. Did you mean --app\?/],
  [['--app'], /--app requires a value/],
] as const)('throws for %j', ([argv, message]) => {
  expect(() => parseGlobalOptions(argv)).toThrow(message)
})

test('returns the version of the package', () => {
  expect(version()).toMatch(/^\d+\.\d+\.\d+/)
})
